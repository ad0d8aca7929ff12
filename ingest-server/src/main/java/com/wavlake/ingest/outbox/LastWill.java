package com.wavlake.ingest.outbox;

import com.wavlake.live.nostr.Event;
import java.time.Instant;

/**
 * The event that ends a stream's live event, should its streamer die: signed by them before that.
 *
 * @param streamId which stream
 * @param event of kind 30311, status ended, stamped ahead of what the relays have
 * @param depositedAt when the server took it
 */
public record LastWill(String streamId, Event event, Instant depositedAt) {
  /** It must not go out before. */
  public Instant releaseAt() {
    return Instant.ofEpochSecond(event.createdAt());
  }
}
