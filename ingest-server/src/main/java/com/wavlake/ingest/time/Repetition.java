package com.wavlake.ingest.time;

import java.time.Duration;

/** Schedules itself again after each run, until cancelled. */
final class Repetition implements Time.Alarm {
  private final Time time;
  private final Duration every;
  private final Runnable task;
  private Time.Alarm next = () -> {};
  private boolean cancelled;

  Repetition(Time time, Duration every, Runnable task) {
    this.time = time;
    this.every = every;
    this.task = task;
  }

  synchronized void arm() {
    if (!cancelled) {
      next = time.schedule(every, this::run);
    }
  }

  private void run() {
    try {
      task.run();
    } finally {
      arm();
    }
  }

  @Override
  public synchronized void cancel() {
    cancelled = true;
    next.cancel();
  }
}
