package com.wavlake.ingest.access;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.Locale;

/**
 * Somebody who asked to publish here, or was spoken of by an admin.
 *
 * @param key who
 * @param status where they stand
 * @param note the admin's own
 * @param createdAt when they asked
 * @param updatedAt when an admin last spoke
 */
public record Publisher(
    PublicKey key, Status status, String note, Instant createdAt, Instant updatedAt) {

  /** Where a publisher stands. */
  public enum Status {
    /** Asked, and waits. */
    PENDING,
    /** May create streams. */
    APPROVED,
    /** May not. */
    DENIED,
    /** May not any more; what was live was ended. */
    SUSPENDED;

    /** As in the API and the database. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads {@link #wire}.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Status of(String wire) {
      return valueOf(wire.toUpperCase(Locale.ROOT));
    }
  }
}
