package com.wavlake.ingest.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A clock that a test moves; alarms ring in order, on the test's thread. */
public final class FakeTime implements Time {
  private record Pending(Instant at, Runnable task) {}

  private final List<Pending> pending = new ArrayList<>();
  private Instant now;

  /** A clock that stands on an evening in January 2026. */
  public FakeTime() {
    this(Instant.parse("2026-01-31T20:00:00Z"));
  }

  /** A clock without alarms that stands at {@code now}. */
  public FakeTime(Instant now) {
    this.now = now;
  }

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized Alarm schedule(Duration delay, Runnable task) {
    Pending alarm = new Pending(now.plus(delay), task);
    pending.add(alarm);
    return () -> cancel(alarm);
  }

  private synchronized void cancel(Pending alarm) {
    pending.remove(alarm);
  }

  /** How many alarms are set. */
  public synchronized int alarms() {
    return pending.size();
  }

  /** Moves on, ringing what is due on the way. */
  public void advance(Duration by) {
    Instant end = now().plus(by);
    for (Optional<Pending> next = next(end); next.isPresent(); next = next(end)) {
      next.get().task().run();
    }
    synchronized (this) {
      now = end;
    }
  }

  private synchronized Optional<Pending> next(Instant end) {
    Optional<Pending> next =
        pending.stream()
            .filter(alarm -> !alarm.at().isAfter(end))
            .min(Comparator.comparing(Pending::at));
    next.ifPresent(alarm -> {
      pending.remove(alarm);
      now = alarm.at();
    });
    return next;
  }
}
