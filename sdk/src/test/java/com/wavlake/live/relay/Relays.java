package com.wavlake.live.relay;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.RelayMessage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A scripted relay for tests of higher floors: it answers by a rule and lets a test say what it
 * sends.
 */
public final class Relays implements AutoCloseable {
  private final ScriptedRelay relay;
  private final List<Event> published = new CopyOnWriteArrayList<>();
  private final CompletableFuture<ScriptedRelay.Client> connected = new CompletableFuture<>();
  private volatile String subscription = "";
  private volatile Function<Event, RelayMessage.Ok> rule =
      event -> new RelayMessage.Ok(event.id(), true, "");
  private volatile List<Event> stored = List.of();

  /** A relay that takes everything. */
  public Relays() throws IOException {
    relay = new ScriptedRelay();
    Thread.ofVirtual().start(this::serve);
  }

  /** Its URL. */
  public String url() {
    return relay.url();
  }

  /** What it answers to events from now on. */
  public void answer(Function<Event, RelayMessage.Ok> newRule) {
    rule = newRule;
  }

  /** What it has for whoever asks from now on. */
  public void store(Event... events) {
    stored = List.of(events);
  }

  /** What was published to it, in order. */
  public List<Event> published() {
    return published;
  }

  /** Sends an event to the newest subscription. */
  public void deliver(Event event) {
    connected.join().send(new RelayMessage.Delivery(subscription, event));
  }

  private void serve() {
    try {
      ScriptedRelay.Client client = relay.client();
      connected.complete(client);
      while (true) {
        switch (client.next(ClientMessage.class)) {
          case ClientMessage.Publish publish -> {
            published.add(publish.event());
            client.send(rule.apply(publish.event()));
          }
          case ClientMessage.Req req -> {
            subscription = req.subscription();
            stored.forEach(
                event -> client.send(new RelayMessage.Delivery(req.subscription(), event)));
            client.send(new RelayMessage.Eose(req.subscription()));
          }
          default -> {}
        }
      }
    } catch (InterruptedException | AssertionError end) {
      // the test is over: nobody says anything any more
    }
  }

  @Override
  public void close() {
    relay.close();
  }
}
