package com.wavlake.cli.shell;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Which of the three standard streams are terminals. {@code System.console()} says so only of stdin
 * and stdout together, and costs more than most commands take.
 */
public final class Terminals {
  private static final int USUAL_COLUMNS = 80;
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

  /** How wide a line for people may be: that of the terminal, or as wide as it gets without one. */
  public static int columns() {
    if (!isStdout()) {
      return Integer.MAX_VALUE;
    }
    String set = System.getenv().getOrDefault("COLUMNS", "");
    if (set.matches("[1-9]\\d{0,4}")) {
      return Integer.parseInt(set);
    }
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      String[] size = new String(stty.getInputStream().readNBytes(32), US_ASCII).split("\\s", -1);
      return size.length > 1 && size[1].matches("[1-9]\\d{0,4}")
          ? Integer.parseInt(size[1])
          : USUAL_COLUMNS;
    } catch (IOException e) {
      return USUAL_COLUMNS;
    }
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
