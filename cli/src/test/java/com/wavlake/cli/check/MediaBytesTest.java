package com.wavlake.cli.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class MediaBytesTest {
  private static final byte[] INIT =
      join(box("ftyp", new byte[8]), box("moov", join(box("trak"), box("trak"), box("mvex"))));
  private static final byte[] SEGMENT =
      join(
          box("styp", new byte[8]),
          box("moof", join(box("mfhd"), box("traf", box("trun")))),
          box("mdat", new byte[2_000]));

  private static byte[] box(String type, byte... payload) {
    return ByteBuffer.allocate(8 + payload.length)
        .putInt(8 + payload.length)
        .put(type.getBytes(StandardCharsets.US_ASCII))
        .put(payload)
        .array();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  @Test
  void an_initialisation_segment_has_a_movie_with_tracks_that_expects_fragments() {
    assertThat(MediaBytes.init(INIT)).isEqualTo("2 tracks");
    refused("no moov but ftyp", () -> MediaBytes.init(box("ftyp")));
    refused("no ftyp but moov", () -> MediaBytes.init(box("moov")));
    refused("moov has no trak", () -> MediaBytes.init(join(box("ftyp"), box("moov", box("mvex")))));
    refused("no mvex", () -> MediaBytes.init(join(box("ftyp"), box("moov", box("trak")))));
  }

  @Test
  void a_segment_has_a_fragment_and_its_media() {
    assertThat(MediaBytes.segment(SEGMENT)).isEqualTo("fMP4 of 3 KiB");
    refused("no moof but mdat", () -> MediaBytes.segment(box("mdat", new byte[3])));
    byte[] header = box("moof", join(box("mfhd"), box("traf", box("trun"))));
    refused("no mdat", () -> MediaBytes.segment(header));
    refused("mdat is empty", () -> MediaBytes.segment(join(header, box("mdat"))));
  }

  @Test
  void long_and_open_ended_boxes_are_read() {
    byte[] header = box("moof", join(box("mfhd"), box("traf", box("trun"))));
    byte[] longBox =
        ByteBuffer.allocate(20)
            .putInt(1)
            .put("mdat".getBytes(StandardCharsets.US_ASCII))
            .putLong(20)
            .putInt(7)
            .array();
    byte[] open =
        ByteBuffer.allocate(12)
            .putInt(0)
            .put("mdat".getBytes(StandardCharsets.US_ASCII))
            .putInt(7)
            .array();
    assertThat(MediaBytes.segment(join(header, longBox))).startsWith("fMP4");
    assertThat(MediaBytes.segment(join(header, open))).startsWith("fMP4");
  }

  @Test
  void what_is_cut_short_or_no_media_at_all_is_refused() {
    for (int length = 1; length < SEGMENT.length; length += 7) {
      byte[] cut = Arrays.copyOf(SEGMENT, length);
      refused("not to be played", () -> MediaBytes.segment(cut));
    }
    refused("not to be played", () -> MediaBytes.segment(new byte[0]));
    refused(
        "not to be played",
        () -> MediaBytes.segment("<html>not found</html>".getBytes(StandardCharsets.UTF_8)));
    byte[] negative = ByteBuffer.allocate(16).putInt(1).putInt(7).putLong(-5).array();
    refused("does not fit", () -> MediaBytes.segment(negative));
  }

  @Test
  void a_transport_stream_is_known_by_the_sync_byte_of_each_packet() {
    byte[] packets = new byte[188 * 3];
    packets[0] = 0x47;
    packets[188] = 0x47;
    refused("not to be played", () -> MediaBytes.segment(packets));
    packets[376] = 0x47;
    assertThat(MediaBytes.segment(packets)).isEqualTo("MPEG-TS of 3 packets");
  }

  private static void refused(String why, ThrowingCallable call) {
    assertThatThrownBy(call).hasMessageContaining(why);
  }
}
