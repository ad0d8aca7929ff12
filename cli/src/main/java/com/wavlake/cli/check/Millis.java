package com.wavlake.cli.check;

import java.util.Locale;

/** Times as people read them. */
final class Millis {
  private Millis() {}

  /** {@code 41 ms} under a second, {@code 2.9 s} from there. */
  static String words(long millis) {
    return millis < 1_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
  }

  static long since(long startNanos) {
    return (System.nanoTime() - startNanos) / 1_000_000;
  }
}
