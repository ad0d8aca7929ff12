package com.wavlake.cli.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PercentilesTest {
  @Test
  void each_is_a_value_that_was_measured() {
    Percentiles four = Percentiles.of(List.of(40L, 10L, 30L, 20L));
    assertThat(four.at(50)).isEqualTo(20);
    assertThat(four.at(95)).isEqualTo(40);
    Percentiles hundred = Percentiles.of(LongStream.rangeClosed(1, 100).boxed().toList());
    assertThat(hundred.at(50)).isEqualTo(50);
    assertThat(hundred.at(95)).isEqualTo(95);
    assertThat(hundred.at(0)).isEqualTo(1);
    assertThat(hundred.at(100)).isEqualTo(100);
  }

  @Test
  void of_one_value_all_are_that_value() {
    Percentiles one = Percentiles.of(List.of(7L));
    assertThat(one.at(50)).isEqualTo(7);
    assertThat(one.at(95)).isEqualTo(7);
  }

  @Test
  void of_no_value_there_is_none() {
    Percentiles none = Percentiles.of(List.of());
    assertThat(none.isEmpty()).isTrue();
    assertThatThrownBy(() -> none.at(50)).isInstanceOf(IllegalStateException.class);
  }
}
