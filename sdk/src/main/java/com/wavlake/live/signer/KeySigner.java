package com.wavlake.live.signer;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;

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
  public void close() {
    key.close();
  }
}
