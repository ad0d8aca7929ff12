package com.wavlake.live.crypto;

/**
 * Schnorr signatures over secp256k1 as BIP-340 defines them. Implementations are stateless and safe
 * for use by many threads.
 *
 * @see <a href="https://github.com/bitcoin/bips/blob/master/bip-0340.mediawiki">BIP-340</a>
 */
public interface Secp256k1 {

  /** libsecp256k1 where its native library loads, BouncyCastle elsewhere. */
  static Secp256k1 get() {
    return Provider.CHOSEN;
  }

  /** BouncyCastle, wherever Java runs. */
  static Secp256k1 portable() {
    return new BouncyCastleSecp256k1();
  }

  /** Whether {@code secret} is 32 bytes that denote a number in 1 … n−1. */
  boolean isSecretKey(byte[] secret);

  /**
   * The x-only public key, 32 bytes.
   *
   * @throws IllegalArgumentException when {@code secret} is no secret key
   */
  byte[] publicKey(byte[] secret);

  /**
   * Signs {@code message} of any length.
   *
   * @param aux 32 bytes of auxiliary randomness
   * @return 64 bytes
   * @throws IllegalArgumentException when {@code secret} is no secret key or {@code aux} is not 32
   *     bytes
   */
  byte[] sign(byte[] message, byte[] secret, byte[] aux);

  /**
   * Whether {@code signature} is valid; malformed input of any shape is {@code false}, never an
   * exception.
   */
  boolean verify(byte[] signature, byte[] message, byte[] publicKey);

  /**
   * The x coordinate of the point that both keys lead to (ECDH without a hash), 32 bytes.
   *
   * @throws IllegalArgumentException when either is no key
   */
  byte[] sharedX(byte[] secret, byte[] publicKey);

  /** Which implementation this is, for diagnostics. */
  String name();

  /** Chosen once, when first asked for. */
  final class Provider {
    static final Secp256k1 CHOSEN =
        NativeSecp256k1.load().<Secp256k1>map(s -> s).orElseGet(BouncyCastleSecp256k1::new);

    private Provider() {}
  }
}
