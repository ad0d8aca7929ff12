package com.wavlake.ingest.relay;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.Filter;
import java.time.Instant;
import java.util.List;

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

  /** Whether the event of that id is kept. */
  boolean has(EventId id);

  /** Keeps a verified event. */
  Outcome store(Event event);

  /**
   * The newest {@code max} events that match and are not expired at {@code now}, newest first, ties
   * by lowest id.
   */
  List<Event> query(Filter filter, int max, Instant now);
}
