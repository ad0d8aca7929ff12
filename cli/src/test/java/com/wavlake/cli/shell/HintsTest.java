package com.wavlake.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HintsTest {
  @Test
  void a_url_is_part_of_a_command_to_paste() {
    assertThat(Hints.about("curl -si", "http://127.0.0.1:8080/live/a_b-c.m3u8"))
        .isEqualTo("curl -si http://127.0.0.1:8080/live/a_b-c.m3u8");
  }

  @Test
  void one_that_a_shell_would_act_on_is_not() {
    for (String url :
        new String[] {
          "http://a;id",
          "http://a/$(id)",
          "http://a/`id`",
          "http://a b",
          "http://a/?a=1&id",
          "-o/x",
          "x",
          ""
        }) {
      assertThat(Hints.about("curl -si", url)).as(url).isEmpty();
    }
  }
}
