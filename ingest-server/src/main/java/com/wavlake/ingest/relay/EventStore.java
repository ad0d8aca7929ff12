package com.wavlake.ingest.relay;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.Filter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Where events are kept. It keeps NIP-01's rules of replacement and NIP-09's of deletion. May
 * block.
 */
public interface EventStore {

  /** What became of an event. */
  enum Outcome {
    /** Kept; durable. */
    STORED,
    /** It was there already. */
    DUPLICATE,
    /** A newer one is at its address. */
    SUPERSEDED,
    /** Its author deleted it. */
    DELETED
  }

  /** Which of these ids are kept. */
  Set<EventId> known(Collection<EventId> ids);

  /** Keeps verified events, in their order, all together; one outcome an event. */
  List<Outcome> store(List<Event> events);

  /**
   * The newest {@code max} events that match and are not expired at {@code now}, newest first, ties
   * by lowest id.
   */
  List<Event> query(Filter filter, int max, Instant now);

  /** How many events match any of the filters, whatever their limits, and are not expired. */
  long count(List<Filter> filters, Instant now);
}
