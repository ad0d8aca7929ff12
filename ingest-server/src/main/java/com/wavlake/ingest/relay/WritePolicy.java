package com.wavlake.ingest.relay;

import com.wavlake.live.nostr.Event;
import java.util.Optional;

/** Decides which events the relay takes. May block. */
public interface WritePolicy {

  /**
   * Why {@code event}, which is verified, is not taken: a machine-readable prefix, a colon and
   * words (NIP-01). Empty: it is taken, and what it uses up of a quota is used up.
   *
   * @param address where it came from
   */
  Optional<String> refuse(Event event, String address);

  /** Whether it takes less than what belongs on relays. */
  default boolean isRestricted() {
    return true;
  }

  /** That an event was taken and is durable. */
  default void taken(Event event) {}
}
