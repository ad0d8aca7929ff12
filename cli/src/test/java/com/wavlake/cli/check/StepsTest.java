package com.wavlake.cli.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.cli.check.StepResult.Status;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class StepsTest {
  private final List<StepResult> told = new ArrayList<>();
  private final Steps steps = new Steps(Duration.ofMillis(200), told::add);

  private Status last() {
    return told.getLast().status();
  }

  @Test
  void a_step_that_works_has_a_value_and_its_time() throws Exception {
    assertThat(steps.take(Step.CREATE, () -> Done.of(7, "seven"))).contains(7);
    assertThat(told.getLast().words()).isEqualTo("seven");
    assertThat(last()).isEqualTo(Status.OK);
    assertThat(steps.hasWorked(Step.CREATE)).isTrue();
  }

  @Test
  void one_over_its_target_is_slow_and_works_all_the_same() throws Exception {
    Done<Boolean> late = Done.saying("late").measured(Duration.ofMillis(5_001));
    assertThat(steps.take(Step.FIRST_FRAME, () -> late)).isPresent();
    assertThat(told.getLast())
        .isEqualTo(new StepResult(Step.FIRST_FRAME, Status.SLOW, 5_001, "late"));
    assertThat(told.getLast().passes(false)).isFalse();
    assertThat(told.getLast().passes(true)).isTrue();
  }

  @Test
  void what_needs_a_step_that_failed_is_skipped_and_what_needs_that_too() throws Exception {
    assertThat(
            steps.take(
                Step.PUSH,
                () -> {
                  throw new LiveException(Category.REFUSED, "no");
                }))
        .isEmpty();
    assertThat(last()).isEqualTo(Status.FAILED);
    assertThat(steps.take(Step.FIRST_SEGMENT, () -> Done.saying(""))).isEmpty();
    assertThat(told.getLast().words()).isEqualTo("needs: push");
    assertThat(steps.take(Step.FIRST_FRAME, () -> Done.saying(""))).isEmpty();
    assertThat(told.getLast().words()).isEqualTo("needs: first segment");
    assertThat(steps.take(Step.CREATE, () -> Done.saying(""))).isPresent();
  }

  @Test
  void what_is_not_offered_is_skipped_and_stands_in_nobodys_way() throws Exception {
    assertThat(
            steps.take(
                Step.PROVIDER,
                () -> {
                  throw new NotOffered("it says nothing of itself");
                }))
        .isEmpty();
    assertThat(last()).isEqualTo(Status.SKIPPED);
    assertThat(told.getLast().passes(false)).isTrue();
    assertThat(steps.take(Step.CREATE, () -> Done.saying(""))).isPresent();
  }

  @Test
  void one_that_does_not_end_is_given_up() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    assertThat(
            steps.take(
                Step.CREATE,
                () -> {
                  never.await();
                  return Done.saying("");
                }))
        .isEmpty();
    assertThat(told.getLast().words()).isEqualTo("timed_out: no answer within 200 ms");
  }

  @Test
  void what_was_cut_short_does_not_pass_however_lenient_one_is() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() ->
            steps.take(
                Step.CREATE,
                () -> {
                  never.await();
                  return Done.saying("");
                }))
        .isInstanceOf(InterruptedException.class);
    steps.cutShortBefore(Step.CLEANUP);
    assertThat(told).hasSize(Step.values().length - 1);
    assertThat(told).allMatch(r -> r.status() == Status.INTERRUPTED && !r.passes(true));
    SmokeSummary summary = SmokeSummary.of(List.of(run(1, told)), true, false);
    assertThat(summary.passed()).isZero();
    assertThat(summary.of(Step.PUSH).interrupted()).isEqualTo(1);
    assertThat(summary.of(Step.PUSH).tried()).isZero();
  }

  @Test
  void shares_are_of_streams_that_started_and_of_messages_that_were_sent() {
    List<StepResult> well = new ArrayList<>();
    Step.STARTED.forEach(step -> well.add(new StepResult(step, Status.OK, 10, "")));
    List<StepResult> mute = List.copyOf(well);
    well.add(new StepResult(Step.CHAT_TO_STREAMER, Status.SLOW, 6_000, ""));
    well.add(new StepResult(Step.CHAT_TO_VIEWER, Status.FAILED, 10_000, "lost"));
    List<StepResult> never = List.of(new StepResult(Step.CREATE, Status.FAILED, 1, "no"));
    SmokeSummary summary =
        SmokeSummary.of(
            List.of(run(1, well), run(2, mute), run(3, mute), run(4, never)), false, true);
    assertThat(summary.ok()).isFalse();
    assertThat(summary.passed()).isEqualTo(2);
    assertThat(summary.starts()).isEqualTo(0.75);
    assertThat(summary.chat()).hasValue(0.5);
    assertThat(summary.of(Step.CREATE).times().isEmpty()).as("what failed has no time").isTrue();
    assertThat(SmokeSummary.of(List.of(run(1, mute)), false, true).ok()).isTrue();
    assertThat(SmokeSummary.of(List.of(run(1, mute)), false, false).ok()).as("cut short").isFalse();
    assertThat(SmokeSummary.of(List.of(run(1, never)), false, true).chat()).isEmpty();
  }

  @Test
  void a_slow_start_is_a_start_and_not_well() {
    List<StepResult> late =
        List.of(
            new StepResult(Step.START, Status.SLOW, 10_001, ""),
            new StepResult(Step.FIRST_FRAME, Status.OK, 10, ""));
    SmokeSummary summary = SmokeSummary.of(List.of(run(1, late)), false, true);
    assertThat(summary.starts()).isEqualTo(1.0);
    assertThat(summary.ok()).isFalse();
  }

  private static RunResult run(int round, List<StepResult> steps) {
    return new RunResult(round, 1, "", Instant.EPOCH, 0, steps);
  }
}
