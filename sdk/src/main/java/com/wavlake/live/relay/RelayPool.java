package com.wavlake.live.relay;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Filter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Many relays as one: publishes to all, merges subscriptions; one dead relay never delays the
 * others.
 */
public final class RelayPool implements AutoCloseable {
  private static final int SEEN_IDS = 16_384;
  private static final Duration STRAGGLERS = Duration.ofSeconds(2);

  private final List<RelayConnection> connections;

  private RelayPool(List<RelayConnection> connections) {
    this.connections = connections;
  }

  /** Starts connecting to each; returns at once. */
  public static RelayPool connect(String... urls) {
    return connect(List.of(urls));
  }

  /** Starts connecting to each, repeated URLs once; returns at once. */
  public static RelayPool connect(Collection<String> urls) {
    List<RelayConnection> opened = new ArrayList<>();
    try {
      for (String url : new LinkedHashSet<>(urls)) {
        opened.add(RelayConnection.open(url));
      }
    } catch (RuntimeException e) {
      opened.forEach(RelayConnection::close);
      throw e;
    }
    return new RelayPool(List.copyOf(opened));
  }

  /** One a relay, in the order given. */
  public List<RelayConnection> connections() {
    return connections;
  }

  /** Their URLs. */
  public List<String> urls() {
    return connections.stream().map(RelayConnection::url).toList();
  }

  /** How many are connected now. */
  public int connectedCount() {
    return (int) connections.stream().filter(c -> c.state() == RelayState.CONNECTED).count();
  }

  /**
   * Publishes to all and waits, for {@code timeout} at most; never throws for what a relay does.
   * Once one has it, the others are waited for 2 seconds more: they may still take it, but a dead
   * relay keeps nobody waiting.
   */
  public PublishResult publish(Event event, Duration timeout) {
    List<CompletableFuture<PublishOutcome>> outcomes =
        connections.stream().map(connection -> connection.publish(event, timeout)).toList();
    CompletableFuture<Void> all =
        CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new));
    CompletableFuture<Void> enough = new CompletableFuture<>();
    for (CompletableFuture<PublishOutcome> outcome : outcomes) {
      var unused =
          outcome.thenAccept(o -> {
            if (o.accepted()) {
              enough.completeOnTimeout(null, STRAGGLERS.toMillis(), TimeUnit.MILLISECONDS);
            }
          });
    }
    CompletableFuture.anyOf(all, enough).join();
    List<PublishOutcome> known = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      String url = connections.get(i).url();
      known.add(
          outcomes
              .get(i)
              .getNow(new PublishOutcome(url, PublishOutcome.Status.TIMED_OUT, "no answer yet")));
    }
    return new PublishResult(event, known);
  }

  /** One subscription over all relays: each event once, {@code onEndOfStored} once a relay. */
  public Subscription subscribe(List<Filter> filters, SubscriptionListener listener) {
    RecentIds seen = new RecentIds(SEEN_IDS);
    SubscriptionListener once =
        new SubscriptionListener() {
          @Override
          public void onEvent(Event event) {
            if (seen.add(event.id())) {
              listener.onEvent(event);
            }
          }

          @Override
          public void onEndOfStored(String relay) {
            listener.onEndOfStored(relay);
          }

          @Override
          public void onClosed(String relay, String reason) {
            listener.onClosed(relay, reason);
          }
        };
    List<Subscription> running = connections.stream().map(c -> c.subscribe(filters, once)).toList();
    return () -> running.forEach(Subscription::close);
  }

  /**
   * The stored events that match, newest first: waits until every relay has answered, or for {@code
   * timeout}, and takes what came. Once one has answered with something, the others are waited for
   * 2 seconds more.
   */
  public List<Event> query(Filter filter, Duration timeout) {
    Set<Event> found = ConcurrentHashMap.newKeySet();
    Set<String> answered = ConcurrentHashMap.newKeySet();
    CountDownLatch open = new CountDownLatch(connections.size());
    SubscriptionListener collect =
        new SubscriptionListener() {
          @Override
          public void onEvent(Event event) {
            found.add(event);
          }

          @Override
          public void onEndOfStored(String relay) {
            if (answered.add(relay)) {
              open.countDown();
            }
          }

          @Override
          public void onClosed(String relay, String reason) {
            onEndOfStored(relay);
          }
        };
    try (Subscription running = subscribe(List.of(filter), collect)) {
      long end = System.nanoTime() + timeout.toNanos();
      boolean hurried = false;
      while (!open.await(50, TimeUnit.MILLISECONDS) && System.nanoTime() < end) {
        if (!hurried && !answered.isEmpty() && !found.isEmpty()) {
          hurried = true;
          end = Math.min(end, System.nanoTime() + STRAGGLERS.toNanos());
        }
      }
      return newestFirst(found);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return newestFirst(found);
    }
  }

  /** The newest version at an address, as far as these relays know it. */
  public Optional<Event> newest(EventAddress address, Duration timeout) {
    return query(Filter.at(address), timeout).stream().findFirst();
  }

  private static List<Event> newestFirst(Set<Event> events) {
    return events.stream()
        .sorted((a, b) -> a.supersedes(b) ? -1 : b.supersedes(a) ? 1 : 0)
        .toList();
  }

  @Override
  public void close() {
    connections.forEach(RelayConnection::close);
  }
}
