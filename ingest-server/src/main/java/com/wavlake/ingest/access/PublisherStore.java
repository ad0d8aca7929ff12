package com.wavlake.ingest.access;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where publishers are kept. Every change is durable when the call returns; all may block. */
public interface PublisherStore {

  /** Somebody. */
  Optional<Publisher> find(PublicKey key);

  /** All in a state, or all; oldest first. */
  List<Publisher> list(Optional<Publisher.Status> status, int most);

  /**
   * Somebody asks; nothing changes when they are known. Where {@code most} wait already, the one
   * who has waited longest makes room.
   */
  void ask(PublicKey key, int most, Instant now);

  /** An admin has spoken. */
  Publisher set(PublicKey key, Publisher.Status status, String note, Instant now);

  /** Forgets somebody; false when they were not known. */
  boolean remove(PublicKey key);
}
