package com.wavlake.cli.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class MediaPlaylistTest {
  @Test
  void the_end_is_that_of_the_newest_part() {
    MediaPlaylist list =
        MediaPlaylist.parse(
            """
            #EXTM3U
            #EXT-X-TARGETDURATION:2
            #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.500,HOLD-BACK=6
            #EXT-X-MEDIA-SEQUENCE:7
            #EXT-X-MAP:URI="s/init-0.mp4"
            #EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:00.000Z
            #EXT-X-PART:DURATION=1.00000,URI="s/7.0.m4s",INDEPENDENT=YES
            #EXT-X-PART:DURATION=1.00000,URI="s/7.1.m4s"
            #EXTINF:2.00000,
            s/7.m4s
            #EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:02.000Z
            #EXT-X-PART:DURATION=0.50000,URI="s/8.0.m4s",INDEPENDENT=YES
            """);
    assertThat(list.newest()).isEqualTo(8);
    assertThat(list.media()).containsExactly("s/7.m4s");
    assertThat(list.map()).contains("s/init-0.mp4");
    assertThat(list.holdBack()).isEqualTo(Duration.ofMillis(1_500));
    assertThat(list.end()).contains(Instant.parse("2026-11-22T20:00:02.500Z"));
  }

  @Test
  void without_a_hold_back_players_stay_three_targets_behind_and_without_a_clock_there_is_no_end() {
    MediaPlaylist list =
        MediaPlaylist.parse(
            "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na.ts\n#EXTINF:4,\nb.ts\n");
    assertThat(list.holdBack()).isEqualTo(Duration.ofSeconds(12));
    assertThat(list.end()).isEmpty();
    assertThat(list.map()).isEmpty();
    assertThat(list.newest()).isEqualTo(2);
    assertThat(list.media()).containsExactly("a.ts", "b.ts");
  }

  @Test
  void the_first_variant_is_the_line_behind_its_tag() {
    String master = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n\nlow/media.m3u8?viewer=a\n";
    assertThat(MediaPlaylist.isMultivariant(master)).isTrue();
    assertThat(MediaPlaylist.firstVariant(master)).isEqualTo("low/media.m3u8?viewer=a");
  }

  @Test
  void what_is_no_playlist_is_refused() {
    assertThatThrownBy(() -> MediaPlaylist.parse("<html>")).hasMessageContaining("#EXTM3U");
    assertThatThrownBy(() -> MediaPlaylist.parse("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:x\n"))
        .hasMessageContaining("malformed number");
    assertThatThrownBy(() -> MediaPlaylist.firstVariant("#EXTM3U\n#EXT-X-STREAM-INF:X=1\n"))
        .hasMessageContaining("names no variant");
  }
}
