package com.wavlake.live.crypto;

import fr.acinq.secp256k1.Secp256k1Exception;
import java.util.Arrays;
import java.util.Optional;

/** libsecp256k1 through JNI. It takes 32-byte messages only; other lengths go to BouncyCastle. */
final class NativeSecp256k1 implements Secp256k1 {
  private static final int MESSAGE_BYTES = 32;

  private final fr.acinq.secp256k1.Secp256k1 lib;
  private final Secp256k1 otherLengths = new BouncyCastleSecp256k1();

  private NativeSecp256k1(fr.acinq.secp256k1.Secp256k1 lib) {
    this.lib = lib;
  }

  /** Empty where there is no native library for this platform. */
  static Optional<NativeSecp256k1> load() {
    try {
      return Optional.of(new NativeSecp256k1(fr.acinq.secp256k1.Secp256k1.get()));
    } catch (LinkageError | IllegalStateException unavailable) {
      return Optional.empty();
    }
  }

  @Override
  public boolean isSecretKey(byte[] secret) {
    return secret.length == 32 && lib.secKeyVerify(secret);
  }

  @Override
  public byte[] publicKey(byte[] secret) {
    if (!isSecretKey(secret)) {
      throw new IllegalArgumentException("not a secp256k1 secret key");
    }
    return Arrays.copyOfRange(lib.pubkeyCreate(secret), 1, 33);
  }

  @Override
  public byte[] sign(byte[] message, byte[] secret, byte[] aux) {
    if (message.length != MESSAGE_BYTES) {
      return otherLengths.sign(message, secret, aux);
    }
    if (!isSecretKey(secret) || aux.length != 32) {
      throw new IllegalArgumentException("sign needs a secp256k1 secret key and 32 bytes of aux");
    }
    return lib.signSchnorr(message, secret, aux);
  }

  @Override
  public boolean verify(byte[] signature, byte[] message, byte[] publicKey) {
    if (signature.length != 64 || publicKey.length != 32) {
      return false;
    }
    if (message.length != MESSAGE_BYTES) {
      return otherLengths.verify(signature, message, publicKey);
    }
    try {
      return lib.verifySchnorr(signature, message, publicKey);
    } catch (Secp256k1Exception offCurve) { // thrown for a public key that is no x coordinate
      return false;
    }
  }

  @Override
  public byte[] sharedX(byte[] secret, byte[] publicKey) {
    if (!isSecretKey(secret) || publicKey.length != 32) {
      throw new IllegalArgumentException("not a secp256k1 key");
    }
    byte[] compressed = new byte[33];
    compressed[0] = 2; // either point with that x leads to the same x
    System.arraycopy(publicKey, 0, compressed, 1, 32);
    try {
      return Arrays.copyOfRange(lib.pubKeyTweakMul(compressed, secret), 1, 33);
    } catch (Secp256k1Exception offCurve) {
      throw new IllegalArgumentException("not a secp256k1 public key", offCurve);
    }
  }

  @Override
  public String name() {
    return "libsecp256k1";
  }
}
