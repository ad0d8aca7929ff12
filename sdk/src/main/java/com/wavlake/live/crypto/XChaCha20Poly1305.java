package com.wavlake.live.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): HChaCha20 here, RFC 8439 from BouncyCastle,
 * which has no XChaCha of its own.
 */
final class XChaCha20Poly1305 {
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 24;
  private static final int MAC_BITS = 128;
  private static final int ROUNDS = 20;
  private static final int[] SIGMA = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

  private XChaCha20Poly1305() {}

  static byte[] encrypt(byte[] key, byte[] nonce, byte[] plain, byte[] associated) {
    try {
      return run(true, key, nonce, plain, associated);
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException(e); // only decryption can fail
    }
  }

  /** Throws when the text was changed, or the key is another. */
  static byte[] decrypt(byte[] key, byte[] nonce, byte[] sealed, byte[] associated)
      throws InvalidCipherTextException {
    return run(false, key, nonce, sealed, associated);
  }

  private static byte[] run(boolean encrypt, byte[] key, byte[] nonce, byte[] in, byte[] associated)
      throws InvalidCipherTextException {
    if (key.length != KEY_BYTES || nonce.length != NONCE_BYTES) {
      throw new IllegalArgumentException("key of 32 and nonce of 24 bytes expected");
    }
    byte[] shortNonce = new byte[12];
    System.arraycopy(nonce, 16, shortNonce, 4, 8);
    byte[] subKey = hChaCha20(key, nonce);
    ChaCha20Poly1305 aead = new ChaCha20Poly1305();
    aead.init(
        encrypt, new AEADParameters(new KeyParameter(subKey), MAC_BITS, shortNonce, associated));
    Arrays.fill(subKey, (byte) 0);
    byte[] out = new byte[aead.getOutputSize(in.length)];
    int written = aead.processBytes(in, 0, in.length, out, 0);
    written += aead.doFinal(out, written);
    return Arrays.copyOf(out, written);
  }

  /** Section 2.2: a sub-key from the key and the first 16 bytes of the nonce. */
  static byte[] hChaCha20(byte[] key, byte[] nonce) {
    int[] s = new int[16];
    System.arraycopy(SIGMA, 0, s, 0, 4);
    ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(s, 4, 8);
    ByteBuffer.wrap(nonce, 0, 16).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(s, 12, 4);
    for (int round = 0; round < ROUNDS; round += 2) {
      for (int i = 0; i < 4; i++) {
        quarterRound(s, i, 4 + i, 8 + i, 12 + i);
      }
      for (int i = 0; i < 4; i++) {
        quarterRound(s, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
      }
    }
    ByteBuffer out = ByteBuffer.allocate(KEY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.asIntBuffer().put(s, 0, 4).put(s, 12, 4);
    Arrays.fill(s, 0);
    return out.array();
  }

  private static void quarterRound(int[] s, int a, int b, int c, int d) {
    s[a] += s[b];
    s[d] = Integer.rotateLeft(s[d] ^ s[a], 16);
    s[c] += s[d];
    s[b] = Integer.rotateLeft(s[b] ^ s[c], 12);
    s[a] += s[b];
    s[d] = Integer.rotateLeft(s[d] ^ s[a], 8);
    s[c] += s[d];
    s[b] = Integer.rotateLeft(s[b] ^ s[c], 7);
  }
}
