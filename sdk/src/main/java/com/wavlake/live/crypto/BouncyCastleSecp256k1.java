package com.wavlake.live.crypto;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/** BIP-340 on BouncyCastle's curve arithmetic: everywhere Java runs, slower than libsecp256k1. */
final class BouncyCastleSecp256k1 implements Secp256k1 {
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
  private static final BigInteger N = CURVE.getN();
  private static final BigInteger P = CURVE.getCurve().getField().getCharacteristic();
  private static final byte[] AUX = tag("BIP0340/aux");
  private static final byte[] NONCE = tag("BIP0340/nonce");
  private static final byte[] CHALLENGE = tag("BIP0340/challenge");

  @Override
  public boolean isSecretKey(byte[] secret) {
    if (secret.length != 32) {
      return false;
    }
    BigInteger d = new BigInteger(1, secret);
    return d.signum() > 0 && d.compareTo(N) < 0;
  }

  @Override
  public byte[] publicKey(byte[] secret) {
    return x(times(secretScalar(secret)));
  }

  @Override
  public byte[] sign(byte[] message, byte[] secret, byte[] aux) {
    if (aux.length != 32) {
      throw new IllegalArgumentException("aux is " + aux.length + " bytes, not 32");
    }
    BigInteger d = secretScalar(secret);
    ECPoint p = times(d);
    byte[] px = x(p);
    if (!hasEvenY(p)) {
      d = N.subtract(d);
    }
    byte[] t = hash(AUX, aux);
    byte[] dBytes = BigIntegers.asUnsignedByteArray(32, d);
    for (int i = 0; i < 32; i++) {
      t[i] ^= dBytes[i];
    }
    BigInteger k = new BigInteger(1, hash(NONCE, t, px, message)).mod(N);
    Arrays.fill(dBytes, (byte) 0);
    Arrays.fill(t, (byte) 0);
    if (k.signum() == 0) {
      throw new IllegalStateException("nonce is zero"); // probability 2^-256
    }
    ECPoint r = times(k);
    if (!hasEvenY(r)) {
      k = N.subtract(k);
    }
    byte[] rx = x(r);
    BigInteger e = new BigInteger(1, hash(CHALLENGE, rx, px, message)).mod(N);
    byte[] signature = Arrays.copyOf(rx, 64);
    BigIntegers.asUnsignedByteArray(k.add(e.multiply(d)).mod(N), signature, 32, 32);
    return signature;
  }

  @Override
  public boolean verify(byte[] signature, byte[] message, byte[] publicKey) {
    if (signature.length != 64 || publicKey.length != 32) {
      return false;
    }
    byte[] rx = Arrays.copyOf(signature, 32);
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
    BigInteger px = new BigInteger(1, publicKey);
    if (px.compareTo(P) >= 0 || new BigInteger(1, rx).compareTo(P) >= 0 || s.compareTo(N) >= 0) {
      return false;
    }
    ECPoint p;
    try {
      p = lift(publicKey);
    } catch (IllegalArgumentException notOnCurve) {
      return false;
    }
    BigInteger e = new BigInteger(1, hash(CHALLENGE, rx, publicKey, message)).mod(N);
    ECPoint r =
        ECAlgorithms.sumOfTwoMultiplies(CURVE.getG(), s, p, N.subtract(e).mod(N)).normalize();
    return !r.isInfinity() && hasEvenY(r) && Arrays.equals(x(r), rx);
  }

  @Override
  public byte[] sharedX(byte[] secret, byte[] publicKey) {
    if (publicKey.length != 32) {
      throw new IllegalArgumentException("not a secp256k1 public key");
    }
    return x(lift(publicKey).multiply(secretScalar(secret)).normalize());
  }

  @Override
  public String name() {
    return "BouncyCastle";
  }

  private BigInteger secretScalar(byte[] secret) {
    if (!isSecretKey(secret)) {
      throw new IllegalArgumentException("not a secp256k1 secret key");
    }
    return new BigInteger(1, secret);
  }

  /** The point with this x and an even y; throws when there is none. */
  private static ECPoint lift(byte[] x) {
    byte[] compressed = new byte[33];
    compressed[0] = 2;
    System.arraycopy(x, 0, compressed, 1, 32);
    return CURVE.getCurve().decodePoint(compressed);
  }

  private static ECPoint times(BigInteger scalar) {
    return new FixedPointCombMultiplier().multiply(CURVE.getG(), scalar).normalize();
  }

  private static boolean hasEvenY(ECPoint normalized) {
    return !normalized.getAffineYCoord().toBigInteger().testBit(0);
  }

  private static byte[] x(ECPoint normalized) {
    return normalized.getAffineXCoord().getEncoded();
  }

  /** SHA-256 of the tag's name, twice: the prefix of a tagged hash. */
  private static byte[] tag(String name) {
    byte[] h = sha256().digest(name.getBytes(StandardCharsets.UTF_8));
    byte[] twice = Arrays.copyOf(h, 64);
    System.arraycopy(h, 0, twice, 32, 32);
    return twice;
  }

  private static byte[] hash(byte[] tag, byte[]... parts) {
    MessageDigest digest = sha256();
    digest.update(tag);
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has SHA-256
    }
  }
}
