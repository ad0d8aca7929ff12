package com.wavlake.ingest.codec;

import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.Track;
import java.nio.ByteBuffer;

/** The header of an MPEG audio frame (ISO/IEC 11172-3 §2.4.1.3), which is all its configuration. */
public final class Mp3Config {
  private static final int SYNC = 0x7ff;
  private static final int MPEG_1 = 3;
  private static final int MPEG_2 = 2;
  private static final int LAYER_3 = 1;
  private static final int[] RATES = {44_100, 48_000, 32_000};
  private static final int MONO = 3;

  private Mp3Config() {}

  /**
   * The track that a frame belongs to.
   *
   * @throws CodecException saying what is wrong with it
   */
  public static Track.Audio parse(ByteBuffer frame) {
    byte[] header = new byte[Math.min(4, frame.remaining())];
    frame.duplicate().get(header);
    BitReader in = new BitReader(header, 0, header.length);
    int sync = in.bits(11);
    int version = in.bits(2);
    int layer = in.bits(2);
    in.skip(1 + 4); // protection, bit rate
    int rateIndex = in.bits(2);
    in.skip(2); // padding, private
    int mode = in.bits(2);
    if (sync != SYNC
        || (version != MPEG_1 && version != MPEG_2)
        || layer != LAYER_3
        || rateIndex == 3) {
      throw new CodecException("not an MP3 frame of MPEG-1 or MPEG-2");
    }
    boolean mpeg1 = version == MPEG_1;
    return new Track.Audio(
        Codec.MP3,
        mpeg1 ? "mp4a.6B" : "mp4a.69",
        RATES[rateIndex] / (mpeg1 ? 1 : 2),
        mode == MONO ? 1 : 2,
        mpeg1 ? 1_152 : 576,
        new byte[0]);
  }
}
