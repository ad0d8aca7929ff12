package com.wavlake.cli.check;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WebTest {
  @Test
  void urls_of_others_that_are_none_are_failures_of_theirs() {
    assertThatThrownBy(() -> Web.uri("http://a b/")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> RtmpProbe.shakeHands("rtmp://a b/live", Duration.ofSeconds(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no URL");
    assertThatThrownBy(() -> RtmpProbe.shakeHands("", Duration.ofSeconds(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("rtmp://host/app");
    try (Web web = new Web(Duration.ofSeconds(1))) {
      assertThatThrownBy(() -> web.get(URI.create("file:///etc/hostname"), Map.of()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no URL of HTTP");
    }
  }
}
