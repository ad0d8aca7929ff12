package com.wavlake.cli.check;

import com.wavlake.cli.check.StepResult.Status;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How all streams went.
 *
 * @param ok whether each step of each stream went as it should, and nothing was cut short
 * @param runs how many streams
 * @param passed how many of them went as they should
 * @param starts the share of streams that came to be live, for people to watch
 * @param chat the share of messages that arrived, of those that were sent; empty when none was
 * @param steps by step, how it went
 */
record SmokeSummary(
    boolean ok,
    int runs,
    int passed,
    double starts,
    OptionalDouble chat,
    Map<Step, Figures> steps) {
  /** Over this share of streams should start. */
  static final double STARTS_TARGET = 0.95;

  /** Over this share of messages should arrive. */
  static final double CHAT_TARGET = 0.90;

  SmokeSummary {
    steps = Map.copyOf(steps);
  }

  /**
   * How a step went in all streams.
   *
   * @param times of those that worked
   */
  record Figures(int ok, int slow, int failed, int skipped, int interrupted, Percentiles times) {
    static Figures of(List<StepResult> results) {
      return new Figures(
          count(results, Status.OK),
          count(results, Status.SLOW),
          count(results, Status.FAILED),
          count(results, Status.SKIPPED),
          count(results, Status.INTERRUPTED),
          Percentiles.of(
              results.stream().filter(StepResult::works).map(StepResult::millis).toList()));
    }

    private static int count(List<StepResult> results, Status status) {
      return (int) results.stream().filter(r -> r.status() == status).count();
    }

    int tried() {
      return ok + slow + failed;
    }
  }

  /** How a step went. */
  Figures of(Step step) {
    return Objects.requireNonNull(steps.get(step)); // there is one for each
  }

  /**
   * Sums up.
   *
   * @param whole whether all was tried that was to be
   */
  static SmokeSummary of(List<RunResult> runs, boolean lenient, boolean whole) {
    List<StepResult> all = runs.stream().flatMap(run -> run.steps().stream()).toList();
    Map<Step, Figures> steps = new EnumMap<>(Step.class);
    for (Step step : Step.values()) {
      steps.put(step, Figures.of(all.stream().filter(r -> r.step() == step).toList()));
    }
    int passed = (int) runs.stream().filter(run -> run.passes(lenient)).count();
    long started = runs.stream().filter(RunResult::started).count();
    Figures chat = Figures.of(all.stream().filter(r -> Step.CHAT.contains(r.step())).toList());
    int arrived = chat.ok() + chat.slow();
    return new SmokeSummary(
        whole && passed == runs.size(),
        runs.size(),
        passed,
        runs.isEmpty() ? 0 : (double) started / runs.size(),
        chat.tried() == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of((double) arrived / chat.tried()),
        steps);
  }
}
