package com.wavlake.ingest.codec;

import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.Track;
import java.nio.ByteBuffer;

/**
 * VPCodecConfigurationRecord (VP codec ISO media file format binding), and the size out of a key
 * frame's uncompressed header (VP9 bitstream §6.2): the record does not tell it.
 */
public final class Vp9Config {
  private static final int FULL_BOX = 4;
  private static final int RECORD = 8;
  private static final int SYNC_CODE = 0x49_8342;
  private static final int SRGB = 7;
  private static final int HEADER = 32;

  private Vp9Config() {}

  /**
   * The track that record and key frame describe.
   *
   * @param record with or without the four bytes of version and flags in front
   * @throws CodecException saying what is wrong with it
   */
  public static Track.Video parse(byte[] record, ByteBuffer keyFrame) {
    boolean boxed =
        record.length == FULL_BOX + RECORD && record[0] == 1 && (record[1] | record[2]) == 0;
    if (!boxed && record.length != RECORD) {
      throw new CodecException("VP9 configuration record of " + record.length + " bytes");
    }
    ByteBuffer config = ByteBuffer.allocate(FULL_BOX + RECORD).putInt(1 << 24);
    config.put(record, boxed ? FULL_BOX : 0, RECORD);
    byte[] bytes = config.array();
    String codecs =
        String.format("vp09.%02d.%02d.%02d", bytes[4], bytes[5], (bytes[6] & 0xff) >> 4);
    byte[] header = new byte[Math.min(HEADER, keyFrame.remaining())];
    keyFrame.duplicate().get(header);
    PictureSize size = pictureSize(new BitReader(header, 0, header.length));
    return new Track.Video(Codec.VP9, codecs, size.width(), size.height(), bytes);
  }

  private static PictureSize pictureSize(BitReader in) {
    int marker = in.bits(2);
    int profile = in.bits(1) | in.bits(1) << 1;
    in.skip(profile == 3 ? 1 : 0);
    boolean showExisting = in.flag();
    boolean notKey = in.flag();
    in.skip(2); // show_frame, error_resilient_mode
    if (marker != 2 || showExisting || notKey || in.bits(24) != SYNC_CODE) {
      throw new CodecException("VP9 begins with something that is no key frame");
    }
    in.skip(profile >= 2 ? 1 : 0); // ten_or_twelve_bit
    int colorSpace = in.bits(3);
    if (colorSpace != SRGB) {
      in.skip(1 + (profile % 2 == 1 ? 3 : 0));
    } else {
      in.skip(profile % 2 == 1 ? 1 : 0);
    }
    return PictureSize.of("VP9", in.bits(16) + 1L, in.bits(16) + 1L);
  }
}
