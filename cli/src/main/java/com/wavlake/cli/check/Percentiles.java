package com.wavlake.cli.check;

import java.util.Arrays;
import java.util.Collection;

/** Percentiles by nearest rank: each is one of the values that were measured. */
final class Percentiles {
  private final long[] sorted;

  private Percentiles(long[] sorted) {
    this.sorted = sorted;
  }

  static Percentiles of(Collection<Long> values) {
    long[] sorted = values.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return new Percentiles(sorted);
  }

  boolean isEmpty() {
    return sorted.length == 0;
  }

  /**
   * The least value that is not under {@code percent} of them.
   *
   * @throws IllegalStateException when there are none
   */
  long at(int percent) {
    if (isEmpty()) {
      throw new IllegalStateException("no values");
    }
    int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }
}
