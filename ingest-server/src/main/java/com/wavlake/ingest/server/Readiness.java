package com.wavlake.ingest.server;

import com.wavlake.ingest.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Whether the database answers. Anybody may ask, so it is asked once at a time, and what it said is
 * remembered for a second. Safe for use by many threads.
 */
final class Readiness {
  private static final Duration REMEMBERED = Duration.ofSeconds(1);

  private final BooleanSupplier check;
  private final Time time;
  private CompletableFuture<Boolean> answer = CompletableFuture.completedFuture(false);
  private Instant asked = Instant.EPOCH;

  /**
   * Not looked at yet.
   *
   * @param check may block
   */
  Readiness(BooleanSupplier check, Time time) {
    this.check = check;
    this.time = time;
  }

  /** The last answer, or the one that is on its way. */
  synchronized CompletableFuture<Boolean> ask() {
    Instant now = time.now();
    if (answer.isDone() && Duration.between(asked, now).abs().compareTo(REMEMBERED) >= 0) {
      asked = now;
      answer =
          CompletableFuture.supplyAsync(
              check::getAsBoolean, task -> Thread.ofVirtual().name("ready").start(task));
    }
    return answer;
  }
}
