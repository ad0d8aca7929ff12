package com.wavlake.ingest.relay;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.RelayMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client of the relay: its subscriptions, and what it says, in order. */
public final class RelaySession implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RelaySession.class);

  private final Relay relay;
  private final String address;
  private final Outbound out;
  private final Authentication authentication = new Authentication();
  private final Map<String, LiveSubscription> subscriptions = new ConcurrentHashMap<>();
  private volatile boolean closed;

  RelaySession(Relay relay, String address, Outbound out) {
    this.relay = relay;
    this.address = address;
    this.out = out;
  }

  void greet() {
    send(new RelayMessage.Challenge(authentication.challenge()));
  }

  /** Handles a frame; may block on the store. Not for two threads at a time. */
  public void receive(String frame) {
    receive(List.of(frame));
  }

  /**
   * Handles frames as they came; events that follow each other go to the store together. May block.
   * Not for two threads at a time.
   */
  public void receive(List<String> frames) {
    List<Event> events = new ArrayList<>();
    for (String frame : frames) {
      Optional<ClientMessage> message = parse(frame);
      if (message.isPresent() && message.get() instanceof ClientMessage.Publish(Event event)) {
        events.add(event);
      } else {
        publish(events); // whoever publishes and then asks finds what they published
        events.clear();
        message.ifPresent(this::handleOrRefuse);
      }
    }
    publish(events);
  }

  /** The next frame is answered all the same. */
  private void failed(RuntimeException e) {
    log.error("relay: a frame could not be handled", e);
  }

  private Optional<ClientMessage> parse(String frame) {
    if (frame.length() > relay.limits().frameBytes()) {
      send(
          new RelayMessage.Notice(
              "error: frame is over " + relay.limits().frameBytes() + " bytes"));
      return Optional.empty();
    }
    try {
      return Optional.of(ClientMessage.parse(frame));
    } catch (InvalidEvent e) {
      send(Misread.answer(frame, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private void handleOrRefuse(ClientMessage message) {
    try {
      handle(message);
    } catch (RuntimeException e) {
      if (message instanceof ClientMessage.Req req) {
        end(req.subscription());
      }
      send(refusal(message));
      failed(e);
    }
  }

  /** So that nobody waits for an answer that will not come. */
  private static RelayMessage refusal(ClientMessage message) {
    return switch (message) {
      case ClientMessage.Req req -> new RelayMessage.Closed(req.subscription(), "error: try again");
      case ClientMessage.Count count -> new RelayMessage.Closed(count.query(), "error: try again");
      default -> new RelayMessage.Notice("error: try again");
    };
  }

  private void handle(ClientMessage message) {
    switch (message) {
      case ClientMessage.Publish publish -> publish(List.of(publish.event()));
      case ClientMessage.Req req -> subscribe(req);
      case ClientMessage.Count count -> count(count);
      case ClientMessage.Close close -> end(close.subscription());
      case ClientMessage.Auth auth -> authenticate(auth.event());
      case ClientMessage.Unknown unknown ->
          send(new RelayMessage.Notice("error: unknown message " + printable(unknown.verb())));
    }
  }

  private void authenticate(Event answer) {
    Optional<String> problem;
    try {
      problem = authentication.take(answer, relay.url(), relay.now());
    } catch (InvalidEvent e) {
      problem = Optional.of("invalid: " + e.getMessage());
    }
    send(new RelayMessage.Ok(answer.id(), problem.isEmpty(), problem.orElse("")));
  }

  private void publish(List<Event> events) {
    List<Event> fitting = new ArrayList<>();
    for (Event event : events) {
      Optional<String> problem = misfit(event);
      problem.ifPresentOrElse(
          words -> send(new RelayMessage.Ok(event.id(), false, words)), () -> fitting.add(event));
    }
    if (fitting.isEmpty()) {
      return;
    }
    try {
      relay.publish(fitting, address, authentication).forEach(this::send);
    } catch (RuntimeException e) {
      fitting.forEach(event ->
          send(new RelayMessage.Ok(event.id(), false, "error: it could not be kept, try again")));
      failed(e);
    }
  }

  private Optional<String> misfit(Event event) {
    if (relay.demand() != AuthDemand.OFFERED && !authentication.hasAny()) {
      return Optional.of("auth-required: this relay takes events of people it knows");
    }
    try {
      int bytes = event.toJson().getBytes(StandardCharsets.UTF_8).length;
      return bytes > relay.limits().eventBytes()
          ? Optional.of("invalid: event is over " + relay.limits().eventBytes() + " bytes")
          : Optional.empty();
    } catch (InvalidEvent e) {
      return Optional.of("invalid: " + e.getMessage());
    }
  }

  /** Why these filters are not looked at. */
  private Optional<String> refuse(List<Filter> filters) {
    if (relay.demand() == AuthDemand.ALL && !authentication.hasAny()) {
      return Optional.of("auth-required: this relay serves people it knows");
    }
    if (filters.size() > relay.limits().filters()) {
      return Optional.of("error: over " + relay.limits().filters() + " filters");
    }
    if (values(filters) > relay.limits().values()) {
      return Optional.of("error: over " + relay.limits().values() + " values in its filters");
    }
    return relay.mayAsk(address)
        ? Optional.empty()
        : Optional.of(
            "rate-limited: over " + relay.limits().requestsPerMinute() + " requests a minute");
  }

  private static int values(List<Filter> filters) {
    return filters.stream()
        .mapToInt(f ->
            f.ids().size()
                + f.authors().size()
                + f.kinds().size()
                + f.tags().values().stream().mapToInt(Set::size).sum())
        .sum();
  }

  private void count(ClientMessage.Count count) {
    Optional<String> problem = refuse(count.filters());
    send(
        problem.isPresent()
            ? new RelayMessage.Closed(count.query(), problem.get())
            : new RelayMessage.Count(
                count.query(), relay.store().count(count.filters(), relay.now())));
  }

  private void subscribe(ClientMessage.Req req) {
    RelayLimits limits = relay.limits();
    String id = req.subscription();
    Optional<String> problem = refuse(req.filters());
    if (problem.isEmpty()
        && !subscriptions.containsKey(id)
        && subscriptions.size() >= limits.subscriptions()) {
      problem = Optional.of("error: over " + limits.subscriptions() + " subscriptions");
    }
    int held =
        subscriptions.entrySet().stream()
            .filter(other -> !other.getKey().equals(id))
            .mapToInt(other -> values(other.getValue().filters()))
            .sum();
    if (problem.isEmpty() && held + values(req.filters()) > 2 * limits.values()) {
      problem = Optional.of("error: over " + 2 * limits.values() + " values in all subscriptions");
    }
    end(id); // it is replaced, or closed
    if (problem.isPresent()) {
      send(new RelayMessage.Closed(id, problem.get()));
      return;
    }
    LiveSubscription subscription = new LiveSubscription(id, req.filters(), out);
    begin(id, subscription); // before the stored ones: what comes meanwhile must not be lost
    Set<Event> stored = new LinkedHashSet<>();
    long characters = 0;
    for (Filter filter : req.filters()) {
      int max = Math.min(filter.limit().orElse(limits.limit()), limits.limit());
      if (max > 0 && characters < limits.unsentBytes() / 4) {
        for (Event event : relay.store().query(filter, max, relay.now())) {
          characters += event.toJson().length();
          stored.add(event);
        }
      }
    }
    stored.stream()
        .sorted((a, b) -> a.supersedes(b) ? -1 : b.supersedes(a) ? 1 : 0)
        .forEach(event -> subscription.send(event, event.toJson()));
    subscription.replayed();
    send(new RelayMessage.Eose(id));
  }

  private synchronized void begin(String id, LiveSubscription subscription) {
    if (!closed) {
      subscriptions.put(id, subscription);
      relay.index().add(subscription.filters(), subscription);
    }
  }

  private synchronized void end(String id) {
    LiveSubscription before = subscriptions.remove(id);
    if (before != null) {
      before.end();
      relay.index().remove(before.filters(), before);
    }
  }

  private void send(RelayMessage message) {
    out.send(message.toJson());
  }

  private static String printable(String text) {
    return text.substring(0, Math.min(32, text.length())).replaceAll("[^A-Za-z0-9_-]", "?");
  }

  /** The client is gone. */
  @Override
  public synchronized void close() {
    closed = true;
    List.copyOf(subscriptions.keySet()).forEach(this::end);
    relay.disconnected(this);
  }
}
