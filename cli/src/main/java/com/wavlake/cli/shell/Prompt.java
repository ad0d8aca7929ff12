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
 * Asks for a secret on the terminal itself, whatever stdin and stdout are redirected to; what is
 * typed is not shown. {@code System.console()} is of no use here: it is null as soon as one of them
 * is redirected.
 */
public final class Prompt {
  private static final File TERMINAL = new File("/dev/tty");

  private Prompt() {}

  /** What was typed; empty where there is no terminal. */
  public static Optional<char[]> secret(String question) {
    try (FileInputStream in = new FileInputStream(TERMINAL);
        OutputStream out = new FileOutputStream(TERMINAL)) {
      out.write(question.getBytes(StandardCharsets.UTF_8));
      out.flush();
      if (stty("-echo") != 0) {
        return Optional.empty(); // rather than show a secret
      }
      Thread restore = new Thread(Prompt::showAgain);
      Runtime.getRuntime().addShutdownHook(restore);
      try {
        String line =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
        out.write('\n');
        return Optional.ofNullable(line).map(String::toCharArray);
      } finally {
        showAgain();
        Runtime.getRuntime().removeShutdownHook(restore);
      }
    } catch (IOException noTerminal) {
      return Optional.empty();
    }
  }

  private static void showAgain() {
    try {
      var _ = stty("echo");
    } catch (IOException e) {
      System.err.println("the terminal may not show what you type: stty echo");
    }
  }

  private static int stty(String mode) throws IOException {
    return run(new ProcessBuilder("stty", mode).redirectInput(TERMINAL));
  }

  private static int run(ProcessBuilder command) throws IOException {
    try {
      return command.start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }
}
