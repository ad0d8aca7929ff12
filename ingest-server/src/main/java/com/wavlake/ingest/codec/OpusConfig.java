package com.wavlake.ingest.codec;

import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.Track;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The Opus identification header (RFC 7845 §5.1), and the length of packets (RFC 6716 §3.1). */
public final class OpusConfig {
  private static final int RATE = 48_000;
  private static final int USUAL_LENGTH = 960;
  private static final int FIXED_PART = 19;
  private static final byte[] MAGIC = "OpusHead".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_LENGTH = 5_760;

  private OpusConfig() {}

  /**
   * The track that the header describes; its configuration is an OpusSpecificBox (Opus in ISO base
   * media file format §4.3.2).
   *
   * @throws CodecException saying what is wrong with it
   */
  public static Track.Audio parse(byte[] header) {
    if (header.length < FIXED_PART
        || !Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new CodecException("Opus identification header of " + header.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).position(MAGIC.length);
    int version = in.get() & 0xff;
    int channels = in.get() & 0xff;
    if (version > 15 || channels == 0) {
      throw new CodecException("Opus version " + version + " with " + channels + " channels");
    }
    ByteBuffer box = ByteBuffer.allocate(header.length - MAGIC.length);
    box.put((byte) 0).put((byte) channels);
    box.putShort(in.getShort()).putInt(in.getInt()).putShort(in.getShort()); // big-endian here
    box.put(in);
    return new Track.Audio(Codec.OPUS, "Opus", RATE, channels, USUAL_LENGTH, box.array());
  }

  /** How long a packet is, in samples of 48 kHz. */
  public static int length(ByteBuffer packet) {
    int toc = packet.get(packet.position()) & 0xff;
    int config = toc >> 3;
    int frame; // in units of 2.5 ms, 120 samples
    if (config < 12) {
      frame = new int[] {4, 8, 16, 24}[config & 3];
    } else if (config < 16) {
      frame = 4 << (config & 1);
    } else {
      frame = 1 << (config & 3);
    }
    int count =
        switch (toc & 3) {
          case 0 -> 1;
          case 1, 2 -> 2;
          default -> packet.remaining() > 1 ? packet.get(packet.position() + 1) & 0x3f : 1;
        };
    return Math.clamp(120L * frame * count, 120, MAX_LENGTH);
  }
}
