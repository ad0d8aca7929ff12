package com.wavlake.ingest.time;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock and the alarm, as one port: a test that moves the one rings the other. Safe for use by
 * many threads.
 */
public interface Time {

  /** Now. */
  Instant now();

  /** Runs {@code task} once after {@code delay}, on a thread that may block. */
  Alarm schedule(Duration delay, Runnable task);

  /** Runs {@code task} again and again, {@code every} so often; a failing run does not end it. */
  default Alarm repeat(Duration every, Runnable task) {
    Repetition repetition = new Repetition(this, every, task);
    repetition.arm();
    return repetition;
  }

  /** Something scheduled. */
  interface Alarm {
    /** It will not start any more; what runs already goes on. */
    void cancel();
  }
}
