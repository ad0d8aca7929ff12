package com.wavlake.ingest;

import java.util.Random;

/** Random values for tests; a failure names the seed that repeats it. */
public final class Generator {
  private final Random random;

  private Generator(Random random) {
    this.random = random;
  }

  /** What holds for every seed. */
  public interface Property {
    /** Throws when it does not hold. */
    void check(Generator random) throws Exception;
  }

  /** Runs {@code property} on so many seeds. */
  public static void forAll(int cases, Property property) {
    long base = Long.getLong("seed", System.nanoTime());
    for (int i = 0; i < cases; i++) {
      long seed = base + i;
      try {
        property.check(new Generator(new Random(seed)));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("repeat with -Dseed=" + seed, e);
      }
    }
  }

  /** 0 … bound−1. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** Any of the 2³². */
  public int any() {
    return random.nextInt();
  }

  /** So many. */
  public byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
