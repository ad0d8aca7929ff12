package com.wavlake.ingest.codec;

import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.Track;

/**
 * HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 §8.3.3.1) and the sequence parameter set in it
 * (23008-2 §7.3.2.2).
 */
public final class HevcConfig {
  private static final int FIXED_PART = 23;
  private static final int NAL_SPS = 33;
  private static final int NAL_HEADER = 2;
  private static final int PROFILE_TIER_LEVEL_BITS = 88;

  private HevcConfig() {}

  /**
   * The track that the record describes.
   *
   * @throws CodecException saying what is wrong with it
   */
  public static Track.Video parse(byte[] record) {
    if (record.length < FIXED_PART || record[0] != 1) {
      throw new CodecException(
          "H.265 configuration record of " + record.length + " bytes, version unknown");
    }
    if ((record[21] & 3) != 3) {
      throw new CodecException(
          "H.265 NAL lengths of " + ((record[21] & 3) + 1) + " bytes, only 4 is supported");
    }
    PictureSize size = pictureSize(sequenceParameterSet(record));
    return new Track.Video(
        Codec.HEVC, codecString(record), size.width(), size.height(), record.clone());
  }

  /** ISO/IEC 14496-15 annex E.3. */
  private static String codecString(byte[] record) {
    BitReader in = new BitReader(record, 1, record.length);
    int space = in.bits(2);
    boolean highTier = in.flag();
    int profile = in.bits(5);
    int compatibility = in.bits(32);
    StringBuilder out = new StringBuilder("hvc1.");
    if (space > 0) {
      out.append((char) ('A' + space - 1));
    }
    out.append(profile).append('.').append(Integer.toHexString(Integer.reverse(compatibility)));
    out.append('.').append(highTier ? 'H' : 'L').append(record[12] & 0xff);
    int last = 11;
    while (last >= 6 && record[last] == 0) {
      last--;
    }
    for (int i = 6; i <= last; i++) {
      out.append('.').append(Integer.toHexString(record[i] & 0xff));
    }
    return out.toString();
  }

  private static byte[] sequenceParameterSet(byte[] record) {
    BitReader in = new BitReader(record, FIXED_PART - 1, record.length);
    int arrays = in.bits(8);
    for (int i = 0; i < arrays; i++) {
      int type = in.bits(8) & 0x3f;
      int count = in.bits(16);
      for (int j = 0; j < count; j++) {
        int length = in.bits(16);
        int at = in.bytePosition();
        in.skipBytes(length);
        if (type == NAL_SPS && length > NAL_HEADER) {
          return NalUnits.withoutEmulationPrevention(record, at + NAL_HEADER, length - NAL_HEADER);
        }
      }
    }
    throw new CodecException("H.265 configuration has no sequence parameter set");
  }

  private static PictureSize pictureSize(byte[] sps) {
    BitReader in = new BitReader(sps, 0, sps.length);
    in.skip(4); // sps_video_parameter_set_id
    int subLayers = in.bits(3);
    in.skip(1); // sps_temporal_id_nesting_flag
    skipProfileTierLevel(in, subLayers);
    in.unsignedExpGolomb(); // sps_seq_parameter_set_id
    int chromaFormat = in.unsignedExpGolomb();
    if (chromaFormat == 3) {
      in.skip(1); // separate_colour_plane_flag
    }
    long width = in.unsignedExpGolomb();
    long height = in.unsignedExpGolomb();
    if (in.flag()) { // conformance_window_flag
      int unitX = chromaFormat == 1 || chromaFormat == 2 ? 2 : 1;
      int unitY = chromaFormat == 1 ? 2 : 1;
      width -= unitX * ((long) in.unsignedExpGolomb() + in.unsignedExpGolomb());
      height -= unitY * ((long) in.unsignedExpGolomb() + in.unsignedExpGolomb());
    }
    return PictureSize.of("H.265", width, height);
  }

  /** ISO/IEC 23008-2 §7.3.3. */
  private static void skipProfileTierLevel(BitReader in, int subLayers) {
    in.skip(PROFILE_TIER_LEVEL_BITS);
    in.skip(8); // general_level_idc
    boolean[] profile = new boolean[subLayers];
    boolean[] level = new boolean[subLayers];
    for (int i = 0; i < subLayers; i++) {
      profile[i] = in.flag();
      level[i] = in.flag();
    }
    if (subLayers > 0) {
      in.skip(2 * (8 - subLayers));
    }
    for (int i = 0; i < subLayers; i++) {
      in.skip((profile[i] ? PROFILE_TIER_LEVEL_BITS : 0) + (level[i] ? 8 : 0));
    }
  }
}
