package com.wavlake.live.signer;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import java.util.EnumSet;
import java.util.Set;

/** A signer that holds its secret key in this process. */
public final class KeySigner implements Signer {
  private final SecretKey key;

  private KeySigner(SecretKey key) {
    this.key = key;
  }

  /** Takes over the key: closing the signer wipes it. */
  public static KeySigner of(SecretKey key) {
    return new KeySigner(key);
  }

  @Override
  public PublicKey publicKey() {
    return key.publicKey();
  }

  @Override
  public Event sign(EventTemplate template) {
    return Event.of(template, publicKey(), key.sign(template.idFor(publicKey()).toBytes()));
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.allOf(Capability.class);
  }

  @Override
  public String nip44Encrypt(PublicKey peer, String plaintext) {
    return key.nip44Encrypt(peer, plaintext);
  }

  @Override
  public String nip44Decrypt(PublicKey peer, String payload) {
    return key.nip44Decrypt(peer, payload);
  }

  @Override
  public byte[] signDigest(byte[] digest) {
    return key.sign(digest);
  }

  @Override
  public void close() {
    key.close();
  }
}
