package com.wavlake.cli.check;

import com.wavlake.cli.shell.Console;
import java.util.Locale;

/**
 * How a step went.
 *
 * @param step which
 * @param status how it ended
 * @param millis how long it took, or what it measured; 0 when it was not tried
 * @param words what was seen, or what went wrong; fit for a terminal
 */
record StepResult(Step step, Status status, long millis, String words) {
  StepResult {
    words = Console.plain(words);
  }

  /** How a step can end. */
  enum Status {
    /** As it should. */
    OK,
    /** As it should, but over its target. */
    SLOW,
    /** Not as it should. */
    FAILED,
    /** Not tried: what it needs failed, or the provider does not offer it. */
    SKIPPED,
    /** Cut short, or not come to: nobody knows. */
    INTERRUPTED;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether it did what it should, be it late. */
  boolean works() {
    return status == Status.OK || status == Status.SLOW;
  }

  /** Whether it came to an end, and so has a time. */
  boolean wasTried() {
    return works() || status == Status.FAILED;
  }

  /** Whether it may stand in a run that went well. */
  boolean passes(boolean lenient) {
    return switch (status) {
      case OK, SKIPPED -> true;
      case SLOW -> lenient;
      case FAILED, INTERRUPTED -> false;
    };
  }
}
