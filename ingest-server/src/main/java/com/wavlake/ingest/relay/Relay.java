package com.wavlake.ingest.relay;

import com.wavlake.ingest.time.PeerGroup;
import com.wavlake.ingest.time.PerMinute;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.Expiration;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.RelayMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Nostr relay (NIP-01, 09, 40, 42, 45, 70) without its sockets. Every event is verified, and
 * durable before anybody hears of it. Safe for use by many threads.
 */
public final class Relay {
  /** Below this many it is not worth waking another core. */
  private static final int WORTH_A_CORE = 8;

  private static final Logger log = LoggerFactory.getLogger(Relay.class);

  private final EventStore store;
  private final WritePolicy policy;
  private final RelayLimits limits;
  private final AuthDemand demand;
  private final Time time;
  private final PerMinute requests;
  private final Set<RelaySession> sessions = ConcurrentHashMap.newKeySet();
  private final SubscriptionIndex<LiveSubscription> index = new SubscriptionIndex<>();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong chatAccepted = new AtomicLong();
  private final AtomicLong chatRefused = new AtomicLong();
  private volatile String url = "";

  /** A relay without clients. */
  public Relay(
      EventStore store, WritePolicy policy, RelayLimits limits, AuthDemand demand, Time time) {
    this.store = store;
    this.policy = policy;
    this.limits = limits;
    this.demand = demand;
    this.time = time;
    this.requests = new PerMinute(limits.requestsPerMinute());
  }

  /** How the outside reaches it: what authentications are made out to. */
  public void servedAt(String publicUrl) {
    url = publicUrl;
  }

  String url() {
    return url;
  }

  /** A client has come. */
  public RelaySession connect(String address, Outbound out) {
    RelaySession session = new RelaySession(this, address, out);
    sessions.add(session);
    session.greet();
    return session;
  }

  void disconnected(RelaySession session) {
    sessions.remove(session);
  }

  /** What it enforces. */
  public RelayLimits limits() {
    return limits;
  }

  /** Whether it takes less than what belongs on relays. */
  public boolean isRestricted() {
    return policy.isRestricted();
  }

  /** What it asks for authentication for. */
  public AuthDemand demand() {
    return demand;
  }

  /** Events taken so far. */
  public long acceptedCount() {
    return accepted.get();
  }

  /** Events refused so far. */
  public long refusedCount() {
    return refused.get();
  }

  /** Chat messages taken so far. */
  public long chatAcceptedCount() {
    return chatAccepted.get();
  }

  /** Chat messages refused so far. */
  public long chatRefusedCount() {
    return chatRefused.get();
  }

  /** Clients connected now. */
  public int clientCount() {
    return sessions.size();
  }

  EventStore store() {
    return store;
  }

  SubscriptionIndex<LiveSubscription> index() {
    return index;
  }

  Instant now() {
    return time.now();
  }

  boolean mayAsk(String address) {
    return requests.use(PeerGroup.of(address), time.now());
  }

  /** Takes an event of this server's own house, with the rules for everybody. May block. */
  public RelayMessage.Ok publish(Event event) {
    return publish(List.of(event), "", Authentication.HOUSE).getFirst();
  }

  /**
   * Takes events or says why not, each by itself; what is kept is durable first, then every
   * subscription that asked for it has it. Together they cost one trip to the disk.
   */
  List<RelayMessage.Ok> publish(List<Event> events, String address, Authentication by) {
    List<Optional<String>> problems = validateAll(events, by);
    Set<EventId> known =
        store.known(
            IntStream.range(0, events.size())
                .filter(i -> problems.get(i).isEmpty())
                .mapToObj(i -> events.get(i).id())
                .toList());
    List<RelayMessage.Ok> answers = new ArrayList<>(Collections.nCopies(events.size(), null));
    List<Event> kept = new ArrayList<>();
    Map<Event, Integer> places = new HashMap<>();
    Map<EventId, Integer> first = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      Optional<String> problem = problems.get(i);
      if (problem.isEmpty() && known.contains(event.id())) {
        // sent again because our answer was lost: no quota is touched
        answers.set(i, duplicate(event));
        continue;
      }
      if (problem.isEmpty() && first.putIfAbsent(event.id(), i) != null) {
        continue; // its fate is that of the first
      }
      problem = problem.or(() -> policy.refuse(event, address));
      if (problem.isPresent()) {
        count(event, false);
        answers.set(i, new RelayMessage.Ok(event.id(), false, problem.get()));
      } else if (Kind.isEphemeral(event.kind())) {
        deliver(event);
        answers.set(i, new RelayMessage.Ok(event.id(), true, ""));
      } else {
        kept.add(event);
        places.put(event, i);
      }
    }
    List<EventStore.Outcome> outcomes = kept.isEmpty() ? List.of() : store.store(kept);
    for (int k = 0; k < kept.size(); k++) {
      Event event = kept.get(k);
      int place = places.getOrDefault(event, 0);
      answers.set(place, answer(event, outcomes.get(k)));
    }
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i) == null) {
        RelayMessage.Ok before = answers.get(first.getOrDefault(events.get(i).id(), i));
        answers.set(i, before.success() ? duplicate(events.get(i)) : before);
      }
    }
    return answers;
  }

  private RelayMessage.Ok answer(Event event, EventStore.Outcome outcome) {
    return switch (outcome) {
      case STORED -> {
        deliver(event);
        try {
          policy.taken(event);
        } catch (
            RuntimeException e) { // it is durable and told: whoever sent it has done their part
          log.error("event {}: what follows from it could not be kept", event.id(), e);
        }
        yield new RelayMessage.Ok(event.id(), true, "");
      }
      case DUPLICATE -> duplicate(event);
      case SUPERSEDED -> new RelayMessage.Ok(event.id(), false, "invalid: a newer version is here");
      case DELETED -> new RelayMessage.Ok(event.id(), false, "blocked: its author has deleted it");
    };
  }

  private static RelayMessage.Ok duplicate(Event event) {
    return new RelayMessage.Ok(event.id(), true, "duplicate: already have this event");
  }

  private void count(Event event, boolean taken) {
    (taken ? accepted : refused).incrementAndGet();
    if (event.kind() == Kind.CHAT_MESSAGE) {
      (taken ? chatAccepted : chatRefused).incrementAndGet();
    }
  }

  private void deliver(Event event) {
    count(event, true);
    Set<LiveSubscription> candidates = index.candidates(event);
    if (!candidates.isEmpty()) {
      String json = event.toJson();
      candidates.forEach(subscription -> subscription.offer(event, json));
    }
  }

  private List<Optional<String>> validateAll(List<Event> events, Authentication by) {
    IntStream places = IntStream.range(0, events.size());
    return (events.size() < WORTH_A_CORE ? places : places.parallel())
        .mapToObj(i -> {
          try {
            return validate(events.get(i), by);
          } catch (InvalidEvent e) {
            return Optional.of("invalid: " + e.getMessage());
          }
        })
        .toList();
  }

  private Optional<String> validate(Event event, Authentication by) {
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
    if (!event.verify()) {
      return Optional.of("invalid: id or signature is wrong");
    }
    if (event.tag("-").isPresent() && !by.has(event.author())) {
      return Optional.of(
          by.hasAny()
              ? "restricted: a protected event (NIP-70) is taken from its author alone"
              : "auth-required: a protected event (NIP-70) is taken from its author alone");
    }
    return Optional.empty();
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
