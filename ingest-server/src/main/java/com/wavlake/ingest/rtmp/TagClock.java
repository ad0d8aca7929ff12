package com.wavlake.ingest.rtmp;

/**
 * RTMP's 32-bit milliseconds unwrapped to 64 by serial arithmetic, RTMP 1.0 §4. Tags of several
 * tracks interleave: a step back of less than two seconds is order, more is a jump.
 */
final class TagClock {
  private static final int MAX_FORWARD_MILLIS = 10_000;
  private static final int MAX_BACK_MILLIS = 2_000;

  private boolean started;
  private int newest32;
  private long newest;

  /**
   * Whether {@code timestamp} does not continue what was before; then it is taken as a new
   * beginning.
   */
  boolean jumps(int timestamp) {
    int step = timestamp - newest32;
    if (started && (step > MAX_FORWARD_MILLIS || step < -MAX_BACK_MILLIS)) {
      started = false;
      return true;
    }
    return false;
  }

  long unwrap(int timestamp) {
    if (!started) {
      started = true;
      newest32 = timestamp;
      newest =
          Integer.toUnsignedLong(timestamp)
              + MAX_BACK_MILLIS; // room for a first tag of another track a little earlier
      return newest;
    }
    int step = timestamp - newest32;
    if (step > 0) {
      newest32 = timestamp;
      newest += step;
      return newest;
    }
    return newest + step;
  }
}
