package com.wavlake.ingest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.ingest.time.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class MomentaryTest {
  private static final int MANY = 50;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeTime time = new FakeTime();
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch all = new CountDownLatch(MANY);

  @Test
  void it_is_good_for_so_long_and_then_found_out_anew() {
    Momentary<Integer> number = new Momentary<>(SECOND, time, asked::incrementAndGet);
    assertThat(number.get()).isEqualTo(1);
    time.advance(Duration.ofMillis(999));
    assertThat(number.get()).isEqualTo(1);
    time.advance(Duration.ofMillis(1));
    assertThat(number.get()).isEqualTo(2);
    time.advance(Duration.ofHours(-1));
    assertThat(number.get()).as("the clock was set back").isEqualTo(3);
  }

  @Test
  void all_who_ask_at_once_are_one_who_asks() throws Exception {
    Momentary<Integer> number = new Momentary<>(SECOND, time, this::whenAllHaveAsked);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        answers.add(
            threads.submit(() -> {
              all.countDown();
              return number.get();
            }));
      }
      for (Future<Integer> answer : answers) {
        assertThat(answer.get()).isEqualTo(1);
      }
    }
  }

  private int whenAllHaveAsked() {
    try {
      all.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return asked.incrementAndGet();
  }

  @Test
  void what_fails_is_not_kept() {
    Momentary<Integer> number = new Momentary<>(SECOND, time, this::notAtFirst);
    assertThatThrownBy(number::get).hasMessage("not now");
    assertThat(number.get()).isEqualTo(2);
  }

  private int notAtFirst() {
    if (asked.incrementAndGet() == 1) {
      throw new IllegalStateException("not now");
    }
    return asked.get();
  }
}
