package com.wavlake.cli.check;

import com.wavlake.cli.check.StepResult.Status;
import com.wavlake.cli.command.Failures;
import com.wavlake.cli.shell.CliError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * The steps of one stream: tries each, measures it, and writes down how it went. For one thread.
 */
final class Steps {
  private static final String INTERRUPTED = "interrupted";

  private final Duration patience;
  private final Consumer<StepResult> listener;
  private final List<StepResult> results = new ArrayList<>();
  private final Set<Step> broken = EnumSet.noneOf(Step.class);
  private final Set<Step> told = EnumSet.noneOf(Step.class);

  /**
   * None yet.
   *
   * @param patience how long a step is waited for beyond its target
   */
  Steps(Duration patience, Consumer<StepResult> listener) {
    this.patience = patience;
    this.listener = listener;
  }

  /** Tries a step; empty when it did not work or could not be tried. */
  <T> Optional<T> take(Step step, Callable<Done<T>> action) throws InterruptedException {
    return take(step, Duration.ZERO, action);
  }

  /** The same for one that takes this long when all is well. */
  <T> Optional<T> take(Step step, Duration takes, Callable<Done<T>> action)
      throws InterruptedException {
    Optional<Step> missing = step.needs().stream().filter(broken::contains).findFirst();
    if (missing.isPresent()) {
      broken.add(step);
      skip(step, "needs: " + missing.get().label());
      return Optional.empty();
    }
    long start = System.nanoTime();
    try {
      Done<T> done = Bounded.call(step.target().plus(takes).plus(patience), action);
      long millis = done.measured().map(Duration::toMillis).orElseGet(() -> Millis.since(start));
      boolean slow = step.hasTarget() && millis > step.targetMillis();
      tell(new StepResult(step, slow ? Status.SLOW : Status.OK, millis, done.words()));
      return Optional.of(done.value());
    } catch (NotOffered e) {
      skip(step, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      broken.add(step);
      tell(new StepResult(step, Status.INTERRUPTED, Millis.since(start), INTERRUPTED));
      throw e;
    } catch (Exception e) {
      broken.add(step);
      tell(new StepResult(step, Status.FAILED, Millis.since(start), words(e)));
    }
    return Optional.empty();
  }

  private static String words(Exception e) {
    CliError error = Failures.explain(e);
    return error.code() + ": " + error.getMessage();
  }

  /** Leaves a step out. */
  void skip(Step step, String why) {
    tell(new StepResult(step, Status.SKIPPED, 0, why));
  }

  /** Nobody will know of whatever has not been tried of the steps before one. */
  void cutShortBefore(Step end) {
    for (Step step : Step.values()) {
      if (step.compareTo(end) < 0 && !told.contains(step)) {
        tell(new StepResult(step, Status.INTERRUPTED, 0, INTERRUPTED));
      }
    }
  }

  /** Leaves out a step that has not been tried. */
  void skipUntried(Step step, String why) {
    if (!told.contains(step)) {
      skip(step, why);
    }
  }

  private void tell(StepResult result) {
    told.add(result.step());
    results.add(result);
    listener.accept(result);
  }

  /** Whether a step has worked. */
  boolean hasWorked(Step step) {
    return results.stream().anyMatch(r -> r.step() == step && r.works());
  }

  /** Whether a step was tried and did not work. */
  boolean hasFailed(Step step) {
    return results.stream().anyMatch(r -> r.step() == step && r.status() == Status.FAILED);
  }

  List<StepResult> results() {
    return List.copyOf(results);
  }
}
