package com.wavlake.live.api;

import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What an encoder shows to be let in: {@code wlk_live_} and 32 hex digits. Redacted in {@link
 * #toString}.
 */
public final class StreamKey {
  /** What every key starts with. */
  public static final String PREFIX = "wlk_live_";

  private static final Pattern FORM = Pattern.compile("wlk_live_[0-9a-f]{32}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String value;

  private StreamKey(String value) {
    this.value = value;
  }

  /** A new one, of 16 random bytes. */
  public static StreamKey generate() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return new StreamKey(PREFIX + HexFormat.of().formatHex(bytes));
  }

  /**
   * Reads a key.
   *
   * @throws LiveException INVALID when it has another form; the message does not repeat it
   */
  public static StreamKey parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new LiveException(
          LiveException.Category.INVALID, "not a stream key: expected wlk_live_ and 32 hex digits");
    }
    return new StreamKey(text);
  }

  /** Gives the key away. */
  public String reveal() {
    return value;
  }

  /** What may be shown: enough to tell two keys apart, not enough to use one. */
  public String masked() {
    return PREFIX + "…" + value.substring(value.length() - 4);
  }

  /** What a server stores: the hex SHA-256 of the key. */
  public String hash() {
    return hash(value);
  }

  /** The hex SHA-256 of any text that claims to be a key. */
  public static String hash(String text) {
    return Sha256.hex(text);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof StreamKey other
        && MessageDigest.isEqual(
            value.getBytes(StandardCharsets.UTF_8), other.value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return masked();
  }
}
