package com.wavlake.ingest.codec;

import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.Track;
import java.nio.ByteBuffer;

/**
 * AC-3 and Enhanced AC-3 sync frames (ETSI TS 102 366 §4.3, §E.1.2), which carry their own
 * configuration, to the boxes of its annex F.
 */
public final class Ac3Config {
  private static final int SYNC_WORD = 0x0b77;
  private static final int[] RATES = {48_000, 44_100, 32_000};
  private static final int[] CHANNELS = {2, 1, 2, 3, 3, 4, 4, 5};
  private static final int[] BLOCKS = {1, 2, 3, 6};
  private static final int SAMPLES_A_BLOCK = 256;
  private static final int HEADER = 16;
  private static final int LAST_AC3 = 10;

  private Ac3Config() {}

  /**
   * The track that a sync frame describes.
   *
   * @throws CodecException saying what is wrong with it
   */
  public static Track.Audio parse(ByteBuffer frame) {
    byte[] header = new byte[Math.min(HEADER, frame.remaining())];
    frame.duplicate().get(header);
    BitReader in = new BitReader(header, 0, header.length);
    if (in.bits(16) != SYNC_WORD) {
      throw new CodecException("AC-3 frame without its sync word");
    }
    int bitStream = new BitReader(header, 5, header.length).bits(5);
    return bitStream <= LAST_AC3 ? ac3(in) : enhanced(in);
  }

  private static Track.Audio ac3(BitReader in) {
    in.skip(16); // crc1
    int rateCode = in.bits(2);
    int bitRateCode = in.bits(6) >> 1;
    int bitStream = in.bits(5);
    int mode = in.bits(3);
    int coding = in.bits(3);
    if ((coding & 1) == 1 && coding != 1) {
      in.skip(2); // cmixlev
    }
    in.skip((coding & 4) != 0 ? 2 : 0); // surmixlev
    in.skip(coding == 2 ? 2 : 0); // dsurmod
    int lfe = in.bits(1);
    int box =
        rateCode << 22 | bitStream << 17 | mode << 14 | coding << 11 | lfe << 10 | bitRateCode << 5;
    byte[] config = {(byte) (box >> 16), (byte) (box >> 8), (byte) box};
    return new Track.Audio(
        Codec.AC3, "ac-3", rate(rateCode), CHANNELS[coding] + lfe, 6 * SAMPLES_A_BLOCK, config);
  }

  private static Track.Audio enhanced(BitReader in) {
    in.skip(2 + 3); // strmtyp, substreamid
    int bytes = 2 * (in.bits(11) + 1);
    int rateCode = in.bits(2);
    int blocks = BLOCKS[in.bits(2)]; // half rates, code 3, are refused below
    int coding = in.bits(3);
    int lfe = in.bits(1);
    int bitStream = in.bits(5);
    int rate = rate(rateCode);
    long kilobits = bytes * 8L * rate / ((long) blocks * SAMPLES_A_BLOCK) / 1000;
    long box =
        kilobits << 27
            | (long) rateCode << 22
            | (long) bitStream << 17
            | (long) coding << 9
            | (long) lfe << 8; // one independent substream, no dependent one
    byte[] config = {
      (byte) (box >> 32), (byte) (box >> 24), (byte) (box >> 16), (byte) (box >> 8), (byte) box
    };
    return new Track.Audio(
        Codec.EAC3, "ec-3", rate, CHANNELS[coding] + lfe, blocks * SAMPLES_A_BLOCK, config);
  }

  private static int rate(int code) {
    if (code >= RATES.length) {
      throw new CodecException("AC-3 sample rate code " + code + " is not supported");
    }
    return RATES[code];
  }
}
