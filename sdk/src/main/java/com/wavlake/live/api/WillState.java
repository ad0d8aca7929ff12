package com.wavlake.live.api;

import com.wavlake.live.nostr.EventId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What became of a stream's last wills: one is kept, or one was sent out, or both.
 *
 * @param kept what waits for the streamer's silence
 * @param released what was sent out last
 */
public record WillState(Optional<Kept> kept, Optional<Released> released) {

  /**
   * A will that waits.
   *
   * @param eventId of the event
   * @param depositedAt when
   * @param notBefore the provider does not send it out before
   */
  public record Kept(EventId eventId, Instant depositedAt, Instant notBefore) {}

  /**
   * A will that was sent out.
   *
   * @param eventId of the event
   * @param releasedAt when
   * @param relays how far it has come
   */
  public record Released(EventId eventId, Instant releasedAt, List<Delivery> relays) {
    /** Copies the list. */
    public Released {
      relays = List.copyOf(relays);
    }
  }

  /**
   * The way to one relay.
   *
   * @param url of the relay
   * @param state waiting, accepted, rejected, given_up or withdrawn
   * @param detail the relay's own words, or what went wrong
   */
  public record Delivery(String url, String state, Optional<String> detail) {}
}
