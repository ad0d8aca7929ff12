package com.wavlake.ingest.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.ingest.Generator;
import com.wavlake.ingest.media.Track;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
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

  /** Out of what ffmpeg 8 with libx265 sent for 640x358, 10 bits; its SEI left out. */
  private static final String HEVC_640X358 =
      "0102200000009000000000003ff000fcfdfafa00000f03200001001840010c01ffff02200000030090000003000003003f9598"
          + "09210001002c42010102200000030090000003000003003fa005020169f4d96566924caf01680800000300080000030"
          + "0f04022000100074401c172b46240";

  /** What ffmpeg 8 with SVT-AV1 sent for 320x180. */
  private static final String AV1_320X180 = "81000c000a0b000000043cfecc02f80040";

  @Test
  void an_hevc_record_says_codec_and_size() {
    Track.Video track = HevcConfig.parse(HexFormat.of().parseHex(HEVC_640X358));
    assertThat(track.codecString()).isEqualTo("hvc1.2.4.L63.90");
    assertThat(track.description()).isEqualTo("h265 640x358");
  }

  @Test
  void an_av1_record_says_codec_and_size() {
    Track.Video track = Av1Config.parse(HexFormat.of().parseHex(AV1_320X180));
    assertThat(track.codecString()).isEqualTo("av01.0.00M.08");
    assertThat(track.description()).isEqualTo("av1 320x180");
  }

  @Test
  void a_vp9_record_says_the_codec_and_a_key_frame_the_size() {
    byte[] boxed = HexFormat.of().parseHex("01000000001e820202020000");
    ByteBuffer keyFrame =
        ByteBuffer.wrap(HexFormat.of().parseHex("824983420035501df60438241c184a1008d07fd9"));
    Track.Video track = Vp9Config.parse(boxed, keyFrame);
    assertThat(track.codecString()).isEqualTo("vp09.00.30.08");
    assertThat(track.description()).isEqualTo("vp9 854x480");
    byte[] bare = Arrays.copyOfRange(boxed, 4, boxed.length);
    assertThat(Vp9Config.parse(bare, keyFrame)).isEqualTo(track);
    ByteBuffer between = ByteBuffer.wrap(HexFormat.of().parseHex("86004092f0c1400400d0"));
    assertThatThrownBy(() -> Vp9Config.parse(boxed, between)).hasMessageContaining("key frame");
  }

  @Test
  void sound_of_enhanced_rtmp_is_described_by_what_ffmpeg_sends() {
    HexFormat hex = HexFormat.of();
    Track.Audio opus = OpusConfig.parse(hex.parseHex("4f707573486561640101380180bb0000000000"));
    assertThat(opus.description()).isEqualTo("opus 48.0 kHz mono");
    assertThat(opus.config())
        .as("dOps is big-endian")
        .isEqualTo(hex.parseHex("000101380000bb80000000"));
    assertThat(OpusConfig.length(ByteBuffer.wrap(hex.parseHex("f8b4")))).isEqualTo(960);
    assertThat(OpusConfig.length(ByteBuffer.wrap(hex.parseHex("fb03"))))
        .as("3 × 20 ms")
        .isEqualTo(2_880);
    assertThat(OpusConfig.length(ByteBuffer.wrap(hex.parseHex("80")))).as("2.5 ms").isEqualTo(120);

    byte[] streamInfo = hex.parseHex("120012000000000024150bb800f000000000" + "00".repeat(16));
    Track.Audio flac = FlacConfig.parse(streamInfo);
    assertThat(flac.frameLength()).isEqualTo(4_608);
    assertThat(flac.sampleRate()).isEqualTo(48_000);
    assertThat(FlacConfig.parse(hex.parseHex("664c614380000022" + hex.formatHex(streamInfo))))
        .isEqualTo(flac);

    Track.Audio ac3 =
        Ac3Config.parse(ByteBuffer.wrap(hex.parseHex("0b77480d0c402f842bc1c77aaf5e1be7")));
    assertThat(ac3.codecString() + " " + ac3.description()).isEqualTo("ac-3 ac3 48.0 kHz mono");
    assertThat(ac3.frameLength()).isEqualTo(1_536);
    Track.Audio eac3 =
        Ac3Config.parse(ByteBuffer.wrap(hex.parseHex("0b7700bf3287c00021064060e3bd57af")));
    assertThat(eac3.codecString() + " " + eac3.description()).isEqualTo("ec-3 eac3 48.0 kHz mono");
    assertThat(eac3.config()).hasSize(5);

    Track.Audio mp3 = Mp3Config.parse(ByteBuffer.wrap(hex.parseHex("fffb54c40000")));
    assertThat(mp3.codecString()).isEqualTo("mp4a.6B");
    assertThat(mp3.frameLength()).isEqualTo(1_152);
  }

  @Test
  void any_bytes_are_read_or_refused() {
    byte[][] right = {HexFormat.of().parseHex(HEVC_640X358), HexFormat.of().parseHex(AV1_320X180)};
    List<Function<byte[], Track>> parsers =
        List.of(
            HevcConfig::parse,
            Av1Config::parse,
            OpusConfig::parse,
            FlacConfig::parse,
            b -> Mp3Config.parse(ByteBuffer.wrap(b)),
            b -> Ac3Config.parse(ByteBuffer.wrap(b)),
            b -> Vp9Config.parse(b, ByteBuffer.wrap(b)));
    Generator.forAll(
        5_000,
        random -> {
          byte[] some =
              random.below(2) == 0
                  ? random.bytes(random.below(60))
                  : right[random.below(right.length)].clone();
          for (int i = random.below(4); i > 0 && some.length > 0; i--) {
            some[random.below(some.length)] = (byte) random.any();
          }
          for (Function<byte[], Track> parser : parsers) {
            try {
              assertThat(parser.apply(some).codecString()).isNotEmpty();
            } catch (CodecException refused) {
              assertThat(refused).hasMessageNotContaining("null");
            }
          }
        });
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
