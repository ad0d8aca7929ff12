package com.wavlake.live.nostr;

import java.util.Arrays;

/** 32 bytes that name something, written as 64 lower-case hex digits. Immutable. */
abstract sealed class Bytes32 permits EventId, PublicKey {
  /** Their number. */
  public static final int BYTES = 32;

  private final byte[] bytes;

  Bytes32(byte[] bytes, String field) {
    if (bytes.length != BYTES) {
      throw new InvalidEvent(field, bytes.length + " bytes, not " + BYTES);
    }
    this.bytes = bytes;
  }

  static byte[] parse(String text, String prefix, String field) {
    return text.length() == 2 * BYTES
        ? Hex.parse(text, BYTES, field)
        : Nip19.decode32(prefix, text);
  }

  /** 64 lower-case hex digits. */
  public final String hex() {
    return Hex.of(bytes);
  }

  /** A copy of the 32 bytes. */
  public final byte[] toBytes() {
    return bytes.clone();
  }

  /** The bytes themselves, for this package's hot paths. */
  final byte[] bytes() {
    return bytes;
  }

  @Override
  public final boolean equals(Object o) {
    return o instanceof Bytes32 other
        && getClass() == other.getClass()
        && Arrays.equals(bytes, other.bytes);
  }

  @Override
  public final int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public final String toString() {
    return hex();
  }
}
