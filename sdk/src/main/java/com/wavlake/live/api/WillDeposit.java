package com.wavlake.live.api;

import com.wavlake.live.nostr.EventId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A last will in the provider's keeping.
 *
 * @param eventId of the event that was deposited
 * @param notBefore the provider does not send it out before
 * @param relays where it would go, as far as the provider could tell at once
 */
public record WillDeposit(EventId eventId, Instant notBefore, List<Relay> relays) {
  /** Copies the list. */
  public WillDeposit {
    relays = List.copyOf(relays);
  }

  /**
   * A relay that the will goes to.
   *
   * @param url of it
   * @param reachable whether the provider could bring it there
   * @param detail why not, in words
   */
  public record Relay(String url, boolean reachable, Optional<String> detail) {}
}
