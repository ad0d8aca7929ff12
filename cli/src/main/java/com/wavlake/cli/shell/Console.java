package com.wavlake.cli.shell;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Data to stdout, words to stderr; text for people or, with {@code --json}, one object a line. On a
 * terminal the words may have a status line below them. Safe for use by many threads.
 */
public final class Console {
  private static final String RED = "\u001b[31m";
  private static final String GREEN = "\u001b[32m";
  private static final String YELLOW = "\u001b[33m";
  private static final String DIM = "\u001b[2m";
  private static final String BOLD = "\u001b[1m";
  private static final String RESET = "\u001b[0m";
  private static final Pattern OURS = Pattern.compile("\u001b\\[(0|1|2|31|32|33)m");

  private static final String WIPE = "\r\u001b[2K";
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";

  private final PrintStream out;
  private final PrintStream err;
  private final boolean json;
  private final boolean quiet;
  private final boolean colorOut;
  private final boolean colorErr;
  private final boolean showsStatus;

  /** What stands in the last line of the terminal, wiped before anything else is printed. */
  private String status = "";

  Console(
      PrintStream out,
      PrintStream err,
      boolean json,
      boolean quiet,
      boolean colorOut,
      boolean colorErr,
      boolean showsStatus) {
    this.out = out;
    this.err = err;
    this.json = json;
    this.quiet = quiet;
    this.colorOut = colorOut;
    this.colorErr = colorErr;
    this.showsStatus = showsStatus;
  }

  /** Without colours and status line. */
  public static Console bare(PrintStream out, PrintStream err, boolean json) {
    return new Console(out, err, json, false, false, false, false);
  }

  /** Whether colour is right: asked for, or nothing speaks against it on a terminal. */
  static boolean wantsColor(String choice, boolean terminal, Map<String, String> environment) {
    return switch (choice) {
      case "always" -> true;
      case "never" -> false;
      default ->
          !environment.getOrDefault("CLICOLOR_FORCE", "").isEmpty()
              || (terminal && environment.getOrDefault("NO_COLOR", "").isEmpty());
    };
  }

  /** An empty JSON object. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Whether results are JSON. */
  public boolean isJson() {
    return json;
  }

  /** Whether results are shown in colours. */
  public boolean isColored() {
    return colorOut;
  }

  /** Whether there is a terminal with a line for {@link #status}. */
  public boolean showsStatus() {
    return showsStatus;
  }

  /** A result. */
  public synchronized void data(ObjectNode object, String text) {
    print(out, json ? object.toString() : visible(text, colorOut));
    out.flush();
  }

  /** A result of several lines, or one object. */
  public synchronized void data(ObjectNode object, Runnable text) {
    if (json) {
      print(out, object.toString());
    } else {
      text.run();
    }
    out.flush();
  }

  /** A line of a result for people. */
  public synchronized void line(String text) {
    print(out, visible(text, colorOut));
  }

  /** A line of JSON, with every character that it has: what is signed must not change. */
  public synchronized void raw(String json) {
    print(out, out.equals(System.out) && Terminals.isStdout() ? escaped(json) : json);
  }

  /** The same value, without the control characters that JSON allows: terminals obey them. */
  static String escaped(String json) {
    StringBuilder out = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c >= '\u007f' && c <= '\u009f') {
        out.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** One of the things that happen while a command goes on: an object a line, or words. */
  public void event(String name, ObjectNode fields, String words) {
    if (json) {
      ObjectNode object = object().put("event", name);
      object.setAll(fields);
      raw(object.toString());
    } else if (!words.isEmpty()) {
      say(words);
    }
  }

  /** Words about what is going on. */
  public synchronized void say(String text) {
    if (!quiet && !json) {
      print(err, visible(text, colorErr));
    }
  }

  /** Words that matter even when quiet is asked for. */
  public synchronized void warn(String text) {
    print(err, visible(yellow("warning: ") + text, colorErr));
  }

  /** What goes on just now, in the last line of the terminal; empty: nothing more. */
  public synchronized void status(String text) {
    if (!showsStatus) {
      return;
    }
    status = text.isEmpty() ? "" : visible(text, colorErr).replace('\n', ' ');
    err.print(WIPE + (status.isEmpty() ? "" : NO_WRAP + status + WRAP));
    err.flush();
  }

  /** A refusal. */
  public synchronized void error(CliError error) {
    if (json) {
      ObjectNode object = object().put("error", error.code()).put("detail", error.getMessage());
      if (!error.hint().isEmpty()) {
        object.put("hint", error.hint());
      }
      print(out, object.toString());
      return;
    }
    String words = red("error[" + error.code() + "]: ") + error.getMessage();
    print(err, visible(words, colorErr));
    if (!error.hint().isEmpty()) {
      print(err, visible(dim("hint: ") + error.hint(), colorErr));
    }
  }

  private void print(PrintStream stream, String text) {
    if (status.isEmpty()) {
      stream.println(text);
      return;
    }
    err.print(WIPE);
    err.flush();
    stream.println(text);
    stream.flush();
    err.print(NO_WRAP + status + WRAP);
    err.flush();
  }

  /** In red where colours are shown; so the others. */
  public static String red(String text) {
    return RED + text + RESET;
  }

  /** What is well. */
  public static String green(String text) {
    return GREEN + text + RESET;
  }

  /** What needs a look. */
  public static String yellow(String text) {
    return YELLOW + text + RESET;
  }

  /** What matters less. */
  public static String dim(String text) {
    return DIM + text + RESET;
  }

  /** What matters more. */
  public static String bold(String text) {
    return BOLD + text + RESET;
  }

  /**
   * Nothing that a terminal would obey, but line ends and, where wanted, our own colours: texts of
   * others are in many of ours.
   */
  private static String visible(String text, boolean color) {
    StringBuilder out = new StringBuilder(text.length());
    Matcher ours = OURS.matcher(text);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\u001b' && ours.region(i, text.length()).lookingAt()) {
        out.append(color ? ours.group() : "");
        i = ours.end() - 1;
      } else if (c == '\n' || !Character.isISOControl(c) && !isFormat(c)) {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** What turns the direction of text, for one; the joiner of emoji stays. */
  private static boolean isFormat(int c) {
    return Character.getType(c) == Character.FORMAT && c != 0x200d;
  }

  /** Text from the network without anything that a terminal would obey. */
  public static String plain(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == '\n' || c == '\t' ? ' ' : c)
        .filter(c -> !Character.isISOControl(c) && !isFormat(c))
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
