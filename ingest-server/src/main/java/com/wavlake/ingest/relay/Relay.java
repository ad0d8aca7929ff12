package com.wavlake.ingest.relay;

import com.wavlake.ingest.time.Time;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Expiration;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.RelayMessage;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A Nostr relay (NIP-01, 09, 40) without its sockets. Every event is verified. Safe for use by many
 * threads.
 */
public final class Relay {
  private final EventStore store;
  private final WritePolicy policy;
  private final RelayLimits limits;
  private final Time time;
  private final Set<RelaySession> sessions = ConcurrentHashMap.newKeySet();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  /** A relay without clients. */
  public Relay(EventStore store, WritePolicy policy, RelayLimits limits, Time time) {
    this.store = store;
    this.policy = policy;
    this.limits = limits;
    this.time = time;
  }

  /** A client has come. */
  public RelaySession connect(String address, Outbound out) {
    RelaySession session = new RelaySession(this, address, out);
    sessions.add(session);
    return session;
  }

  void disconnected(RelaySession session) {
    sessions.remove(session);
  }

  /** What it enforces. */
  public RelayLimits limits() {
    return limits;
  }

  /** Events taken so far. */
  public long acceptedCount() {
    return accepted.get();
  }

  /** Events refused so far. */
  public long refusedCount() {
    return refused.get();
  }

  /** Clients connected now. */
  public int clientCount() {
    return sessions.size();
  }

  EventStore store() {
    return store;
  }

  Instant now() {
    return time.now();
  }

  /**
   * Takes an event or says why not; when it is kept, every subscription that asked for it has it.
   */
  RelayMessage.Ok publish(Event event, String address) {
    Optional<String> wrong = validate(event);
    if (wrong.isEmpty()
        && store.has(event.id())) { // sent again because our answer was lost: no quota is touched
      return new RelayMessage.Ok(event.id(), true, "duplicate: already have this event");
    }
    Optional<String> problem = wrong.or(() -> policy.refuse(event, address));
    if (problem.isPresent()) {
      refused.incrementAndGet();
      return new RelayMessage.Ok(event.id(), false, problem.get());
    }
    if (!Kind.isEphemeral(event.kind())) {
      switch (store.store(event)) {
        case STORED -> {}
        case DUPLICATE -> {
          return new RelayMessage.Ok(event.id(), true, "duplicate: already have this event");
        }
        case SUPERSEDED -> {
          return new RelayMessage.Ok(event.id(), false, "invalid: a newer version is here");
        }
        case DELETED -> {
          return new RelayMessage.Ok(event.id(), false, "blocked: its author has deleted it");
        }
      }
    }
    accepted.incrementAndGet();
    String json = event.toJson();
    sessions.forEach(session -> session.offer(event, json));
    return new RelayMessage.Ok(event.id(), true, "");
  }

  private Optional<String> validate(Event event) {
    if (event.tags().size() > limits.tags()) {
      return Optional.of("invalid: over " + limits.tags() + " tags");
    }
    if (event.createdAt() > now().plus(limits.ahead()).getEpochSecond()) {
      return Optional.of(
          "invalid: created_at is over " + limits.ahead().toMinutes() + " minutes ahead");
    }
    if (isExpired(event, now())) {
      return Optional.of("invalid: it has expired");
    }
    if (event.kind() == Kind.ZAP_REQUEST
        || event.kind() == Kind.RELAY_AUTH
        || event.kind() == Kind.HTTP_AUTH) {
      return Optional.of("blocked: kind " + event.kind() + " is not for relays");
    }
    if (event.tag("-").isPresent()) {
      return Optional.of(
          "blocked: protected events (NIP-70) are taken from authenticated authors alone");
    }
    return event.verify() ? Optional.empty() : Optional.of("invalid: id or signature is wrong");
  }

  /** NIP-40. */
  static boolean isExpired(Event event, Instant now) {
    return expiration(event).map(at -> at <= now.getEpochSecond()).orElse(false);
  }

  /** The second at which an event expires (NIP-40). */
  public static Optional<Long> expiration(Event event) {
    if (event.kind() == Kind.DELETION) {
      return Optional.empty(); // what was deleted stays deleted
    }
    OptionalLong seconds = Expiration.of(event);
    return seconds.isPresent() ? Optional.of(seconds.getAsLong()) : Optional.empty();
  }
}
