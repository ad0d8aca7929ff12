package com.wavlake.ingest.outbox;

import java.time.Instant;
import java.util.List;

/**
 * What was released for a stream, and how far it has come.
 *
 * @param eventId of the event
 * @param releasedAt when
 * @param relays where it goes
 */
public record Release(String eventId, Instant releasedAt, List<Stop> relays) {
  /** Copies the list. */
  public Release {
    relays = List.copyOf(relays);
  }

  /**
   * One relay.
   *
   * @param url of it
   * @param state {@code waiting}, {@code accepted}, {@code rejected}, {@code given_up} or {@code
   *     withdrawn}
   * @param detail the relay's own words, or what went wrong
   */
  public record Stop(String url, String state, String detail) {}
}
