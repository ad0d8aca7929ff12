package com.wavlake.ingest.webhook;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.Set;

/**
 * Where an owner wants to be told what happens to their streams.
 *
 * @param id UUID
 * @param owner who asked for it
 * @param url where to
 * @param secret signs what is sent, {@code whsec_…}
 * @param events which, of {@link StreamNotice#TYPES}
 * @param createdAt when
 */
public record Webhook(
    String id, PublicKey owner, String url, String secret, Set<String> events, Instant createdAt) {
  /** Copies the set. */
  public Webhook {
    events = Set.copyOf(events);
  }

  @Override
  public String toString() {
    return "Webhook[" + id + ", " + url + "]"; // not the secret
  }
}
