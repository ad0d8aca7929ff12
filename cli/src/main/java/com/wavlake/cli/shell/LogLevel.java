package com.wavlake.cli.shell;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** How much is logged to stderr. */
public final class LogLevel {
  private LogLevel() {}

  /** Ours at this level, the libraries' at WARN at most. */
  public static void set(Level level) {
    if (LoggerFactory.getLogger("com.wavlake") instanceof Logger ours
        && LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      ours.setLevel(level);
      root.setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
    }
  }
}
