package com.wavlake.cli.check;

import java.time.Instant;
import java.util.List;

/**
 * How one stream went.
 *
 * @param round which round, from 1
 * @param stream which stream of it, from 1
 * @param streamId what the provider calls it; empty when there is none
 * @param began when
 * @param millis how long it took
 * @param steps in the order in which they ended
 */
record RunResult(
    int round, int stream, String streamId, Instant began, long millis, List<StepResult> steps) {
  RunResult {
    steps = List.copyOf(steps);
  }

  boolean passes(boolean lenient) {
    return steps.stream().allMatch(step -> step.passes(lenient));
  }

  /** Whether it came to be live, for people to watch, be it late. */
  boolean started() {
    return steps.stream()
        .filter(StepResult::works)
        .map(StepResult::step)
        .toList()
        .containsAll(Step.STARTED);
  }
}
