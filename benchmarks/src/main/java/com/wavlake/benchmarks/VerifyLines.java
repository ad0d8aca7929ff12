package com.wavlake.benchmarks;

import com.wavlake.live.nostr.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What the scripts beside this do in other languages: reads events from a file, verifies each. */
public final class VerifyLines {
  private static final Duration WARM_UP = Duration.ofSeconds(4);
  private static final Duration MEASURED = Duration.ofSeconds(6);

  private VerifyLines() {}

  /** Prints how many a second: parsed, id computed, signature verified, on one thread. */
  public static void main(String[] args) throws IOException {
    List<String> lines = Files.readAllLines(Path.of(args[0]));
    var _ = rate(lines, WARM_UP);
    System.out.println(Math.round(rate(lines, MEASURED)));
  }

  private static double rate(List<String> lines, Duration howLong) {
    long start = System.nanoTime();
    long count = 0;
    while (System.nanoTime() - start < howLong.toNanos()) {
      for (String line : lines) {
        if (!Event.parse(line).verify()) {
          throw new IllegalStateException("does not verify: " + line);
        }
        count++;
      }
    }
    return count * 1e9 / (System.nanoTime() - start);
  }
}
