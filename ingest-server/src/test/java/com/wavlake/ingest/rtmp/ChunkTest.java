package com.wavlake.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.ingest.Generator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ChunkTest {
  private static final int MAX = 1 << 20;

  private static ChunkReader reader(byte[] bytes) {
    return new ChunkReader(new ByteArrayInputStream(bytes), _ -> MAX, 0);
  }

  private static ChunkReader reader(String hex) {
    return reader(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static byte[] payload(RawMessage message) {
    byte[] bytes = new byte[message.payload().remaining()];
    message.payload().get(bytes);
    return bytes;
  }

  @Test
  void messages_of_any_size_come_back_however_the_bytes_arrive() {
    Generator.forAll(
        200,
        random -> {
          ByteArrayOutputStream wire = new ByteArrayOutputStream();
          ChunkWriter writer = new ChunkWriter(wire);
          int count = 1 + random.below(5);
          byte[][] payloads = new byte[count][];
          int[] times = new int[count];
          for (int i = 0; i < count; i++) {
            if (random.below(3) == 0) {
              writer.setChunkSize(128 + random.below(70_000));
            }
            payloads[i] =
                random.bytes(random.below(2) == 0 ? random.below(300) : random.below(200_000));
            times[i] = random.below(3) == 0 ? random.any() : random.below(1 << 24);
            writer.write(2 + random.below(62), 9, 1, times[i], payloads[i]);
          }
          InputStream dribble = new Dribble(wire.toByteArray(), random);
          ChunkReader reader = new ChunkReader(dribble, _ -> MAX, 0);
          for (int i = 0; i < count; i++) {
            RawMessage message = reader.next();
            assertThat(message.timestamp()).isEqualTo(times[i]);
            assertThat(payload(message)).isEqualTo(payloads[i]);
          }
          assertThatThrownBy(reader::next).isInstanceOf(EOFException.class);
        });
  }

  /** Some bytes now, some later, as a network does. */
  private static final class Dribble extends InputStream {
    private final ByteArrayInputStream in;
    private final Generator random;

    Dribble(byte[] bytes, Generator random) {
      this.in = new ByteArrayInputStream(bytes);
      this.random = random;
    }

    @Override
    public int read() {
      return in.read();
    }

    @Override
    public int read(byte[] into, int at, int length) {
      return in.read(
          into, at, Math.min(length, 1 + random.below(random.below(2) == 0 ? 8 : 5_000)));
    }
  }

  @Test
  void deltas_add_up_and_a_bare_header_begins_a_new_message_with_the_old_one() throws IOException {
    // fmt 0 at 1000; fmt 1 +40; fmt 2 +20; fmt 3: +20 again, all of one byte
    ChunkReader reader =
        reader(
            "04 0003e8 000001 09 01000000 aa"
                + "44 000028 000001 09 bb"
                + "84 000014 cc"
                + "c4 dd");
    int[] times = {1000, 1040, 1060, 1080};
    int[] bytes = {0xaa, 0xbb, 0xcc, 0xdd};
    for (int i = 0; i < 4; i++) {
      RawMessage message = reader.next();
      assertThat(message.timestamp()).isEqualTo(times[i]);
      assertThat(payload(message)).containsExactly(bytes[i]);
    }
  }

  @Test
  void a_fresh_chunk_stream_may_begin_with_a_delta() throws IOException {
    RawMessage message = reader("44 000028 000001 09 bb").next();
    assertThat(message.timestamp()).isEqualTo(40);
    assertThatThrownBy(() -> reader("c4 dd").next()).isInstanceOf(RtmpException.class);
  }

  @Test
  void an_extended_timestamp_is_repeated_on_fmt_3_by_some_and_not_by_others() throws IOException {
    String head = "04 ffffff 000082 09 01000000 01000000";
    String first = "11".repeat(128);
    assertThat(reader(head + first + "c4 01000000 2233").next())
        .satisfies(m -> assertThat(m.timestamp()).isEqualTo(0x0100_0000))
        .satisfies(m -> assertThat(payload(m)).endsWith(0x22, 0x33).hasSize(130));
    assertThat(payload(reader(head + first + "c4 22330000 00").next()))
        .endsWith(0x22, 0x33)
        .hasSize(130);
  }

  @Test
  void chunks_of_several_streams_interleave_and_abort_drops_one() throws IOException {
    String video = "04 000000 000082 09 01000000" + "11".repeat(128);
    String audio = "05 000000 000001 08 01000000 77";
    ChunkReader reader = reader(video + audio + "c4 2233");
    assertThat(reader.next().type()).isEqualTo(8);
    assertThat(payload(reader.next())).hasSize(130);

    ChunkReader aborted = reader(video + "02 000000 000004 02 00000000 00000004" + audio);
    assertThat(aborted.next().type()).isEqualTo(8);
  }

  @Test
  void all_three_forms_of_a_chunk_stream_id() throws IOException {
    assertThat(reader("3f 000000 000001 09 01000000 aa").next().type()).isEqualTo(9);
    assertThat(reader("00 ff 000000 000001 09 01000000 aa").next().type()).isEqualTo(9);
    assertThat(reader("01 ff ff 000000 000001 09 01000000 aa").next().type()).isEqualTo(9);
  }

  @Test
  void a_message_without_bytes_is_a_message() throws IOException {
    assertThat(payload(reader("04 000000 000000 09 01000000").next())).isEmpty();
  }

  @Test
  void limits_hold() {
    assertThatThrownBy(() -> reader("04 000000 100001 09 01000000 aa").next())
        .hasMessageContaining("bytes");
    assertThatThrownBy(() -> reader("02 000000 000004 01 00000000 00000000").next())
        .hasMessageContaining("chunk size");
    assertThatThrownBy(() -> reader("02 000000 000004 01 00000000 7fffffff").next())
        .hasMessageContaining("chunk size");
    StringBuilder many = new StringBuilder();
    for (int i = 2; i < 70; i++) {
      many.append(i < 64 ? String.format("%02x", i) : String.format("00%02x", i - 64))
          .append("000000 000001 09 01000000 aa");
    }
    ChunkReader reader = reader(many.toString());
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 70; i++) {
                reader.next();
              }
            })
        .hasMessageContaining("chunk streams");
  }

  @Test
  void unfinished_messages_together_are_bounded() throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    wire.writeBytes(HexFormat.of().parseHex("02000000000004010000000000800000")); // chunks of 8 MiB
    for (int csid = 3; csid < 6; csid++) {
      wire.writeBytes(
          new byte[] {
            (byte) csid, 0, 0, 0, (byte) 0x80, 0, 1, 9, 1, 0, 0, 0
          }); // 8 MiB + 1 byte each
      wire.writeBytes(new byte[8 << 20]);
    }
    ChunkReader reader =
        new ChunkReader(new ByteArrayInputStream(wire.toByteArray()), _ -> 9 << 20, 0);
    assertThatThrownBy(reader::next)
        .isInstanceOf(RtmpException.class)
        .hasMessageContaining("unfinished");
  }

  @Test
  void any_bytes_are_read_or_refused() {
    Generator.forAll(
        3_000,
        random -> {
          ChunkReader reader = reader(random.bytes(random.below(400)));
          try {
            while (true) {
              reader.next();
            }
          } catch (RtmpException | EOFException end) {
            assertThat(end.getMessage()).isNotEmpty();
          }
        });
  }
}
