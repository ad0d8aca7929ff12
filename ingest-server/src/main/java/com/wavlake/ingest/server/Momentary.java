package com.wavlake.ingest.server;

import com.wavlake.ingest.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is dear to find out and may be a moment old: found out once for all who ask meanwhile. Safe
 * for use by many threads.
 */
final class Momentary<T> {
  private record Kept<T>(T value, Instant since) {}

  private final Duration goodFor;
  private final Time time;
  private final Supplier<T> source;
  private Optional<Kept<T>> kept = Optional.empty();

  Momentary(Duration goodFor, Time time, Supplier<T> source) {
    this.goodFor = goodFor;
    this.time = time;
    this.source = source;
  }

  /** May block. */
  synchronized T get() {
    Instant now = time.now();
    Optional<Kept<T>> fresh = kept.filter(k -> isFresh(k.since(), now));
    if (fresh.isPresent()) {
      return fresh.get().value();
    }
    T value = source.get();
    kept = Optional.of(new Kept<>(value, now));
    return value;
  }

  /** A clock that was set back makes nothing last for longer. */
  private boolean isFresh(Instant since, Instant now) {
    return !now.isBefore(since) && now.isBefore(since.plus(goodFor));
  }
}
