package com.wavlake.live.relay;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.RelayMessage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A small relay for tests of what stands above relays: many clients, answers by a rule, keeps what
 * is not ephemeral, and passes events on to whoever asked for them.
 */
public final class Relays implements AutoCloseable {
  private final ScriptedRelay relay;
  private final List<Event> published = new CopyOnWriteArrayList<>();
  private final List<Event> stored = new CopyOnWriteArrayList<>();
  private final Map<String, Asked> asked = new ConcurrentHashMap<>();
  private volatile Function<Event, RelayMessage.Ok> rule =
      event -> new RelayMessage.Ok(event.id(), true, "");

  private record Asked(ScriptedRelay.Client client, String id, List<Filter> filters) {
    boolean wants(Event event) {
      return filters.stream().anyMatch(filter -> filter.matches(event));
    }
  }

  /** A relay that takes everything. */
  public Relays() throws IOException {
    relay = new ScriptedRelay();
    Thread.ofVirtual().start(this::accept);
  }

  /** Its URL. */
  public String url() {
    return relay.url();
  }

  /** What it answers to events from now on. */
  public void answer(Function<Event, RelayMessage.Ok> newRule) {
    rule = newRule;
  }

  /** What it has for whoever asks from now on, in place of all that it had. */
  public void store(Event... events) {
    stored.clear();
    stored.addAll(List.of(events));
  }

  /** What was published to it, in order. */
  public List<Event> published() {
    return published;
  }

  /** What is asked of it now: a filter a line. */
  public List<Filter> asked() {
    return asked.values().stream().flatMap(a -> a.filters().stream()).toList();
  }

  /** Passes an event on to whoever asked for such. */
  public void deliver(Event event) {
    asked.values().stream()
        .filter(a -> a.wants(event))
        .forEach(a -> a.client().send(new RelayMessage.Delivery(a.id(), event)));
  }

  private void accept() {
    try {
      for (int i = 0; ; i++) {
        ScriptedRelay.Client client = relay.nextClient();
        String name = i + "/";
        Thread.ofVirtual().start(() -> serve(client, name));
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(ScriptedRelay.Client client, String name) {
    try {
      while (true) {
        switch (client.nextFrame()) {
          case ClientMessage.Publish publish -> took(client, publish.event());
          case ClientMessage.Req req -> {
            Asked a = new Asked(client, req.subscription(), req.filters());
            asked.put(name + req.subscription(), a);
            stored.stream()
                .filter(a::wants)
                .forEach(e -> client.send(new RelayMessage.Delivery(a.id(), e)));
            client.send(new RelayMessage.Eose(req.subscription()));
          }
          case ClientMessage.Close close -> asked.remove(name + close.subscription());
          default -> {}
        }
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void took(ScriptedRelay.Client client, Event event) {
    RelayMessage.Ok ok = rule.apply(event);
    published.add(event);
    client.send(ok);
    if (ok.success()) {
      if (!Kind.isEphemeral(event.kind())) {
        stored.add(event);
      }
      deliver(event);
    }
  }

  @Override
  public void close() {
    relay.close();
  }
}
