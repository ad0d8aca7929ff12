package com.wavlake.cli.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Which of the three standard streams are terminals. {@code System.console()} says so only of stdin
 * and stdout together, and costs more than most commands take.
 */
public final class Terminals {
  private static final Path OWN = Path.of("/proc/self/fd");
  private static final Pattern DEVICE = Pattern.compile("/dev/(pts/\\d+|tty.*|console)");

  private Terminals() {}

  /** Whether nothing is piped in. */
  public static boolean isStdin() {
    return is(0);
  }

  /** Whether data is read by a person. */
  public static boolean isStdout() {
    return is(1);
  }

  /** Whether words are read by a person. */
  public static boolean isStderr() {
    return is(2);
  }

  private static boolean is(int descriptor) {
    Path link = OWN.resolve(Integer.toString(descriptor));
    try {
      return Files.isSymbolicLink(link)
          ? DEVICE.matcher(Files.readSymbolicLink(link).toString()).matches()
          : test(descriptor);
    } catch (IOException e) {
      return false;
    }
  }

  /** Where there is no /proc. */
  private static boolean test(int descriptor) throws IOException {
    try {
      return new ProcessBuilder("test", "-t", Integer.toString(descriptor))
              .inheritIO()
              .start()
              .waitFor()
          == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
