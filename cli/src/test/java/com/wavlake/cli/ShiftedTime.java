package com.wavlake.cli;

import com.wavlake.ingest.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The real clock, which a test can put forward: alarms then ring as if the time had passed. */
final class ShiftedTime implements Time {
  private final List<Pending> pending = new ArrayList<>();
  private Duration ahead = Duration.ZERO;

  private record Pending(Instant at, Runnable task, AtomicBoolean cancelled) {}

  ShiftedTime() {
    Thread.ofVirtual().name("shifted-time").start(this::ring);
  }

  @Override
  public synchronized Instant now() {
    return Instant.now().plus(ahead);
  }

  @Override
  public synchronized Alarm schedule(Duration delay, Runnable task) {
    Pending alarm = new Pending(now().plus(delay), task, new AtomicBoolean());
    pending.add(alarm);
    notifyAll();
    return () -> alarm.cancelled().set(true);
  }

  synchronized void advance(Duration by) {
    ahead = ahead.plus(by);
    notifyAll();
  }

  private void ring() {
    try {
      while (true) {
        Thread.ofVirtual().start(next().task());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Pending next() throws InterruptedException {
    while (true) {
      pending.removeIf(alarm -> alarm.cancelled().get());
      Pending first = null;
      for (Pending alarm : pending) {
        first = first == null || alarm.at().isBefore(first.at()) ? alarm : first;
      }
      long millis = first == null ? 0 : Duration.between(now(), first.at()).toMillis();
      if (first != null && millis <= 0) {
        pending.remove(first);
        return first;
      }
      wait(millis);
    }
  }
}
