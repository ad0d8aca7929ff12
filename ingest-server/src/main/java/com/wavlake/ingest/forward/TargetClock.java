package com.wavlake.ingest.forward;

/**
 * A target's times, 32 bits of milliseconds: from 0, and going on where the encoder's own times
 * jump, as they do when it comes back.
 */
final class TargetClock {
  private static final int MAX_FORWARD_MILLIS = 10_000;
  private static final int MAX_BACK_MILLIS = 2_000;
  private static final int STEP_MILLIS = 20;

  private boolean started;
  private int base;
  private int last;

  /** The target begins anew. */
  void restart() {
    started = false;
    last = 0;
  }

  /** Where it stands: for what has no time of its own. */
  int now() {
    return last;
  }

  /** The time of a tag. */
  int of(int timestamp) {
    int step = timestamp - base - last;
    if (!started) {
      started = true;
      base = timestamp;
    } else if (step > MAX_FORWARD_MILLIS || step < -MAX_BACK_MILLIS) {
      base = timestamp - last - STEP_MILLIS;
    }
    int at = timestamp - base;
    if (at < 0 && at >= -MAX_BACK_MILLIS) {
      return 0; // the first tag was not the earliest
    }
    if (at - last > 0) {
      last = at;
    }
    return at;
  }
}
