package com.wavlake.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Enhanced RTMP v2, "Enhanced Video" and "Enhanced Audio", written out byte by byte. */
final class FlvPacketTest {
  private static final String HVC1 = "68766331";
  private static final String AV01 = "61763031";
  private static final String OPUS = "4f707573";

  private static ByteBuffer hex(String text) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(text.replace(" ", "")));
  }

  private static FlvPacket video(String text) {
    List<FlvPacket> packets = FlvPacket.video(hex(text));
    assertThat(packets).hasSize(1);
    return packets.getFirst();
  }

  @Test
  void packet_types_say_what_the_body_is() {
    FlvPacket start = video("90 " + HVC1 + " 0102");
    assertThat(start.type()).isEqualTo(FlvPacket.Type.CONFIGURATION);
    assertThat(start.fourcc()).isEqualTo(FlvPacket.HEVC);
    assertThat(start.body().remaining()).isEqualTo(2);

    FlvPacket frames = video("91 " + HVC1 + " ffffd8 0304");
    assertThat(frames.type()).isEqualTo(FlvPacket.Type.CODED);
    assertThat(frames.keyFrame()).isTrue();
    assertThat(frames.compositionMillis()).isEqualTo(-40);
    assertThat(frames.body().remaining()).isEqualTo(2);

    FlvPacket withoutOffset = video("a3 " + HVC1 + " 0304");
    assertThat(withoutOffset.keyFrame()).isFalse();
    assertThat(withoutOffset.compositionMillis()).isZero();
    assertThat(withoutOffset.body().remaining()).isEqualTo(2);

    assertThat(video("91 " + AV01 + " 0304").body().remaining())
        .as("only AVC and HEVC have an offset")
        .isEqualTo(2);
    for (String type : List.of("92", "94", "95")) {
      assertThat(video(type + " " + HVC1 + " 00").type()).isEqualTo(FlvPacket.Type.OTHER);
    }
    assertThat(FlvPacket.audio(hex("94 " + OPUS + " 01 02")).getFirst().type())
        .as("MultichannelConfig")
        .isEqualTo(FlvPacket.Type.OTHER);
  }

  @Test
  void a_command_frame_carries_no_picture() {
    assertThat(FlvPacket.video(hex("d1 00"))).isEmpty();
    assertThat(FlvPacket.video(hex("57 00 000000"))).isEmpty();
  }

  @Test
  void mod_ex_adds_nanoseconds_and_hides_the_packet_type() {
    FlvPacket packet = video("97 02 000123 01 " + HVC1 + " 000000 aa");
    assertThat(packet.nanos()).isEqualTo(0x123);
    assertThat(packet.type()).isEqualTo(FlvPacket.Type.CODED);
    FlvPacket twice = video("97 00 aa f7 02 000001 01 " + HVC1 + " 000000 aa");
    assertThat(twice.nanos()).isEqualTo(1);
    FlvPacket large = video("97 ff 0000 " + "00" + " 01 " + HVC1 + " 000000 aa");
    assertThat(large.type()).isEqualTo(FlvPacket.Type.CODED);
  }

  @Test
  void multitrack_is_taken_apart() {
    FlvPacket one = video("96 01 " + HVC1 + " 05 000000 aabb");
    assertThat(one.track()).isEqualTo(5);
    assertThat(one.body().remaining()).isEqualTo(2);

    List<FlvPacket> many =
        FlvPacket.video(hex("96 11 " + HVC1 + " 00 000004 000000 aa 01 000005 000000 bbcc"));
    assertThat(many).extracting(FlvPacket::track).containsExactly(0, 1);
    assertThat(many).extracting(p -> p.body().remaining()).containsExactly(1, 2);

    List<FlvPacket> codecs =
        FlvPacket.audio(hex("95 21 " + OPUS + " 00 000001 aa 6d703461 01 000002 bbcc"));
    assertThat(codecs).extracting(FlvPacket::fourcc).containsExactly(FlvPacket.OPUS, FlvPacket.AAC);
    assertThat(codecs).extracting(FlvPacket::type).containsOnly(FlvPacket.Type.CODED);
  }

  @Test
  void lengths_that_do_not_fit_are_refused() {
    for (String bad :
        List.of(
            "96 11 " + HVC1 + " 00 00ffff aa",
            "96 31 " + HVC1 + " 00",
            "97 ff ffff 00",
            "91 6876",
            "96 11 " + HVC1 + " 00 0000")) {
      assertThatThrownBy(() -> FlvPacket.video(hex(bad))).isInstanceOf(RtmpException.class);
    }
    assertThatThrownBy(() -> FlvPacket.video(hex("96 13 " + HVC1 + "00 000000".repeat(40))))
        .hasMessageContaining("tracks");
  }

  @Test
  void what_encoders_of_before_send_is_understood_too() {
    assertThat(video("1c 00 000000 01").fourcc()).as("HEVC as codec 12").isEqualTo(FlvPacket.HEVC);
    assertThat(FlvPacket.audio(hex("2f fffb54c4")).getFirst().fourcc()).isEqualTo(FlvPacket.MP3);
    assertThat(video("12 00").fourcc()).as("Sorenson").isEqualTo(2);
  }
}
