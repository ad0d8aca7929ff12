package com.wavlake.ingest.forward;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.ingest.rtmp.FlvTag;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class TagQueueTest {
  private static FlvTag tag(int type, int time, String head, int size) {
    byte[] head2 = HexFormat.of().parseHex(head);
    return new FlvTag(type, time, ByteBuffer.allocate(size).put(0, head2));
  }

  private static FlvTag next(TagQueue queue) throws InterruptedException {
    return Objects.requireNonNull(queue.take(Duration.ofMillis(50)));
  }

  private static FlvTag key(int time) {
    return tag(9, time, "1701000000", 1_000);
  }

  private static FlvTag between(int time) {
    return tag(9, time, "2701000000", 1_000);
  }

  @Test
  void it_begins_with_a_key_frame_and_drops_to_the_next_when_it_is_full() throws Exception {
    TagQueue queue = new TagQueue(5_800);
    queue.open(false);
    queue.offer(tag(9, 0, "1700000000", 40));
    queue.offer(between(1));
    queue.offer(key(2));
    for (int i = 3; i < 9; i++) {
      queue.offer(between(i)); // the fifth does not fit
    }
    queue.offer(key(9));
    queue.offer(between(10));
    assertThat(next(queue).isConfiguration()).as("kept").isTrue();
    assertThat(next(queue).timestampMillis()).isEqualTo(9);
    assertThat(next(queue).timestampMillis()).isEqualTo(10);
    assertThat(queue.dropped()).isPositive();
    queue.close();
    assertThat(queue.take(Duration.ofMillis(50))).isNull();
  }

  @Test
  void sound_alone_needs_no_key_frame() throws Exception {
    TagQueue queue = new TagQueue(5_800);
    queue.open(false);
    queue.offer(tag(8, 0, "af00", 4));
    queue.offer(tag(8, 1, "af01", 100));
    assertThat(next(queue).isConfiguration()).isTrue();
    assertThat(next(queue).timestampMillis()).isEqualTo(1);
  }

  @Test
  void memory_is_bounded_even_by_configurations() {
    TagQueue queue = new TagQueue(5_800);
    queue.open(false);
    for (int i = 0; i < 10_000; i++) {
      queue.offer(tag(9, i, "1700000000", 1_000));
    }
    assertThat(queue.waitingBytes()).isLessThanOrEqualTo(5_800);
  }

  @Test
  void empty_tags_take_room_too_and_a_target_that_is_away_takes_none() {
    TagQueue queue = new TagQueue(5_800);
    queue.offer(key(0));
    assertThat(queue.waitingBytes()).as("not open").isZero();
    queue.open(false);
    for (int i = 0; i < 10_000; i++) {
      queue.offer(new FlvTag(8, i, ByteBuffer.allocate(0)));
    }
    assertThat(queue.waitingBytes()).isBetween(1L, 5_800L);
    assertThat(queue.dropped()).isGreaterThan(9_000);
    queue.pause();
    queue.offer(key(1));
    assertThat(queue.waitingBytes()).isZero();
  }

  @Test
  void a_target_sees_one_clock() {
    TargetClock clock = new TargetClock();
    assertThat(clock.of(500_000)).isZero();
    assertThat(clock.of(499_990)).as("the first was not the earliest").isZero();
    assertThat(clock.of(508_000)).isEqualTo(8_000);
    assertThat(clock.of(507_980)).as("tracks interleave").isEqualTo(7_980);
    assertThat(clock.of(0)).as("another encoder").isEqualTo(8_020);
    assertThat(clock.of(40)).isEqualTo(8_060);
    assertThat(clock.of(60_000)).as("a jump ahead").isEqualTo(8_080);
    clock.restart();
    assertThat(clock.now()).isZero();
    assertThat(clock.of(60_040)).isZero();
  }
}
