package com.wavlake.cli.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** All streams of a plan: so many at a time, round after round, until it is interrupted. */
final class Smoke {
  private final SmokePlan plan;
  private final SmokeReport report;
  private final List<Thread> running = new CopyOnWriteArrayList<>();
  private volatile boolean interrupted;
  private boolean timedOut;

  Smoke(SmokePlan plan, SmokeReport report) {
    this.plan = plan;
    this.report = report;
  }

  /** Ends it early: what is live is ended and deleted first. From any thread. */
  void interrupt() {
    interrupted = true;
    running.forEach(Thread::interrupt);
  }

  /** Whether it was ended early, for whatever reason. */
  boolean wasInterrupted() {
    return interrupted;
  }

  /** Whether it was ended because its time was over. */
  boolean timedOut() {
    return timedOut;
  }

  /**
   * Runs.
   *
   * @param within how long it may take, cleaning up aside
   */
  List<RunResult> run(Duration within) throws InterruptedException {
    long end = System.nanoTime() + within.toNanos();
    List<RunResult> results = new ArrayList<>();
    for (int round = 1; round <= plan.rounds() && !interrupted; round++) {
      List<FutureTask<RunResult>> streams = start(round);
      for (FutureTask<RunResult> stream : streams) {
        results.add(await(stream, end));
      }
      running.clear();
    }
    return results;
  }

  private List<FutureTask<RunResult>> start(int round) {
    List<FutureTask<RunResult>> streams = new ArrayList<>();
    for (int number = 1; number <= plan.streams(); number++) {
      int stream = number;
      Callable<RunResult> run =
          () -> new SmokeRun(plan, round, stream, step -> report.step(round, stream, step)).run();
      FutureTask<RunResult> task = new FutureTask<>(run);
      streams.add(task);
      running.add(Thread.ofVirtual().name("smoke").start(task));
    }
    if (interrupted) { // between two looks at it
      running.forEach(Thread::interrupt);
    }
    return streams;
  }

  private RunResult await(FutureTask<RunResult> stream, long end) throws InterruptedException {
    try {
      try {
        return stream.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        timedOut |= !interrupted; // of several streams only the first finds it so
        interrupt();
        return stream.get(); // each of its waits is bounded
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
