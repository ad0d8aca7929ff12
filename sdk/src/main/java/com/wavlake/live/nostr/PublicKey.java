package com.wavlake.live.nostr;

import com.wavlake.live.crypto.Secp256k1;
import java.util.Arrays;

/** An x-only secp256k1 public key: who someone is on Nostr. Immutable. */
public final class PublicKey extends Bytes32 implements Comparable<PublicKey> {
  private PublicKey(byte[] bytes) {
    super(bytes, "pubkey");
  }

  /**
   * Of 32 bytes.
   *
   * @throws InvalidEvent when there are more or fewer
   */
  public static PublicKey of(byte[] bytes) {
    return new PublicKey(bytes.clone());
  }

  /**
   * Reads 64 lower-case hex digits or {@code npub1…}, with or without {@code nostr:}.
   *
   * @throws InvalidEvent when the text is neither
   */
  public static PublicKey parse(String text) {
    return new PublicKey(parse(text, "npub", "pubkey"));
  }

  /** NIP-19: {@code npub1…}. */
  public String npub() {
    return Bech32.encode("npub", bytes());
  }

  /**
   * Whether {@code signature} is this key's over {@code digest} (BIP-340). Malformed input is
   * false.
   */
  public boolean verify(byte[] digest, byte[] signature) {
    return Secp256k1.get().verify(signature, digest, bytes());
  }

  /** By unsigned bytes, which is the order of the hex texts. */
  @Override
  public int compareTo(PublicKey other) {
    return Arrays.compareUnsigned(bytes(), other.bytes());
  }
}
