package com.wavlake.live.relay;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Many relays as one: publishes to all, merges subscriptions; one dead relay never delays the
 * others. Relays may come and go while it runs: subscriptions follow. Safe for use by many threads.
 */
public final class RelayPool implements AutoCloseable {
  /** How many relays a pool has at most. */
  public static final int MAX_RELAYS = 64;

  /** The most events that a query collects. */
  private static final int MAX_FOUND = 10_000;

  private static final long MAX_FOUND_CHARACTERS = 64L << 20;
  private static final int POLL_MILLIS = 10;
  private static final int SEEN_IDS = 16_384;
  private static final Duration STRAGGLERS = Duration.ofSeconds(2);

  private final RelaySettings settings;
  private final Verifier verifier = new Verifier();
  private final ReentrantLock lock = new ReentrantLock();
  private final List<RelayConnection> connections = new CopyOnWriteArrayList<>();
  private final List<Merged> running = new ArrayList<>();
  private final List<BiConsumer<String, RelayState>> stateListeners = new CopyOnWriteArrayList<>();

  /** How many users each relay has that strangers named. */
  private final Map<String, Integer> guests = new HashMap<>();

  private final Deque<String> backups = new ArrayDeque<>();
  private int wanted;
  private boolean closed;

  private RelayPool(RelaySettings settings) {
    this.settings = settings;
  }

  /** Starts connecting to each; returns at once. */
  public static RelayPool connect(String... urls) {
    return connect(List.of(urls));
  }

  /** Starts connecting to each, repeated URLs once; returns at once. */
  public static RelayPool connect(Collection<String> urls) {
    return connect(urls, RelaySettings.DEFAULT);
  }

  /**
   * The same with settings.
   *
   * @throws LiveException INVALID when one is no relay's URL
   */
  public static RelayPool connect(Collection<String> urls, RelaySettings settings) {
    RelayPool pool = new RelayPool(settings);
    try {
      new LinkedHashSet<>(urls).forEach(pool::add);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
    return pool;
  }

  /**
   * Brings in one of these, in their order, whenever fewer than {@code wanted} relays are connected
   * and one has failed to connect.
   */
  public void failOverTo(Collection<String> urls, int wanted) {
    lock.lock();
    try {
      backups.addAll(urls);
      this.wanted = wanted;
    } finally {
      lock.unlock();
    }
    failOver();
  }

  /**
   * Starts connecting to one more; what runs is asked of it too. Nothing happens when it is there.
   *
   * @throws LiveException INVALID when it is no relay's URL, CONFLICT when there are too many
   */
  public void add(String url) {
    lock.lock();
    try {
      guests.remove(RelayUrl.normal(url)); // from now on it is ours
      var unused = add(url, settings);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The same for a relay that a stranger named: at a public address, or not at all. It stays while
   * anybody who added it so has not let go of it by {@link #removePublic}.
   *
   * @return whether to let go of it later: false when it is there anyway, is not allowed, or there
   *     are too many
   */
  public boolean addPublic(String url) {
    lock.lock();
    try {
      String key = RelayUrl.normal(url);
      if (guests.containsKey(key) || add(url, settings.publicAddressesOnly())) {
        guests.merge(key, 1, Integer::sum);
        return true;
      }
      return false;
    } catch (LiveException notAllowed) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of a relay that {@link #addPublic} added; the last one to do so removes it. */
  public void removePublic(String url) {
    lock.lock();
    try {
      String key = RelayUrl.normal(url);
      Integer users = guests.get(key);
      if (users != null && users > 1) {
        guests.put(key, users - 1);
      } else if (users != null) {
        remove(url);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean add(String url, RelaySettings how) {
    lock.lock();
    try {
      if (closed || connections.stream().anyMatch(c -> isSame(c.url(), url))) {
        return false;
      }
      if (connections.size() >= MAX_RELAYS) {
        throw new LiveException(Category.CONFLICT, MAX_RELAYS + " relays already");
      }
      RelayConnection connection = RelayConnection.open(url, how, verifier);
      connection.onState(state -> changed(url, state));
      connections.add(connection);
      running.forEach(merged -> merged.include(connection));
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** {@code wss://relay.example} and {@code wss://relay.example/} are one relay. */
  private static boolean isSame(String a, String b) {
    return RelayUrl.normal(a).equals(RelayUrl.normal(b));
  }

  /** Lets go of one; nothing happens when it is not there. */
  public void remove(String url) {
    lock.lock();
    try {
      guests.remove(RelayUrl.normal(url));
      for (RelayConnection connection : connections()) {
        if (isSame(connection.url(), url)) {
          connections.remove(connection);
          running.forEach(merged -> merged.exclude(connection));
          connection.close();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void changed(String url, RelayState state) {
    stateListeners.forEach(listener -> listener.accept(url, state));
    if (state == RelayState.FAILED) {
      failOver();
    }
  }

  private void failOver() {
    lock.lock();
    try {
      boolean failed = connections.stream().anyMatch(c -> c.state() == RelayState.FAILED);
      long hopeful =
          connections.stream()
              .filter(c -> c.state() == RelayState.CONNECTED || c.state() == RelayState.CONNECTING)
              .count();
      if (failed && hopeful < wanted && !backups.isEmpty()) {
        add(backups.removeFirst());
      }
    } finally {
      lock.unlock();
    }
  }

  /** One a relay, in the order in which they came. */
  public List<RelayConnection> connections() {
    return List.copyOf(connections);
  }

  /** Their URLs. */
  public List<String> urls() {
    return connections.stream().map(RelayConnection::url).toList();
  }

  /** Where each stands, by URL. */
  public Map<String, RelayState> states() {
    Map<String, RelayState> states = new LinkedHashMap<>();
    connections.forEach(connection -> states.put(connection.url(), connection.state()));
    return states;
  }

  /** Calls {@code listener} with a relay's URL and its state on each change. */
  public void onState(BiConsumer<String, RelayState> listener) {
    stateListeners.add(listener);
  }

  /** How many are connected now. */
  public int connectedCount() {
    return (int) connections.stream().filter(c -> c.state() == RelayState.CONNECTED).count();
  }

  /**
   * Publishes to all and waits, for {@code timeout} at most; never throws for what a relay does.
   * Once one has it, the others are waited for 2 seconds more: they may still take it. Relays that
   * are down then are not waited for.
   */
  public PublishResult publish(Event event, Duration timeout) {
    return publish(event, timeout, PublishPolicy.ANY);
  }

  /**
   * The same, waiting until the policy is met. Whether it was, {@link
   * PublishResult#require(PublishPolicy)} says.
   */
  public PublishResult publish(Event event, Duration timeout, PublishPolicy policy) {
    return publish(event, policy, relay -> relay.publish(event, timeout));
  }

  /**
   * The same as {@link #publish(Event, Duration)}, but a relay that asks to slow down is not asked
   * again, see {@link RelayConnection#publishOnce}.
   */
  public PublishResult publishOnce(Event event, Duration timeout) {
    return publish(event, PublishPolicy.ANY, relay -> relay.publishOnce(event, timeout));
  }

  private PublishResult publish(
      Event event,
      PublishPolicy policy,
      Function<RelayConnection, CompletableFuture<PublishOutcome>> send) {
    List<RelayConnection> relays = connections();
    List<CompletableFuture<PublishOutcome>> outcomes = relays.stream().map(send).toList();
    CompletableFuture<Void> all =
        CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new));
    CompletableFuture<Void> enough = new CompletableFuture<>();
    CountDownLatch missing = new CountDownLatch(policy.needed(relays.size()));
    for (CompletableFuture<PublishOutcome> outcome : outcomes) {
      var unused =
          outcome.thenAccept(o -> {
            if (o.accepted()) {
              missing.countDown();
            }
            if (missing.getCount() == 0) {
              boolean hopeless =
                  IntStream.range(0, relays.size())
                      .filter(i -> !outcomes.get(i).isDone())
                      .allMatch(i -> isDown(relays.get(i)));
              enough.completeOnTimeout(
                  null, hopeless ? 0 : STRAGGLERS.toMillis(), TimeUnit.MILLISECONDS);
            }
          });
    }
    CompletableFuture.anyOf(all, enough).join();
    List<PublishOutcome> known = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      RelayConnection relay = relays.get(i);
      known.add(
          outcomes
              .get(i)
              .getNow(
                  isDown(relay)
                      ? new PublishOutcome(
                          relay.url(), PublishOutcome.Status.UNREACHABLE, relay.lastProblem())
                      : new PublishOutcome(
                          relay.url(), PublishOutcome.Status.TIMED_OUT, "no answer yet")));
    }
    return new PublishResult(event, known);
  }

  /** One subscription over all relays: each event once, {@code onEndOfStored} once a relay. */
  public Subscription subscribe(List<Filter> filters, SubscriptionListener listener) {
    lock.lock();
    try {
      Merged merged = new Merged(filters, listener);
      connections.forEach(merged::include);
      running.add(merged);
      return merged;
    } finally {
      lock.unlock();
    }
  }

  private static boolean isDown(RelayConnection relay) {
    return relay.state() == RelayState.FAILED || relay.state() == RelayState.LOST;
  }

  /**
   * The stored events that match, newest first: waits until every relay that can be reached has
   * answered, or for {@code timeout}, and takes what came. Once one has answered with something,
   * the others are waited for 2 seconds more. Nothing may also mean that nobody answered: where
   * that matters, use {@link #lookUp}.
   */
  public List<Event> query(Filter filter, Duration timeout) {
    return query(List.of(filter), timeout);
  }

  /** The same for what matches any of several filters. */
  public List<Event> query(List<Filter> filters, Duration timeout) {
    return collect(filters, timeout).newestFirst();
  }

  /**
   * The newest version at an address, as far as these relays know it; empty also when none
   * answered.
   */
  public Optional<Event> newest(EventAddress address, Duration timeout) {
    return query(Filter.at(address).limit(1), timeout).stream().findFirst();
  }

  /**
   * The newest version at an address, before it is replaced: what was not seen would be lost.
   *
   * @return empty when relays answered that there is none
   * @throws LiveException UNREACHABLE when no relay answered
   */
  public Optional<Event> lookUp(EventAddress address, Duration timeout) {
    Found found = collect(List.of(Filter.at(address).limit(1)), timeout);
    if (found.answered() == 0 && found.newestFirst().isEmpty()) {
      throw new LiveException(
          Category.UNREACHABLE,
          "no relay answered within " + timeout.toSeconds() + " s: " + String.join(", ", urls()));
    }
    return found.newestFirst().stream().findFirst();
  }

  /**
   * How many stored events match (NIP-45): the highest of the relays' answers, since each has a
   * part of them. Once one has answered, the others are waited for 2 seconds more.
   *
   * @return empty when no relay said
   */
  public OptionalLong count(List<Filter> filters, Duration timeout) {
    List<CompletableFuture<OptionalLong>> answers =
        connections().stream().map(connection -> connection.count(filters, timeout)).toList();
    CompletableFuture<Void> enough =
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
    for (CompletableFuture<OptionalLong> answer : answers) {
      var unused =
          answer.thenAccept(count -> {
            if (count.isPresent()) {
              enough.completeOnTimeout(null, STRAGGLERS.toMillis(), TimeUnit.MILLISECONDS);
            }
          });
    }
    enough.join();
    return answers.stream()
        .map(answer -> answer.getNow(OptionalLong.empty()))
        .flatMapToLong(OptionalLong::stream)
        .max();
  }

  private record Found(List<Event> newestFirst, int answered) {}

  private Found collect(List<Filter> filters, Duration timeout) {
    Set<Event> found = ConcurrentHashMap.newKeySet();
    AtomicLong characters = new AtomicLong();
    Set<String> answered = ConcurrentHashMap.newKeySet();
    Set<String> finished = ConcurrentHashMap.newKeySet();
    SubscriptionListener collector =
        new SubscriptionListener() {
          @Override
          public void onEvent(Event event) {
            if (found.size() < MAX_FOUND
                && characters.addAndGet(event.content().length()) < MAX_FOUND_CHARACTERS) {
              found.add(event);
            }
          }

          @Override
          public void onEndOfStored(String relay) {
            answered.add(relay);
            finished.add(relay);
          }

          @Override
          public void onClosed(String relay, String reason) {
            finished.add(relay); // refused: that is no answer
          }
        };
    try (Subscription query = subscribe(filters, collector)) {
      long end = System.nanoTime() + timeout.toNanos();
      boolean hurried = false;
      while (System.nanoTime() < end && isAnybodyMissing(finished)) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        if (!hurried && !answered.isEmpty() && !found.isEmpty()) {
          hurried = true;
          end = Math.min(end, System.nanoTime() + STRAGGLERS.toNanos());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Found(newestFirst(found), answered.size());
  }

  /** A relay whose last attempt failed is not waited for. */
  private boolean isAnybodyMissing(Set<String> finished) {
    return connections.stream()
        .anyMatch(c -> c.state() != RelayState.FAILED && !finished.contains(c.url()));
  }

  private static List<Event> newestFirst(Set<Event> events) {
    return events.stream()
        .sorted((a, b) -> a.supersedes(b) ? -1 : b.supersedes(a) ? 1 : 0)
        .toList();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      running.clear();
    } finally {
      lock.unlock();
    }
    connections.forEach(RelayConnection::close);
  }

  /** A subscription to each relay; an event counts as seen only once it was verified. */
  private final class Merged implements Subscription {
    private final SubscriptionListener once;
    private final Map<RelayConnection, Subscription> parts = new LinkedHashMap<>();
    private List<Filter> filters;

    Merged(List<Filter> filters, SubscriptionListener listener) {
      this.filters = List.copyOf(filters);
      Recent<EventId> seen = new Recent<>(SEEN_IDS);
      this.once =
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
    }

    void include(RelayConnection connection) {
      parts.put(connection, connection.subscribe(filters, once));
    }

    void exclude(RelayConnection connection) {
      parts.remove(connection);
    }

    @Override
    public void update(List<Filter> newFilters) {
      lock.lock();
      try {
        filters = List.copyOf(newFilters);
        parts.values().forEach(part -> part.update(filters));
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        running.remove(this);
        parts.values().forEach(Subscription::close);
        parts.clear();
      } finally {
        lock.unlock();
      }
    }
  }
}
