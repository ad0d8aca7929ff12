package com.wavlake.live.nostr;

import com.wavlake.live.crypto.Nip44;
import com.wavlake.live.crypto.Nip49;
import com.wavlake.live.crypto.Secp256k1;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A secret key. It never shows itself: {@link #toString} is redacted, and {@link #close} wipes it;
 * only {@link #nsec} and {@link #exportBytes} give it away, and say so by name.
 */
public final class SecretKey implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] bytes;
  private final PublicKey publicKey;
  private volatile boolean destroyed;

  private SecretKey(byte[] bytes) {
    if (!Secp256k1.get().isSecretKey(bytes)) {
      Arrays.fill(bytes, (byte) 0);
      throw new LiveException(LiveException.Category.INVALID, "not a secret key: outside 1 … n−1");
    }
    this.bytes = bytes;
    this.publicKey = PublicKey.of(Secp256k1.get().publicKey(bytes));
  }

  /** A new one, from the platform's secure random source. */
  public static SecretKey generate() {
    byte[] bytes = new byte[32];
    do {
      RANDOM.nextBytes(bytes);
    } while (!Secp256k1.get().isSecretKey(bytes));
    return new SecretKey(bytes);
  }

  /**
   * Reads {@code nsec1…} or 64 hex digits; surrounding white space is ignored.
   *
   * @throws LiveException when it is neither; the message does not repeat the text
   */
  public static SecretKey parse(String text) {
    String trimmed = text.strip();
    try {
      return new SecretKey(
          trimmed.length() == 64
              ? Hex.parse(trimmed, 32, "secret key")
              : Nip19.decode32("nsec", trimmed));
    } catch (InvalidEvent e) {
      String what =
          trimmed.startsWith("nsec1")
              ? e.problem()
              : trimmed.startsWith("npub1")
                  ? "that is a public one; expected nsec1… or 64 hex digits"
                  : trimmed.startsWith("ncryptsec1")
                      ? "that is encrypted, decrypt it with its passphrase"
                      : "expected nsec1… or 64 hex digits";
      throw new LiveException(LiveException.Category.INVALID, "not a secret key: " + what);
    }
  }

  /**
   * Opens {@code ncryptsec1…} (NIP-49). Takes a moment, by design.
   *
   * @throws LiveException UNAUTHORIZED when the password is wrong, INVALID when the text is no such
   *     thing
   */
  public static SecretKey decrypt(String ncryptsec, char[] password) {
    try {
      byte[] sealed = Nip19.decode("ncryptsec", ncryptsec.strip());
      return new SecretKey(
          Nip49.decrypt(sealed, password)
              .orElseThrow(() ->
                  new LiveException(LiveException.Category.UNAUTHORIZED, "wrong passphrase")));
    } catch (IllegalArgumentException e) {
      throw new LiveException(LiveException.Category.INVALID, "ncryptsec: " + e.getMessage());
    }
  }

  /** Seals it under a password as {@code ncryptsec1…} (NIP-49). */
  public String encrypt(char[] password) {
    return Bech32.encode("ncryptsec", Nip49.encrypt(live(), password, Nip49.DEFAULT_LOG_N));
  }

  /**
   * Encrypts for {@code peer} (NIP-44); they and this key's owner can read it.
   *
   * @throws LiveException INVALID when the text is empty or far too long
   */
  public String nip44Encrypt(PublicKey peer, String plaintext) {
    return withConversationKey(peer, key -> Nip44.encrypt(key, plaintext));
  }

  /**
   * Decrypts what {@code peer} encrypted for this key, or this key for {@code peer} (NIP-44).
   *
   * @throws LiveException INVALID when it is not that, saying why
   */
  public String nip44Decrypt(PublicKey peer, String payload) {
    return withConversationKey(peer, key -> Nip44.decrypt(key, payload));
  }

  private String withConversationKey(PublicKey peer, Function<byte[], String> use) {
    byte[] key = new byte[0];
    try {
      key = Nip44.conversationKey(live(), peer.bytes());
      return use.apply(key);
    } catch (IllegalArgumentException e) {
      throw new LiveException(LiveException.Category.INVALID, "NIP-44: " + e.getMessage(), e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * Of 32 bytes, which are copied.
   *
   * @throws LiveException INVALID when there are more or fewer, or they are no secret key
   */
  public static SecretKey of(byte[] bytes) {
    if (bytes.length != 32) {
      throw new LiveException(
          LiveException.Category.INVALID, "not a secret key: " + bytes.length + " bytes, not 32");
    }
    return new SecretKey(bytes.clone());
  }

  /** The public key that belongs to it. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** Gives the secret away as {@code nsec1…}. */
  public String nsec() {
    return Bech32.encode("nsec", live());
  }

  /** Gives the secret away as 32 bytes. */
  public byte[] exportBytes() {
    return live().clone();
  }

  /** BIP-340 signature of 32 bytes, with fresh auxiliary randomness. */
  public byte[] sign(byte[] digest) {
    byte[] aux = new byte[32];
    RANDOM.nextBytes(aux);
    return Secp256k1.get().sign(digest, live(), aux);
  }

  /** Wipes it; what needs the secret afterwards throws. */
  @Override
  public void close() {
    destroyed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "SecretKey[redacted]";
  }

  private byte[] live() {
    if (destroyed) {
      throw new IllegalStateException("secret key is destroyed");
    }
    return bytes;
  }
}
