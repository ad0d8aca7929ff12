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
  private volatile long newest;

  /**
   * Until the stored events are through, newest first, nothing can be said of what is missing: ask
   * for all again.
   */
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
    long soon = System.currentTimeMillis() / 1000 + 60;
    newest =
        Math.max(
            newest,
            Math.min(event.createdAt(), soon)); // a future date must not move the cursor past now
    return seen.add(event.id());
  }

  void storedAreThrough() {
    replayed = true;
    formerId = Optional.empty();
  }

  /** Asks for something else, under another id: an EOSE under way must not be taken for its own. */
  void update(String newId, List<Filter> newFilters) {
    formerId = Optional.of(id);
    id = newId;
    filters = List.copyOf(newFilters);
    replayed = false; // what is newly asked for may be older than the cursor
  }

  @Override
  ClientMessage message() {
    long since = newest - OVERLAP_SECONDS;
    boolean whole = newest == 0 || !replayed;
    return new ClientMessage.Req(
        id,
        whole
            ? filters
            : filters.stream().map(f -> f.since(Math.max(since, f.since().orElse(0)))).toList());
  }
}
