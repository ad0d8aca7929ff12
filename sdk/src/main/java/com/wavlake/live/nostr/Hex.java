package com.wavlake.live.nostr;

import java.util.Arrays;
import java.util.HexFormat;

/** Lower-case hex of a known length, the only form that NIP-01 allows. */
final class Hex {
  private static final HexFormat FORMAT = HexFormat.of();
  private static final byte[] DIGIT = new byte[128];

  static {
    Arrays.fill(DIGIT, (byte) -1);
    for (int i = 0; i < 16; i++) {
      DIGIT["0123456789abcdef".charAt(i)] = (byte) i;
    }
  }

  private Hex() {}

  static byte[] parse(String hex, int bytes, String field) {
    if (hex.length() != 2 * bytes) {
      throw new InvalidEvent(field, hex.length() + " characters, not " + 2 * bytes + " of hex");
    }
    byte[] out = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      out[i] = (byte) (digit(hex.charAt(2 * i), field) << 4 | digit(hex.charAt(2 * i + 1), field));
    }
    return out;
  }

  static String of(byte[] bytes) {
    return FORMAT.formatHex(bytes);
  }

  private static int digit(char c, String field) {
    int digit = c < 128 ? DIGIT[c] : -1;
    if (digit < 0) {
      throw new InvalidEvent(field, "not lower-case hex");
    }
    return digit;
  }
}
