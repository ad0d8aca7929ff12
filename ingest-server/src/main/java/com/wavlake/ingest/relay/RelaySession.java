package com.wavlake.ingest.relay;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.RelayMessage;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One client of the relay: its subscriptions, and what it says, one frame after the other. */
public final class RelaySession implements AutoCloseable {
  private static final Pattern REQ =
      Pattern.compile("\\s*\\[\\s*\"REQ\"\\s*,\\s*\"([A-Za-z0-9_:.-]{1,64})\"");

  private final Relay relay;
  private final String address;
  private final Outbound out;
  private final Map<String, LiveSubscription> subscriptions = new ConcurrentHashMap<>();

  RelaySession(Relay relay, String address, Outbound out) {
    this.relay = relay;
    this.address = address;
    this.out = out;
  }

  /** Handles a frame; may block on the store. Not for two threads at a time. */
  public void receive(String frame) {
    if (frame.length() > relay.limits().frameBytes()) {
      send(
          new RelayMessage.Notice(
              "error: frame is over " + relay.limits().frameBytes() + " bytes"));
      return;
    }
    ClientMessage message;
    try {
      message = ClientMessage.parse(frame);
    } catch (InvalidEvent e) {
      Matcher req = REQ.matcher(frame);
      send(
          req.lookingAt()
              ? new RelayMessage.Closed(req.group(1), "error: " + e.getMessage())
              : new RelayMessage.Notice("error: " + e.getMessage()));
      return;
    }
    try {
      handle(message);
    } catch (RuntimeException e) {
      send(refusal(message));
      throw e;
    }
  }

  /** So that nobody waits for an answer that will not come. */
  private static RelayMessage refusal(ClientMessage message) {
    return switch (message) {
      case ClientMessage.Publish publish ->
          new RelayMessage.Ok(
              publish.event().id(), false, "error: it could not be kept, try again");
      case ClientMessage.Req req -> new RelayMessage.Closed(req.subscription(), "error: try again");
      default -> new RelayMessage.Notice("error: try again");
    };
  }

  private void handle(ClientMessage message) {
    switch (message) {
      case ClientMessage.Publish publish -> send(publish(publish.event()));
      case ClientMessage.Req req -> subscribe(req);
      case ClientMessage.Close close -> subscriptions.remove(close.subscription());
      case ClientMessage.Auth auth ->
          send(
              new RelayMessage.Ok(
                  auth.event().id(), false, "error: this relay asks for no authentication"));
      case ClientMessage.Unknown unknown ->
          send(new RelayMessage.Notice("error: unknown message " + printable(unknown.verb())));
    }
  }

  private RelayMessage.Ok publish(Event event) {
    try {
      if (event.toJson().getBytes(StandardCharsets.UTF_8).length > relay.limits().eventBytes()) {
        return new RelayMessage.Ok(
            event.id(), false, "invalid: event is over " + relay.limits().eventBytes() + " bytes");
      }
      return relay.publish(event, address);
    } catch (InvalidEvent e) {
      return new RelayMessage.Ok(event.id(), false, "invalid: " + e.getMessage());
    }
  }

  private void subscribe(ClientMessage.Req req) {
    RelayLimits limits = relay.limits();
    String id = req.subscription();
    if (req.filters().size() > limits.filters()) {
      send(new RelayMessage.Closed(id, "error: over " + limits.filters() + " filters"));
      return;
    }
    if (!subscriptions.containsKey(id) && subscriptions.size() >= limits.subscriptions()) {
      send(new RelayMessage.Closed(id, "error: over " + limits.subscriptions() + " subscriptions"));
      return;
    }
    LiveSubscription subscription = new LiveSubscription(id, req.filters());
    subscriptions.put(
        id, subscription); // before the stored ones: what comes meanwhile must not be lost
    Set<Event> stored = new LinkedHashSet<>();
    for (Filter filter : req.filters()) {
      int max = Math.min(filter.limit().orElse(limits.limit()), limits.limit());
      if (max > 0) {
        stored.addAll(relay.store().query(filter, max, relay.now()));
      }
    }
    stored.stream()
        .sorted((a, b) -> a.supersedes(b) ? -1 : b.supersedes(a) ? 1 : 0)
        .forEach(event -> subscription.send(event, event.toJson()));
    subscription.replayed();
    send(new RelayMessage.Eose(id));
  }

  /** A new event, for whoever asked for such. */
  void offer(Event event, String json) {
    subscriptions.values().forEach(subscription -> subscription.offer(event, json));
  }

  private void send(RelayMessage message) {
    out.send(message.toJson());
  }

  private static String printable(String text) {
    return text.substring(0, Math.min(32, text.length())).replaceAll("[^A-Za-z0-9_-]", "?");
  }

  /** The client is gone. */
  @Override
  public void close() {
    subscriptions.clear();
    relay.disconnected(this);
  }

  private final class LiveSubscription {
    private final String id;
    private final List<Filter> filters;
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * What was sent while stored events are being sent: the same event may come from both sides.
     */
    private @Nullable Set<EventId> sent = new HashSet<>();

    LiveSubscription(String id, List<Filter> filters) {
      this.id = id;
      this.filters = filters;
    }

    void offer(Event event, String json) {
      for (Filter filter : filters) {
        if (filter.matches(event)) {
          send(event, json);
          return;
        }
      }
    }

    void send(Event event, String json) {
      lock.lock();
      try {
        if (sent == null || sent.add(event.id())) {
          out.send(RelayMessage.Delivery.frame(id, json));
        }
      } finally {
        lock.unlock();
      }
    }

    void replayed() {
      lock.lock();
      try {
        sent = null;
      } finally {
        lock.unlock();
      }
    }
  }
}
