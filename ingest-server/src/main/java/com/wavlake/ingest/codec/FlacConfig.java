package com.wavlake.ingest.codec;

import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.Track;
import java.util.Arrays;

/** The FLAC signature and STREAMINFO (RFC 9639 §8). */
public final class FlacConfig {
  private static final int STREAMINFO = 34;
  private static final int BLOCK_HEADER = 4;
  private static final int MAX_RATE = 192_000;

  private FlacConfig() {}

  /**
   * The track that the metadata describes; its configuration is the content of a FLACSpecificBox.
   *
   * @param header {@code fLaC} and metadata blocks, as Enhanced RTMP asks; those blocks alone; or
   *     the content of STREAMINFO alone, as ffmpeg sends it
   * @throws CodecException saying what is wrong with it
   */
  public static Track.Audio parse(byte[] header) {
    boolean signed =
        header.length > 4
            && header[0] == 'f'
            && header[1] == 'L'
            && header[2] == 'a'
            && header[3] == 'C';
    byte[] blocks =
        header.length == STREAMINFO
            ? withBlockHeader(header)
            : Arrays.copyOfRange(header, signed ? 4 : 0, header.length);
    if (blocks.length < BLOCK_HEADER + STREAMINFO || (blocks[0] & 0x7f) != 0) {
      throw new CodecException("FLAC configuration of " + header.length + " bytes");
    }
    BitReader in = new BitReader(blocks, BLOCK_HEADER, BLOCK_HEADER + STREAMINFO);
    in.skip(16); // the smallest block
    int longest = in.bits(16);
    in.skip(24 + 24);
    int rate = in.bits(20);
    int channels = in.bits(3) + 1;
    if (rate == 0 || rate > MAX_RATE || longest == 0) {
      throw new CodecException("FLAC of " + rate + " Hz in blocks of " + longest);
    }
    byte[] box = new byte[4 + BLOCK_HEADER + STREAMINFO];
    System.arraycopy(blocks, 0, box, 4, BLOCK_HEADER + STREAMINFO);
    box[4] = (byte) 0x80; // the only block, so the last
    box[5] = 0;
    box[6] = 0;
    box[7] = STREAMINFO;
    return new Track.Audio(Codec.FLAC, "fLaC", rate, channels, longest, box);
  }

  private static byte[] withBlockHeader(byte[] streamInfo) {
    byte[] block = new byte[BLOCK_HEADER + STREAMINFO];
    block[0] = (byte) 0x80;
    block[3] = STREAMINFO;
    System.arraycopy(streamInfo, 0, block, BLOCK_HEADER, STREAMINFO);
    return block;
  }
}
