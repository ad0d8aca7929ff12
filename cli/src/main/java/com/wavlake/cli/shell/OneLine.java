package com.wavlake.cli.shell;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/**
 * A log message in which nothing begins a line of its own or commands a terminal: parts of it are
 * what strangers sent.
 */
public final class OneLine extends MessageConverter {
  private static final int INSTEAD = 0xFFFD;

  @Override
  public String convert(ILoggingEvent event) {
    return harmless(super.convert(event));
  }

  /** Control and format characters, line and paragraph separators become U+FFFD. */
  public static String harmless(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().map(c -> isHarmful(c) ? INSTEAD : c).forEach(out::appendCodePoint);
    return out.toString();
  }

  private static boolean isHarmful(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
