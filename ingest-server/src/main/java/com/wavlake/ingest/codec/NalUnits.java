package com.wavlake.ingest.codec;

import java.io.ByteArrayOutputStream;

/** What H.264 and H.265 have in common. */
final class NalUnits {
  private NalUnits() {}

  /** A 3 after two zeros is not data (ISO/IEC 14496-10 §7.4.1, 23008-2 §7.4.2). */
  static byte[] withoutEmulationPrevention(byte[] data, int from, int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length);
    int zeros = 0;
    for (int i = from; i < from + length; i++) {
      if (zeros >= 2 && data[i] == 3) {
        zeros = 0;
        continue;
      }
      zeros = data[i] == 0 ? zeros + 1 : 0;
      out.write(data[i]);
    }
    return out.toByteArray();
  }
}
