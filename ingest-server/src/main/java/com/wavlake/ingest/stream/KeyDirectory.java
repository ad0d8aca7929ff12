package com.wavlake.ingest.stream;

import java.util.Optional;

/** Which stream a key opens. May block. */
@FunctionalInterface
public interface KeyDirectory {

  /** The stream whose key has that hex SHA-256. */
  Optional<StreamRecord> byKeyHash(String keyHash);
}
