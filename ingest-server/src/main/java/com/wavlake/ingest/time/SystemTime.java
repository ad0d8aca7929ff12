package com.wavlake.ingest.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's clock; tasks run on virtual threads of their own. */
public final class SystemTime implements Time, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SystemTime.class);

  private final Clock clock = Clock.systemUTC();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("time").factory());

  /** A new alarm clock with one thread. */
  public SystemTime() {
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS); // as databases keep it
  }

  @Override
  public Alarm schedule(Duration delay, Runnable task) {
    if (timer.isShutdown()) {
      return () -> {};
    }
    var scheduled =
        timer.schedule(
            () -> Thread.startVirtualThread(() -> run(task)),
            delay.toMillis(),
            TimeUnit.MILLISECONDS);
    return () -> scheduled.cancel(false);
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("a scheduled task failed", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
