package com.wavlake.ingest.access;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Who may create streams, and publish to those that they have.
 *
 * @param mode the rule
 * @param invited the configured npubs
 * @param admins who approve others; they may do everything themselves
 * @param store what admins have said
 */
public record Access(
    AccessMode mode, Set<PublicKey> invited, Set<PublicKey> admins, PublisherStore store) {
  /** How many wait for an admin at most. */
  private static final int MAX_PENDING = 1_000;

  /** Copies the sets. */
  public Access {
    invited = Set.copyOf(invited);
    admins = Set.copyOf(admins);
  }

  /** What becomes of somebody's wish to create a stream. */
  public enum Answer {
    /** They may. */
    YES,
    /** They were not invited. */
    NOT_INVITED,
    /** They are on the list now, and an admin will look. */
    PENDING,
    /** An admin said no. */
    DENIED,
    /** An admin stopped them. */
    SUSPENDED
  }

  /** Whether somebody is an admin. */
  public boolean isAdmin(PublicKey caller) {
    return admins.contains(caller);
  }

  /** Whether somebody may create a stream now. May block. */
  public Answer mayCreate(PublicKey caller, Instant now) {
    if (isAdmin(caller)) {
      return Answer.YES;
    }
    Optional<Publisher.Status> said = store.find(caller).map(Publisher::status);
    if (said.isPresent()) {
      switch (said.get()) {
        case APPROVED -> {
          return Answer.YES;
        }
        case DENIED -> {
          return Answer.DENIED;
        }
        case SUSPENDED -> {
          return Answer.SUSPENDED;
        }
        case PENDING -> {
          if (mode == AccessMode.ADMIN) {
            return Answer.PENDING;
          }
        }
      }
    }
    return switch (mode) {
      case OPEN -> Answer.YES;
      case ALLOWLIST -> invited.contains(caller) ? Answer.YES : Answer.NOT_INVITED;
      case ADMIN -> {
        if (invited.contains(caller)) {
          yield Answer.YES;
        }
        store.ask(caller, MAX_PENDING, now);
        yield Answer.PENDING;
      }
    };
  }

  /** Whether an encoder of somebody's stream is let in. May block. */
  public boolean mayPublish(PublicKey owner) {
    return isAdmin(owner)
        || store.find(owner).map(p -> p.status() != Publisher.Status.SUSPENDED).orElse(true);
  }
}
