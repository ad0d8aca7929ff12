package com.wavlake.ingest.outbox;

import com.wavlake.live.nostr.Event;
import java.time.Instant;

/**
 * A released event on its way to one relay.
 *
 * @param event as it was deposited
 * @param url of the relay
 * @param attempts so far
 * @param releasedAt when it was released
 */
public record Delivery(Event event, String url, int attempts, Instant releasedAt) {}
