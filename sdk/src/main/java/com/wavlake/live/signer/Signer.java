package com.wavlake.live.signer;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.PublicKey;

/** Signs events for one key, wherever that key is kept. Safe for use by many threads. */
public interface Signer extends AutoCloseable {

  /** Whose signatures these are. */
  PublicKey publicKey();

  /**
   * Signs exactly this template: nothing of it changes, the timestamp included. May block, when the
   * key is elsewhere.
   *
   * @throws com.wavlake.live.nostr.LiveException when the signer refuses or cannot be reached
   */
  Event sign(EventTemplate template);

  /** Gives up the key. */
  @Override
  void close();
}
