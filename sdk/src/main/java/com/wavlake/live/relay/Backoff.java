package com.wavlake.live.relay;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Capped exponential back-off with jitter; only a connection that was stable for a while resets it.
 */
final class Backoff {
  static final Duration FIRST = Duration.ofMillis(500);
  static final Duration CAP = Duration.ofSeconds(60);
  static final Duration STABLE = Duration.ofSeconds(60);

  private final RandomGenerator random;
  private int failures;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * How long to wait now, after a connection that lasted {@code connectedFor}: between half of the
   * step and all of it.
   */
  Duration next(Duration connectedFor) {
    if (connectedFor.compareTo(STABLE) >= 0) {
      failures = 0;
    }
    long step = Math.min(CAP.toMillis(), FIRST.toMillis() << Math.min(failures, 20));
    failures++;
    return Duration.ofMillis(step / 2 + random.nextLong(step / 2 + 1));
  }
}
