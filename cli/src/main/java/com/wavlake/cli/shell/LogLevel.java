package com.wavlake.cli.shell;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** How much is logged to stderr. To say so does not bring the log up. */
public final class LogLevel {
  private static Level wanted = Level.ERROR;
  private static @Nullable LoggerContext log;

  private LogLevel() {}

  /** Ours at this level, the libraries' at WARN at most. */
  public static synchronized void set(Level level) {
    wanted = level;
    if (log != null) {
      apply(log);
    }
  }

  /** The log has come up. */
  static synchronized void begin(LoggerContext context) {
    log = context;
    apply(context);
  }

  private static void apply(LoggerContext context) {
    context.getLogger("com.wavlake").setLevel(wanted);
    context
        .getLogger(Logger.ROOT_LOGGER_NAME)
        .setLevel(wanted.isGreaterOrEqual(Level.WARN) ? wanted : Level.WARN);
  }
}
