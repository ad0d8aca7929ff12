package com.wavlake.ingest.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.wavlake.ingest.time.FakeTime;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DeliveryLoopTest {
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final FakeTime time = new FakeTime();
  private final Set<Integer> due = Collections.synchronizedSet(new TreeSet<>());
  private final Map<Integer, Integer> attempts = new ConcurrentHashMap<>();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();

  private List<Integer> due(int most) {
    synchronized (due) {
      return due.stream().limit(most).toList();
    }
  }

  private static void pass(CountDownLatch gate) {
    try {
      assertThat(gate.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private DeliveryLoop<Integer> loop(CountDownLatch gate) {
    return new DeliveryLoop<>(
        (_, most) -> due(most),
        item -> {
          attempts.merge(item, 1, Integer::sum);
          mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          pass(gate);
          due.remove(item);
          atOnce.decrementAndGet();
        },
        time);
  }

  @Test
  void each_is_delivered_once_however_often_is_looked() throws InterruptedException {
    IntStream.range(0, 2_000).forEach(due::add);
    try (DeliveryLoop<Integer> loop = loop(new CountDownLatch(0))) {
      List<Thread> lookers =
          IntStream.range(0, 4)
              .mapToObj(_ ->
                  Thread.startVirtualThread(() -> {
                    while (!due.isEmpty()) {
                      loop.look();
                    }
                  }))
              .toList();
      for (Thread looker : lookers) {
        looker.join();
      }
      await().until(() -> loop.underWay() == 0);
    }
    assertThat(attempts).hasSize(2_000);
    assertThat(attempts.values()).containsOnly(1);
    assertThat(mostAtOnce.get()).isLessThanOrEqualTo(16);
  }

  @Test
  void slow_ones_hold_up_no_more_than_their_places() {
    CountDownLatch gate = new CountDownLatch(1);
    IntStream.range(0, 100).forEach(due::add);
    try (DeliveryLoop<Integer> loop = loop(gate)) {
      time.advance(EVERY);
      await().until(() -> atOnce.get() == 16);
      time.advance(EVERY);
      time.advance(EVERY);
      assertThat(loop.underWay()).isEqualTo(16);
      assertThat(attempts).hasSize(16);
      gate.countDown();
      await()
          .until(() -> {
            time.advance(EVERY);
            return due.isEmpty();
          });
      assertThat(attempts.values()).containsOnly(1);
    }
  }

  @Test
  void what_fails_unexpectedly_is_tried_again_and_the_rest_goes_on() {
    due.addAll(List.of(1, 2));
    AtomicInteger faults = new AtomicInteger();
    try (DeliveryLoop<Integer> loop =
        new DeliveryLoop<>(
            (_, most) -> due(most),
            item -> {
              if (item == 1 && faults.incrementAndGet() < 3) {
                throw new IllegalStateException("on purpose");
              }
              due.remove(item);
            },
            time)) {
      await()
          .until(() -> {
            time.advance(EVERY);
            return due.isEmpty();
          });
      await().until(() -> loop.underWay() == 0);
    }
    assertThat(faults).hasValue(3);
  }

  @Test
  void one_that_is_closed_looks_no_more() {
    loop(new CountDownLatch(0)).close();
    due.add(1);
    time.advance(Duration.ofMinutes(1));
    assertThat(attempts).isEmpty();
    assertThat(time.alarms()).isZero();
  }
}
