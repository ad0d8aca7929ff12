package com.wavlake.live.nostr;

import java.util.Arrays;

/** An x-only secp256k1 public key: who someone is on Nostr. Immutable. */
public final class PublicKey implements Comparable<PublicKey> {
  /** Its size in bytes. */
  public static final int BYTES = 32;

  private final byte[] bytes;

  private PublicKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Of 32 bytes.
   *
   * @throws InvalidEvent when there are more or fewer
   */
  public static PublicKey of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new InvalidEvent("pubkey", bytes.length + " bytes, not " + BYTES);
    }
    return new PublicKey(bytes.clone());
  }

  /**
   * Reads 64 lower-case hex digits or {@code npub1…}, with or without {@code nostr:}.
   *
   * @throws InvalidEvent when the text is neither
   */
  public static PublicKey parse(String text) {
    return text.length() == 2 * BYTES
        ? new PublicKey(Hex.parse(text, BYTES, "pubkey"))
        : new PublicKey(Nip19.decode32("npub", text));
  }

  /** 64 lower-case hex digits. */
  public String hex() {
    return Hex.of(bytes);
  }

  /** NIP-19: {@code npub1…}. */
  public String npub() {
    return Nip19.encode("npub", bytes);
  }

  /** A copy of the 32 bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The bytes themselves, for this package's hot paths. */
  byte[] bytes() {
    return bytes;
  }

  /** By unsigned bytes, which is the order of the hex texts. */
  @Override
  public int compareTo(PublicKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof PublicKey other && Arrays.equals(bytes, other.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
