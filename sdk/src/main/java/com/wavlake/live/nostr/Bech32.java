package com.wavlake.live.nostr;

import java.io.ByteArrayOutputStream;
import java.util.Locale;

/**
 * Bytes as bech32 text without its 90-character bound, as NIP-19 and LNURL use it. The codec is
 * nostr-java's; the regrouping of bits is ours.
 */
public final class Bech32 {
  /** NIP-19's bound on the length of such a text. */
  public static final int MAX_CHARACTERS = 5_000;

  private Bech32() {}

  /** Lower-case text: prefix, {@code 1}, data, checksum. */
  public static String encode(String prefix, byte[] data) {
    try {
      return nostr.crypto.bech32.Bech32.encode(
          nostr.crypto.bech32.Bech32.Encoding.BECH32, prefix, regroup(data, 8, 5, true));
    } catch (Exception e) { // nostr-java declares nothing narrower
      throw new IllegalStateException("bech32 of " + prefix, e);
    }
  }

  /**
   * The bytes of {@code prefix1…}.
   *
   * @throws InvalidEvent when the prefix, the checksum, the padding or the length is wrong; the
   *     message does not repeat the text
   */
  public static byte[] decode(String prefix, String text) {
    if (!text.toLowerCase(Locale.ROOT).startsWith(prefix + "1")) {
      throw new InvalidEvent(prefix, "expected " + prefix + "1…");
    }
    Words words = words(text);
    if (!words.prefix().equals(prefix)) {
      throw new InvalidEvent(prefix, "expected " + prefix + "1…");
    }
    return bytes(words.values());
  }

  /**
   * A text that is not made of whole bytes, such as an invoice (BOLT 11).
   *
   * @param prefix in front of the last {@code 1}
   * @param values 5 bits each, without the checksum
   */
  public record Words(String prefix, byte[] values) {}

  /**
   * Splits any bech32 text.
   *
   * @throws InvalidEvent when the checksum or the length is wrong; the message does not repeat the
   *     text
   */
  public static Words words(String text) {
    String name = text.substring(0, Math.clamp(text.lastIndexOf('1'), 0, 10));
    if (text.length() > MAX_CHARACTERS) {
      throw new InvalidEvent(name, text.length() + " characters, over " + MAX_CHARACTERS);
    }
    nostr.crypto.bech32.Bech32.Bech32Data decoded;
    try {
      decoded = nostr.crypto.bech32.Bech32.decode(text);
    } catch (Exception e) { // nostr-java declares nothing narrower
      throw new InvalidEvent(name, "not bech32: a mistyped or cut character");
    }
    if (decoded.encoding != nostr.crypto.bech32.Bech32.Encoding.BECH32) {
      throw new InvalidEvent(name, "bech32m, not bech32");
    }
    return new Words(decoded.hrp, decoded.data);
  }

  /**
   * Whole bytes out of 5-bit values.
   *
   * @throws InvalidEvent when bits that are left over are not zero
   */
  public static byte[] bytes(byte[] values) {
    return regroup(values, 5, 8, false);
  }

  private static byte[] regroup(byte[] in, int from, int to, boolean pad) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length * from / to + 1);
    int bits = 0;
    int held = 0;
    for (byte b : in) {
      held = (held << from | b & (1 << from) - 1) & 0xfff;
      bits += from;
      while (bits >= to) {
        bits -= to;
        out.write(held >> bits & (1 << to) - 1);
      }
    }
    if (pad && bits > 0) {
      out.write(held << to - bits & (1 << to) - 1);
    } else if (!pad && (bits >= from || (held & (1 << bits) - 1) != 0)) {
      throw new InvalidEvent("bech32", "padding is not zero");
    }
    return out.toByteArray();
  }
}
