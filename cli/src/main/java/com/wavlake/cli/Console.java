package com.wavlake.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.Map;
import java.util.regex.Pattern;

/** Data to stdout, words to stderr; text for people or, with {@code --json}, one object a line. */
final class Console {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RED = "\u001b[31m";
  private static final String DIM = "\u001b[2m";
  private static final String BOLD = "\u001b[1m";
  private static final String RESET = "\u001b[0m";
  private static final Pattern OURS = Pattern.compile("\u001b\\[(0|1|2|31)m");

  private final PrintStream out;
  private final PrintStream err;
  private final boolean json;
  private final boolean quiet;
  private final boolean color;

  Console(PrintStream out, PrintStream err, boolean json, boolean quiet, boolean color) {
    this.out = out;
    this.err = err;
    this.json = json;
    this.quiet = quiet;
    this.color = color;
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

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  boolean isJson() {
    return json;
  }

  /** A result. */
  void data(ObjectNode object, String text) {
    out.println(json ? object.toString() : visible(text));
    out.flush();
  }

  /** A result of several lines, or one object. */
  void data(ObjectNode object, Runnable text) {
    if (json) {
      out.println(object);
    } else {
      text.run();
    }
    out.flush();
  }

  /** A line of a result for people. */
  void line(String text) {
    out.println(json ? text : visible(text));
  }

  /** Words about what is going on. */
  void say(String text) {
    if (!quiet && !json) {
      err.println(visible(text));
    }
  }

  /** Words that matter even when quiet is asked for. */
  void warn(String text) {
    err.println((color ? BOLD : "") + "warning: " + (color ? RESET : "") + visible(text));
  }

  /** A refusal. */
  void error(CliError error) {
    if (json) {
      ObjectNode object = object().put("error", error.code()).put("detail", error.getMessage());
      if (!error.hint().isEmpty()) {
        object.put("hint", error.hint());
      }
      out.println(object);
      return;
    }
    err.println(
        (color ? RED : "")
            + "error["
            + error.code()
            + "]: "
            + (color ? RESET : "")
            + visible(String.valueOf(error.getMessage())));
    if (!error.hint().isEmpty()) {
      err.println("hint: " + error.hint());
    }
  }

  String red(String text) {
    return color ? RED + text + RESET : text;
  }

  String dim(String text) {
    return color ? DIM + text + RESET : text;
  }

  /**
   * Nothing that a terminal would obey, but line ends and our own colours: texts of others are in
   * many of ours.
   */
  private static String visible(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean ours = c == '\u001b' && OURS.matcher(text).region(i, text.length()).lookingAt();
      if (!Character.isISOControl(c) || c == '\n' || ours) {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** Text from the network without anything that a terminal would obey. */
  static String plain(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == '\n' || c == '\t' ? ' ' : c)
        .filter(c ->
            !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT || c == 0x200d)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
