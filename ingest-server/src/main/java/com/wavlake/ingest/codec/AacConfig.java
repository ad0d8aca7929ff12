package com.wavlake.ingest.codec;

import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.Track;

/** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). */
public final class AacConfig {
  private static final int[] SAMPLE_RATES = {
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350
  };
  private static final int[] CHANNELS = {0, 1, 2, 3, 4, 5, 6, 8};
  private static final int SBR = 5;
  private static final int PS = 29;
  private static final int ESCAPE = 31;

  private AacConfig() {}

  /**
   * The track that the configuration describes.
   *
   * @throws CodecException saying what is wrong with it
   */
  public static Track.Audio parse(byte[] config) {
    BitReader in = new BitReader(config, 0, config.length);
    int declaredType = objectType(in);
    int rate = sampleRate(in);
    int channelIndex = in.bits(4);
    int type = declaredType;
    if (declaredType == SBR || declaredType == PS) {
      sampleRate(in); // of the extension; the core's rate counts access units
      type = objectType(in);
    }
    if (channelIndex >= CHANNELS.length || channelIndex == 0) {
      throw new CodecException("AAC channel configuration " + channelIndex + " is not supported");
    }
    boolean short960 = in.left() > 0 && in.flag();
    return new Track.Audio(
        Codec.AAC,
        "mp4a.40." + declaredType,
        rate,
        CHANNELS[channelIndex],
        type >= 1 && type <= 4 && short960 ? 960 : 1024,
        config.clone());
  }

  private static int objectType(BitReader in) {
    int type = in.bits(5);
    return type == ESCAPE ? 32 + in.bits(6) : type;
  }

  private static int sampleRate(BitReader in) {
    int index = in.bits(4);
    int rate = index == 15 ? in.bits(24) : index < SAMPLE_RATES.length ? SAMPLE_RATES[index] : 0;
    if (rate < 7_350 || rate > 192_000) {
      throw new CodecException("AAC sample rate index " + index);
    }
    return rate;
  }
}
