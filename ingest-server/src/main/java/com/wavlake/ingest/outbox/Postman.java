package com.wavlake.ingest.outbox;

import com.wavlake.live.nostr.Event;

/** Brings an event to a relay. May block. */
@FunctionalInterface
public interface Postman {

  /** What a relay did. */
  sealed interface Receipt {
    /** It has the event. */
    record Accepted() implements Receipt {}

    /** It will never take it; its words. */
    record Rejected(String reason) implements Receipt {}

    /** Not now; why. */
    record Later(String reason) implements Receipt {}
  }

  /** Tries once. */
  Receipt bring(Event event, String relayUrl);
}
