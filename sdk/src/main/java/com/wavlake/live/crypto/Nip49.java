package com.wavlake.live.crypto;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.generators.SCrypt;

/** A secret key under a password (NIP-49): the 91 bytes of an {@code ncryptsec}. */
public final class Nip49 {
  /** 2^16 rounds, 64 MiB: about a third of a second. */
  public static final int DEFAULT_LOG_N = 16;

  private static final int MAX_LOG_N = 20; // 1 GiB; a stranger's file must not ask for more
  private static final int VERSION = 2;
  private static final int SALT = 16;
  private static final int NONCE = 24;
  private static final int SEALED = 48;
  private static final int SIZE = 2 + SALT + NONCE + 1 + SEALED;
  private static final byte HANDLING_UNKNOWN = 2;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Nip49() {}

  /** Seals 32 bytes. */
  public static byte[] encrypt(byte[] secret, char[] password, int logN) {
    byte[] salt = new byte[SALT];
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(salt);
    RANDOM.nextBytes(nonce);
    byte[] key = key(password, salt, logN);
    byte[] sealed = XChaCha20Poly1305.encrypt(key, nonce, secret, new byte[] {HANDLING_UNKNOWN});
    Arrays.fill(key, (byte) 0);
    return ByteBuffer.allocate(SIZE)
        .put((byte) VERSION)
        .put((byte) logN)
        .put(salt)
        .put(nonce)
        .put(HANDLING_UNKNOWN)
        .put(sealed)
        .array();
  }

  /**
   * Opens them; empty when the password is wrong.
   *
   * @throws IllegalArgumentException when the bytes are no such thing
   */
  public static Optional<byte[]> decrypt(byte[] encrypted, char[] password) {
    if (encrypted.length != SIZE
        || encrypted[0] != VERSION
        || encrypted[1] < 1
        || encrypted[1] > MAX_LOG_N) {
      throw new IllegalArgumentException(
          "not an encrypted key of version 2 with at most 2^" + MAX_LOG_N + " rounds");
    }
    ByteBuffer in = ByteBuffer.wrap(encrypted, 2, SIZE - 2);
    byte[] salt = new byte[SALT];
    byte[] nonce = new byte[NONCE];
    byte[] handling = new byte[1];
    byte[] sealed = new byte[SEALED];
    in.get(salt).get(nonce).get(handling).get(sealed);
    byte[] key = key(password, salt, encrypted[1]);
    try {
      return Optional.of(XChaCha20Poly1305.decrypt(key, nonce, sealed, handling));
    } catch (InvalidCipherTextException wrongPassword) {
      return Optional.empty();
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] key(char[] password, byte[] salt, int logN) {
    String normal = Normalizer.normalize(CharBuffer.wrap(password), Normalizer.Form.NFKC);
    byte[] utf8 = normal.getBytes(StandardCharsets.UTF_8);
    try {
      return SCrypt.generate(utf8, salt, 1 << logN, 8, 1, 32);
    } finally {
      Arrays.fill(utf8, (byte) 0);
    }
  }
}
