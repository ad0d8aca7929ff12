package com.wavlake.ingest.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.ingest.Generator;
import com.wavlake.ingest.media.Track;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class CodecConfigTest {
  /**
   * What ffmpeg 5.1 with libx264 sent for 640x360, High profile, in the clip beside this project's
   * demo.
   */
  private static final String AVC_640X360 =
      "0164001fffe1001c6764001fac76110280bfe5c044000003000400000300f03c60c6118001000668e843b2c8b0fdf8f800";

  @Test
  void an_avc_record_says_codec_and_size() {
    Track.Video track = AvcConfig.parse(HexFormat.of().parseHex(AVC_640X360));
    assertThat(track.codecString()).isEqualTo("avc1.64001f");
    assertThat(track.width()).isEqualTo(640);
    assertThat(track.height()).isEqualTo(360);
    assertThat(track.description()).isEqualTo("h264 640x360");
  }

  @Test
  void an_aac_configuration_says_rate_channels_and_frame() {
    Track.Audio lc = AacConfig.parse(HexFormat.of().parseHex("1190"));
    assertThat(lc.codecString()).isEqualTo("mp4a.40.2");
    assertThat(lc.sampleRate()).isEqualTo(48_000);
    assertThat(lc.channels()).isEqualTo(2);
    assertThat(lc.frameLength()).isEqualTo(1024);
    assertThat(AacConfig.parse(HexFormat.of().parseHex("1210")).sampleRate()).isEqualTo(44_100);
    Track.Audio heAac = AacConfig.parse(HexFormat.of().parseHex("2b920800"));
    assertThat(heAac.codecString()).isEqualTo("mp4a.40.5");
    assertThat(heAac.sampleRate())
        .as("the core's rate, by which access units are counted")
        .isEqualTo(22_050);
  }

  @Test
  void what_cannot_be_decoded_is_refused_in_words() {
    assertThatThrownBy(() -> AvcConfig.parse(new byte[3]))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("H.264");
    assertThatThrownBy(() -> AacConfig.parse(new byte[] {0x11})).isInstanceOf(CodecException.class);
    assertThatThrownBy(() -> AacConfig.parse(HexFormat.of().parseHex("1180")))
        .hasMessageContaining("channel");
  }

  @Test
  void any_change_is_read_or_refused() {
    byte[] right = HexFormat.of().parseHex(AVC_640X360);
    Generator.forAll(
        5_000,
        random -> {
          byte[] changed = right.clone();
          for (int i = random.below(4); i >= 0; i--) {
            changed[random.below(changed.length)] = (byte) random.any();
          }
          try {
            Track.Video track = AvcConfig.parse(changed);
            assertThat(track.width()).isBetween(1, 16_384);
          } catch (CodecException refused) {
            assertThat(refused).hasMessageNotContaining("null");
          }
          try {
            AacConfig.parse(random.bytes(random.below(8)));
          } catch (CodecException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
          }
        });
  }
}
