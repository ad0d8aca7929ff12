package com.wavlake.live.api;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;

/**
 * Somebody who asked to publish at a provider, or whom its admin has spoken of.
 *
 * @param key who
 * @param status where they stand
 * @param note the admin's own
 * @param createdAt when they asked, or were first spoken of
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
    /** May not any more; what they had on air was ended. */
    SUSPENDED
  }
}
