package com.wavlake.ingest.stream;

import com.wavlake.live.nostr.PublicKey;
import java.util.Optional;

/** Which stream a key opens. May block. */
@FunctionalInterface
public interface KeyDirectory {

  /** The stream whose key has that hex SHA-256. */
  Optional<StreamRecord> byKeyHash(String keyHash);

  /** Whether its owner may publish: an admin may have stopped them. */
  default boolean mayPublish(PublicKey owner) {
    return true;
  }
}
