package com.wavlake.cli.shell;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Asks on the terminal itself, whatever stdin and stdout are redirected to. {@code
 * System.console()} is of no use here: it is null as soon as one of them is redirected.
 */
public final class Prompt {
  private static final File TERMINAL = new File("/dev/tty");

  private Prompt() {}

  /** What was typed, which is not shown; empty where there is no terminal. */
  public static Optional<char[]> secret(String question) {
    try (FileInputStream in = new FileInputStream(TERMINAL);
        OutputStream out = new FileOutputStream(TERMINAL)) {
      write(out, question);
      Thread restore = new Thread(Prompt::showAgain);
      Runtime.getRuntime().addShutdownHook(restore);
      try {
        if (stty("-echo") != 0) {
          return Optional.empty(); // rather than show a secret
        }
        Optional<String> line = line(in);
        out.write('\n');
        return line.map(String::toCharArray);
      } finally {
        showAgain();
        Runtime.getRuntime().removeShutdownHook(restore);
      }
    } catch (IOException noTerminal) {
      return Optional.empty();
    }
  }

  /** What was typed, or what is proposed when nothing was; empty where there is no terminal. */
  public static Optional<String> line(String question, String proposed) {
    try (FileInputStream in = new FileInputStream(TERMINAL);
        OutputStream out = new FileOutputStream(TERMINAL)) {
      write(out, question + (proposed.isEmpty() ? " " : " [" + proposed + "] "));
      return line(in).map(String::strip).map(typed -> typed.isEmpty() ? proposed : typed);
    } catch (IOException noTerminal) {
      return Optional.empty();
    }
  }

  /**
   * Goes on only with a yes: typed, or given with {@code -y}.
   *
   * @throws CliError when the answer is no, or there is nobody to ask
   */
  public static void requireYes(Globals globals, String question) {
    if (globals.yes()) {
      return;
    }
    String answer =
        (globals.mayAsk() ? line(question + " [y/N]", "") : Optional.<String>empty())
            .orElseThrow(() -> CliError.usage(question, "-y says yes where nobody can be asked"));
    if (!answer.equalsIgnoreCase("y") && !answer.equalsIgnoreCase("yes")) {
      throw new CliError("declined", "nothing was done", "");
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static Optional<String> line(FileInputStream in) throws IOException {
    return Optional.ofNullable(
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine());
  }

  private static void showAgain() {
    try {
      var _ = stty("echo");
    } catch (IOException e) {
      System.err.println("the terminal may not show what you type: stty echo");
    }
  }

  private static int stty(String mode) throws IOException {
    try {
      return new ProcessBuilder("stty", mode).redirectInput(TERMINAL).start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }
}
