package com.wavlake.live.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Text between two keys (NIP-44, version 2): ECDH, HKDF-SHA256, padding, ChaCha20, HMAC-SHA256.
 *
 * @see <a href="https://github.com/nostr-protocol/nips/blob/master/44.md">NIP-44</a>
 */
public final class Nip44 {
  /** The longest text taken, in bytes of UTF-8; the NIP leaves the bound to implementations. */
  public static final int MAX_PLAINTEXT_BYTES = 16 << 20;

  private static final byte VERSION = 2;
  private static final int KEY = 32;
  private static final int NONCE = 32;
  private static final int MAC = 32;
  private static final int EXTENDED = 65_536;
  private static final int MIN_PAYLOAD_CHARACTERS = 132;
  private static final int MIN_PAYLOAD_BYTES = 99;
  private static final int MAX_PAYLOAD_CHARACTERS = 2 * MAX_PLAINTEXT_BYTES;
  private static final byte[] SALT = "nip44-v2".getBytes(StandardCharsets.US_ASCII);
  private static final SecureRandom RANDOM = new SecureRandom();

  private Nip44() {}

  /**
   * What two people share: the same for both directions.
   *
   * @throws IllegalArgumentException when either is no key
   */
  public static byte[] conversationKey(byte[] secret, byte[] publicKey) {
    byte[] shared = Secp256k1.get().sharedX(secret, publicKey);
    try {
      return hmac(SALT, shared); // HKDF-Extract
    } finally {
      Arrays.fill(shared, (byte) 0);
    }
  }

  /**
   * Encrypts under a fresh nonce.
   *
   * @throws IllegalArgumentException when the text is empty or over {@link #MAX_PLAINTEXT_BYTES}
   */
  public static String encrypt(byte[] conversationKey, String plaintext) {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    return encrypt(conversationKey, plaintext, nonce);
  }

  static String encrypt(byte[] conversationKey, String plaintext, byte[] nonce) {
    byte[] padded = pad(plaintext.getBytes(StandardCharsets.UTF_8));
    byte[] keys = messageKeys(conversationKey, nonce);
    byte[] sealed = chaCha20(keys, padded);
    byte[] mac = mac(keys, nonce, sealed);
    Arrays.fill(keys, (byte) 0);
    byte[] payload =
        ByteBuffer.allocate(1 + NONCE + sealed.length + MAC)
            .put(VERSION)
            .put(nonce)
            .put(sealed)
            .put(mac)
            .array();
    return Base64.getEncoder().encodeToString(payload);
  }

  /**
   * Decrypts.
   *
   * @throws IllegalArgumentException saying why not: another version, changed on the way, another
   *     key, malformed
   */
  public static String decrypt(byte[] conversationKey, String payload) {
    if (payload.isEmpty() || payload.charAt(0) == '#') {
      throw new IllegalArgumentException("unknown encryption version");
    }
    if (payload.length() < MIN_PAYLOAD_CHARACTERS || payload.length() > MAX_PAYLOAD_CHARACTERS) {
      throw new IllegalArgumentException("invalid payload size: " + payload.length());
    }
    byte[] bytes = Base64.getDecoder().decode(payload);
    if (bytes.length < MIN_PAYLOAD_BYTES) {
      throw new IllegalArgumentException("invalid payload size: " + bytes.length + " bytes");
    }
    if (bytes[0] != VERSION) {
      throw new IllegalArgumentException("unknown encryption version " + bytes[0]);
    }
    byte[] nonce = Arrays.copyOfRange(bytes, 1, 1 + NONCE);
    byte[] sealed = Arrays.copyOfRange(bytes, 1 + NONCE, bytes.length - MAC);
    byte[] mac = Arrays.copyOfRange(bytes, bytes.length - MAC, bytes.length);
    byte[] keys = messageKeys(conversationKey, nonce);
    try {
      if (!MessageDigest.isEqual(mac, mac(keys, nonce, sealed))) {
        throw new IllegalArgumentException("invalid MAC: changed on the way, or for another key");
      }
      return unpad(chaCha20(keys, sealed));
    } finally {
      Arrays.fill(keys, (byte) 0);
    }
  }

  /** HKDF-Expand of 76 bytes: 32 for ChaCha20, 12 for its nonce, 32 for HMAC. */
  static byte[] messageKeys(byte[] conversationKey, byte[] nonce) {
    if (conversationKey.length != KEY || nonce.length != NONCE) {
      throw new IllegalArgumentException("conversation key and nonce have 32 bytes each");
    }
    ByteBuffer out = ByteBuffer.allocate(96);
    byte[] block = new byte[0];
    for (byte i = 1; i <= 3; i++) {
      block = hmac(conversationKey, block, nonce, new byte[] {i});
      out.put(block);
    }
    return Arrays.copyOf(out.array(), 76);
  }

  /** How long a text of {@code length} bytes is after padding. */
  static int paddedLength(int length) {
    if (length <= 32) {
      return 32;
    }
    int nextPower = Integer.highestOneBit(length - 1) << 1;
    int chunk = nextPower <= 256 ? 32 : nextPower / 8;
    return chunk * ((length - 1) / chunk + 1);
  }

  private static byte[] pad(byte[] text) {
    if (text.length < 1 || text.length > MAX_PLAINTEXT_BYTES) {
      throw new IllegalArgumentException(
          "text of " + text.length + " bytes, not 1 … " + MAX_PLAINTEXT_BYTES);
    }
    int prefix = text.length < EXTENDED ? 2 : 6;
    ByteBuffer out = ByteBuffer.allocate(prefix + paddedLength(text.length));
    if (text.length < EXTENDED) {
      out.putShort((short) text.length);
    } else {
      out.putShort((short) 0).putInt(text.length);
    }
    return out.put(text).array();
  }

  private static String unpad(byte[] padded) {
    ByteBuffer in = ByteBuffer.wrap(padded);
    int length = in.getShort() & 0xffff;
    if (length == 0) {
      length = in.getInt();
      if (length < EXTENDED) {
        throw new IllegalArgumentException("invalid padding");
      }
    }
    if (length > in.remaining() || in.remaining() != paddedLength(length)) {
      throw new IllegalArgumentException("invalid padding");
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(in.slice().limit(length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the text is not UTF-8", e);
    }
  }

  private static byte[] chaCha20(byte[] keys, byte[] in) {
    try {
      Cipher cipher = Cipher.getInstance("ChaCha20");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(keys, 0, 32, "ChaCha20"),
          new ChaCha20ParameterSpec(Arrays.copyOfRange(keys, 32, 44), 0));
      return cipher.doFinal(in);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK since 11 has ChaCha20
    }
  }

  private static byte[] mac(byte[] keys, byte[] nonce, byte[] sealed) {
    return hmac(Arrays.copyOfRange(keys, 44, 76), nonce, sealed);
  }

  private static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(e); // every Java platform has HmacSHA256
    }
  }
}
