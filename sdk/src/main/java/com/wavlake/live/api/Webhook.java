package com.wavlake.live.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A URL of one's own that the provider tells what happens to one's streams (Standard Webhooks).
 *
 * @param id of this webhook
 * @param url where it is told
 * @param events of which: {@code stream.live}, {@code stream.ended}, {@code stream.error}
 * @param createdAt when it was added
 * @param deliveries the last of them, newest first
 */
public record Webhook(
    String id, String url, Set<String> events, Instant createdAt, List<Delivery> deliveries) {
  /** Copies the events and the deliveries. */
  public Webhook {
    events = Set.copyOf(events);
    deliveries = List.copyOf(deliveries);
  }

  /**
   * One notice.
   *
   * @param id the header {@code webhook-id}, the same at each attempt
   * @param event what happened
   * @param state how far it has come
   * @param attempts so far
   * @param detail what was answered, or went wrong, last
   * @param createdAt when it happened
   */
  public record Delivery(
      String id,
      String event,
      String state,
      int attempts,
      Optional<String> detail,
      Instant createdAt) {}
}
