package com.wavlake.live.signer;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.PublicKey;
import java.util.Set;

/**
 * Signs events for one key, wherever that key is kept. Safe for use by many threads. Signing events
 * is what every signer can do; what else it can, it says.
 */
public interface Signer extends AutoCloseable {

  /** What a signer may be able to do beside signing events. */
  enum Capability {
    /** Encrypt and decrypt between its key and another (NIP-44). */
    NIP44,
    /** Sign a bare digest: a proof of participation (NIP-53). Remote signers cannot. */
    DIGEST
  }

  /** Whose signatures these are. */
  PublicKey publicKey();

  /**
   * Signs exactly this template: nothing of it changes, the timestamp included. May block, when the
   * key is elsewhere.
   *
   * @throws LiveException when the signer refuses or cannot be reached
   */
  Event sign(EventTemplate template);

  /** What this one can do beside signing events. */
  default Set<Capability> capabilities() {
    return Set.of();
  }

  /**
   * Encrypts for {@code peer} (NIP-44). May block.
   *
   * @throws LiveException UNSUPPORTED without {@link Capability#NIP44}
   */
  default String nip44Encrypt(PublicKey peer, String plaintext) {
    throw new LiveException(Category.UNSUPPORTED, "this signer does not encrypt (NIP-44)");
  }

  /**
   * Decrypts what {@code peer} encrypted (NIP-44). May block.
   *
   * @throws LiveException UNSUPPORTED without {@link Capability#NIP44}; INVALID when it is not for
   *     this key
   */
  default String nip44Decrypt(PublicKey peer, String payload) {
    throw new LiveException(Category.UNSUPPORTED, "this signer does not decrypt (NIP-44)");
  }

  /**
   * BIP-340 signature, 64 bytes, of a digest of 32 bytes.
   *
   * @throws LiveException UNSUPPORTED without {@link Capability#DIGEST}
   */
  default byte[] signDigest(byte[] digest) {
    throw new LiveException(
        Category.UNSUPPORTED,
        "this signer signs events alone: a proof needs the secret key itself");
  }

  /** Gives up the key. */
  @Override
  void close();
}
