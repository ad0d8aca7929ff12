package com.wavlake.live;

import java.util.Random;
import java.util.function.Consumer;

/** Random values for tests; a failure names the seed that repeats it. */
public final class Generator {
  private static final String INTERESTING =
      "\u0000\u0001\b\t\n\f\r\u001f\"\\/ aZ0\u007f\u0080é\u2028\ufffdﾊ";

  private final Random random;

  private Generator(Random random) {
    this.random = random;
  }

  /** Runs {@code property} on so many seeds. */
  public static void forAll(int cases, Consumer<Generator> property) {
    long base = Long.getLong("seed", System.nanoTime());
    for (int i = 0; i < cases; i++) {
      long seed = base + i;
      try {
        property.accept(new Generator(new Random(seed)));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("repeat with -Dseed=" + seed, e);
      }
    }
  }

  /** 0 … bound−1. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** So many. */
  public byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** With a liking for what breaks encoders. */
  public String text(int maxLength) {
    StringBuilder out = new StringBuilder();
    for (int left = below(maxLength + 1); left > 0; left--) {
      switch (below(4)) {
        case 0 -> out.append(INTERESTING.charAt(below(INTERESTING.length())));
        case 1 -> out.appendCodePoint(0x1f300 + below(0x200));
        case 2 -> out.append((char) (0x20 + below(0x5f)));
        default -> out.append((char) (0xa0 + below(0xd000 - 0xa0)));
      }
    }
    return out.toString();
  }
}
