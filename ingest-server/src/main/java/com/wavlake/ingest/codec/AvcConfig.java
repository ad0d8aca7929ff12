package com.wavlake.ingest.codec;

import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.Track;

/**
 * AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1) and the sequence parameter set in it
 * (14496-10 §7.3.2.1).
 */
public final class AvcConfig {
  private static final int NAL_SPS = 7;

  private AvcConfig() {}

  /**
   * The track that the record describes.
   *
   * @throws CodecException saying what is wrong with it
   */
  public static Track.Video parse(byte[] record) {
    if (record.length < 7 || record[0] != 1) {
      throw new CodecException(
          "H.264 configuration record of " + record.length + " bytes, version unknown");
    }
    if ((record[4] & 3) != 3) {
      throw new CodecException(
          "H.264 NAL lengths of " + ((record[4] & 3) + 1) + " bytes, only 4 is supported");
    }
    int spsCount = record[5] & 0x1f;
    int spsLength = (record[6] & 0xff) << 8 | (record.length > 7 ? record[7] & 0xff : 0);
    if (spsCount < 1
        || spsLength < 4
        || 8 + spsLength > record.length
        || (record[8] & 0x1f) != NAL_SPS) {
      throw new CodecException("H.264 configuration has no sequence parameter set");
    }
    PictureSize size =
        pictureSize(NalUnits.withoutEmulationPrevention(record, 8 + 1, spsLength - 1));
    String codecs = String.format("avc1.%02x%02x%02x", record[1], record[2], record[3]);
    return new Track.Video(Codec.AVC, codecs, size.width(), size.height(), record.clone());
  }

  private static PictureSize pictureSize(byte[] sps) {
    BitReader in = new BitReader(sps, 0, sps.length);
    int profile = in.bits(8);
    in.skip(16); // constraint flags, level
    in.unsignedExpGolomb(); // seq_parameter_set_id
    int chromaFormat = 1;
    boolean separatePlanes = false;
    if (hasChromaFormat(profile)) {
      chromaFormat = in.unsignedExpGolomb();
      if (chromaFormat == 3) {
        separatePlanes = in.flag();
      }
      in.unsignedExpGolomb(); // bit_depth_luma_minus8
      in.unsignedExpGolomb(); // bit_depth_chroma_minus8
      in.skip(1); // qpprime_y_zero_transform_bypass_flag
      if (in.flag()) {
        for (int i = 0; i < (chromaFormat == 3 ? 12 : 8); i++) {
          if (in.flag()) {
            skipScalingList(in, i < 6 ? 16 : 64);
          }
        }
      }
    }
    in.unsignedExpGolomb(); // log2_max_frame_num_minus4
    int orderType = in.unsignedExpGolomb();
    if (orderType == 0) {
      in.unsignedExpGolomb();
    } else if (orderType == 1) {
      in.skip(1);
      in.signedExpGolomb();
      in.signedExpGolomb();
      int cycle = in.unsignedExpGolomb();
      for (int i = 0; i < cycle; i++) {
        in.signedExpGolomb();
      }
    }
    in.unsignedExpGolomb(); // max_num_ref_frames
    in.skip(1); // gaps_in_frame_num_value_allowed_flag
    int widthInMacroblocks = in.unsignedExpGolomb() + 1;
    int heightInMapUnits = in.unsignedExpGolomb() + 1;
    boolean framesOnly = in.flag();
    if (!framesOnly) {
      in.skip(1);
    }
    in.skip(1); // direct_8x8_inference_flag
    long width = widthInMacroblocks * 16L;
    long height = heightInMapUnits * 16L * (framesOnly ? 1 : 2);
    if (in.flag()) {
      int arrayType = separatePlanes ? 0 : chromaFormat;
      int unitX = arrayType == 1 || arrayType == 2 ? 2 : 1;
      int unitY = (arrayType == 1 ? 2 : 1) * (framesOnly ? 1 : 2);
      width -= (long) (in.unsignedExpGolomb() + in.unsignedExpGolomb()) * unitX;
      height -= (long) (in.unsignedExpGolomb() + in.unsignedExpGolomb()) * unitY;
    }
    return PictureSize.of("H.264", width, height);
  }

  private static boolean hasChromaFormat(int profile) {
    return switch (profile) {
      case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
      default -> false;
    };
  }

  private static void skipScalingList(BitReader in, int size) {
    int last = 8;
    int next = 8;
    for (int i = 0; i < size; i++) {
      if (next != 0) {
        next = (last + in.signedExpGolomb() + 256) % 256;
      }
      last = next == 0 ? last : next;
    }
  }
}
