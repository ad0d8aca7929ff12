package com.wavlake.cli.find;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is played, and by what. */
final class PlayerTest {
  private static final String URL = "https://live.example/a.m3u8?t=1&u=2";

  @Test
  void the_url_takes_its_place_or_stands_at_the_end() {
    assertThat(Player.of("mpv --fs", URL).command()).containsExactly("mpv", "--fs", URL);
    assertThat(Player.of("play  --in={url} -x", URL).command())
        .containsExactly("play", "--in=" + URL, "-x");
  }

  @Test
  void quotes_keep_blanks_and_no_shell_reads_the_rest() {
    assertThat(Player.words("a 'b c' \"d 'e'\" '' f$(x);|&"))
        .containsExactly("a", "b c", "d 'e'", "", "f$(x);|&");
    assertThatThrownBy(() -> Player.of("mpv 'x", URL)).hasMessage("--player: a ' is not closed");
    assertThatThrownBy(() -> Player.of(" ", URL)).hasMessageContaining("names no program");
    assertThatThrownBy(() -> Player.of("{url} x", URL)).hasMessageContaining("names no program");
  }

  @Test
  void the_best_that_is_there_plays() {
    assertThat(Player.usual(URL, Set.of("vlc", "ffplay")::contains).orElseThrow().command())
        .startsWith("ffplay")
        .endsWith(URL);
    assertThat(Player.usual(URL, _ -> false)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--script=/tmp/x.m3u8",
        "-",
        "file:///etc/passwd.m3u8",
        "rtmp://live.example/a.m3u8",
        "javascript:alert(1)//.m3u8",
        "https:///a.m3u8",
        "https://live.example/a.m3u8 --script=x",
        "https://live.example/a.m3u8\n",
        "https://live.example/\"a\".m3u8",
        "https://live.example/`a`.m3u8",
        "https://живой.example/a.m3u8",
        "http:a.m3u8",
        ""
      })
  void what_a_stranger_must_not_make_us_run_is_no_url(String url) {
    assertThat(MediaUrl.isSafe(url)).isFalse();
  }

  @Test
  void live_plays_the_first_hls_ended_the_recording_and_planned_nothing() {
    LiveStream live = stream("-x.m3u8", "https://a/b.mp4", URL, "https://c/d.m3u8");
    assertThat(MediaUrl.of(live, Status.LIVE)).contains(URL);
    assertThat(MediaUrl.of(live, Status.PLANNED)).isEmpty();
    assertThat(MediaUrl.of(live, Status.ENDED)).contains("https://vod.example/r.m3u8");
    assertThat(MediaUrl.of(stream("https://a/b.mp4"), Status.LIVE)).contains("https://a/b.mp4");
    assertThat(MediaUrl.of(stream("ftp://a/b"), Status.LIVE)).isEmpty();
  }

  private static LiveStream stream(String... streaming) {
    List<Tag> tags = new ArrayList<>();
    tags.add(Tag.of("d", "x"));
    tags.add(Tag.of("recording", "https://vod.example/r.m3u8"));
    List.of(streaming).forEach(url -> tags.add(Tag.of("streaming", url)));
    return LiveStream.parse(
        KeySigner.of(SecretKey.generate()).sign(new EventTemplate(1, Kind.LIVE_STREAM, tags, "")));
  }

  @Test
  void times_are_told_as_people_tell_them() {
    assertThat(Listing.span(Duration.ofSeconds(59))).isEqualTo("under 1 min");
    assertThat(Listing.span(Duration.ofMinutes(61))).isEqualTo("1 h 1 min");
    assertThat(Listing.span(Duration.ofHours(49))).isEqualTo("2 d 1 h");
    Instant now = Instant.ofEpochSecond(1_700_000_000);
    assertThat(Waiting.untilThen(now.plusSeconds(3_725), now)).isEqualTo(", in 01:02:05");
    assertThat(Waiting.untilThen(now.plus(Duration.ofDays(3)), now)).isEqualTo(", in 3 d");
    assertThat(Waiting.untilThen(now, now)).isEqualTo(", it is late");
  }
}
