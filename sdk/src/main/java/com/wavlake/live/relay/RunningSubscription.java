package com.wavlake.live.relay;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.Filter;
import java.util.List;
import java.util.Optional;

/**
 * A REQ of one connection and what is needed to take it up again: newest verified second, and the
 * ids already delivered.
 */
final class RunningSubscription extends Request {
  private static final int SEEN_IDS = 4_096;
  private static final long OVERLAP_SECONDS = 60;

  final SubscriptionListener listener;
  private final Recent<EventId> seen = new Recent<>(SEEN_IDS);
  private volatile String id;
  private volatile Optional<String> formerId = Optional.empty();
  private volatile List<Filter> filters;

  /** Newest verified second up to which nothing is missing. */
  private volatile long cursor;

  /**
   * Newest verified second of stored events under way. They come newest first: until they are
   * through, nothing can be said of what is missing.
   */
  private volatile long replaying;

  /** Whether this socket has sent all that was stored. */
  private volatile boolean replayed;

  RunningSubscription(String id, List<Filter> filters, SubscriptionListener listener) {
    this.id = id;
    this.filters = List.copyOf(filters);
    this.listener = listener;
  }

  /** What the relay calls it now. */
  String id() {
    return id;
  }

  /** What it was called before an update whose stored events are not yet through. */
  Optional<String> formerId() {
    return formerId;
  }

  /** Whether an event is worth being verified. */
  boolean wants(Event event) {
    return !seen.contains(event.id()) && filters.stream().anyMatch(f -> f.matches(event));
  }

  /** Only for verified events; false when it was delivered before. */
  boolean accept(Event event) {
    long now = System.currentTimeMillis() / 1000; // a future date must not move the cursor past now
    long second = Math.min(event.createdAt(), now);
    if (replayed) {
      cursor = Math.max(cursor, second);
    } else {
      replaying = Math.max(replaying, second);
    }
    return seen.add(event.id());
  }

  void storedAreThrough() {
    replayed = true;
    cursor = Math.max(cursor, replaying);
    formerId = Optional.empty();
  }

  /** A new socket begins to send what is stored. */
  void beginReplay() {
    replayed = false;
    replaying = 0;
  }

  /** Asks for something else, under another id: an EOSE under way must not be taken for its own. */
  void update(String newId, List<Filter> newFilters) {
    formerId = Optional.of(id);
    id = newId;
    filters = List.copyOf(newFilters);
    beginReplay();
    cursor = 0; // what is newly asked for may be older
  }

  @Override
  ClientMessage message() {
    long since = cursor - OVERLAP_SECONDS;
    return new ClientMessage.Req(
        id,
        cursor == 0
            ? filters
            : filters.stream()
                .map(f -> f.since(Math.max(since, f.since().orElse(0))).withoutLimit())
                .toList());
  }
}
