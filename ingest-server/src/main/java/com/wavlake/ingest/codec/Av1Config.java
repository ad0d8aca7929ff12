package com.wavlake.ingest.codec;

import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.Track;

/**
 * AV1CodecConfigurationRecord (AV1 in ISO base media file format §2.3) and the sequence header OBU
 * in it (AV1 bitstream §5.5).
 */
public final class Av1Config {
  private static final int MARKER_AND_VERSION = 0x81;
  private static final int FIXED_PART = 4;
  private static final int OBU_SEQUENCE_HEADER = 1;

  private Av1Config() {}

  /**
   * The track that the record describes.
   *
   * @throws CodecException saying what is wrong with it
   */
  public static Track.Video parse(byte[] record) {
    if (record.length < FIXED_PART || (record[0] & 0xff) != MARKER_AND_VERSION) {
      throw new CodecException(
          "AV1 configuration record of " + record.length + " bytes, version unknown");
    }
    BitReader in = new BitReader(record, 1, record.length);
    int profile = in.bits(3);
    int level = in.bits(5);
    boolean highTier = in.flag();
    boolean highBitDepth = in.flag();
    boolean twelveBit = in.flag();
    int depth = highBitDepth ? twelveBit ? 12 : 10 : 8;
    String codecs =
        String.format("av01.%d.%02d%s.%02d", profile, level, highTier ? "H" : "M", depth);
    PictureSize size = pictureSize(sequenceHeader(record));
    return new Track.Video(Codec.AV1, codecs, size.width(), size.height(), record.clone());
  }

  private static BitReader sequenceHeader(byte[] record) {
    BitReader in = new BitReader(record, FIXED_PART, record.length);
    while (in.left() >= 8) {
      in.skip(1);
      int type = in.bits(4);
      boolean extension = in.flag();
      boolean hasSize = in.flag();
      in.skip(1 + (extension ? 8 : 0));
      int size = hasSize ? leb128(in) : in.left() / 8;
      if (type == OBU_SEQUENCE_HEADER) {
        return in;
      }
      in.skipBytes(size);
    }
    throw new CodecException("AV1 configuration has no sequence header");
  }

  private static int leb128(BitReader in) {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      int b = in.bits(8);
      value |= (b & 0x7fL) << 7 * i;
      if ((b & 0x80) == 0) {
        break;
      }
    }
    if (value > Integer.MAX_VALUE) {
      throw new CodecException("AV1 unit of " + value + " bytes");
    }
    return (int) value;
  }

  private static PictureSize pictureSize(BitReader in) {
    in.skip(3 + 1); // seq_profile, still_picture
    if (in.flag()) { // reduced_still_picture_header
      in.skip(5);
    } else {
      skipOperatingPoints(in);
    }
    int widthBits = in.bits(4) + 1;
    int heightBits = in.bits(4) + 1;
    long width = in.bits(widthBits) + 1L;
    long height = in.bits(heightBits) + 1L;
    return PictureSize.of("AV1", width, height);
  }

  private static void skipOperatingPoints(BitReader in) {
    boolean decoderModel = false;
    int delayBits = 0;
    if (in.flag()) { // timing_info_present_flag
      in.skip(64);
      if (in.flag()) { // equal_picture_interval
        in.unsignedExpGolomb();
      }
      decoderModel = in.flag();
      if (decoderModel) {
        delayBits = in.bits(5) + 1;
        in.skip(32 + 5 + 5);
      }
    }
    boolean initialDisplayDelay = in.flag();
    int points = in.bits(5) + 1;
    for (int i = 0; i < points; i++) {
      in.skip(12); // operating_point_idc
      int level = in.bits(5);
      in.skip(level > 7 ? 1 : 0); // seq_tier
      if (decoderModel && in.flag()) {
        in.skip(2 * delayBits + 1);
      }
      if (initialDisplayDelay && in.flag()) {
        in.skip(4);
      }
    }
  }
}
