package com.wavlake.live.relay;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.relay.PublishOutcome.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One relay over one WebSocket (NIP-01), kept open: it reconnects with back-off, and subscriptions
 * and waiting publishes survive that. Every event is verified before a listener sees it. Safe for
 * use by many threads.
 */
public final class RelayConnection implements AutoCloseable {
  /** Frames read but not yet dispatched; a full queue stops the reading of this socket alone. */
  static final int INBOX_FRAMES = 1_024;

  /** Events published and not yet answered. */
  static final int MAX_PENDING = 1_024;

  private static final int NORMAL_CLOSURE = 1000;
  private static final Duration RESUBSCRIBE = Duration.ofSeconds(5);
  private static final Duration PING = Duration.ofSeconds(30);
  private static final Logger log = LoggerFactory.getLogger(RelayConnection.class);

  private static final OkHttpClient HTTP =
      new OkHttpClient.Builder()
          .dispatcher(unlimited()) // by default the 65th socket of a process would wait for ever
          .pingInterval(PING)
          .connectTimeout(Duration.ofSeconds(10))
          .readTimeout(Duration.ZERO)
          .build();
  private static final ScheduledExecutorService TIMER = timer();

  private final String url;
  private final ReentrantLock lock = new ReentrantLock();
  private final Backoff backoff = new Backoff(new SplittableRandom());
  private final List<Consumer<RelayState>> stateListeners = new CopyOnWriteArrayList<>();
  private final Map<EventId, Pending> pending = new LinkedHashMap<>();
  private final Map<String, RunningSubscription> subscriptions = new LinkedHashMap<>();
  private final BlockingQueue<Runnable> inbox = new ArrayBlockingQueue<>(INBOX_FRAMES);
  private final Thread dispatcher;

  private RelayState state = RelayState.CONNECTING;
  private @Nullable WebSocket socket;
  private long connectedAtNanos;
  private String lastProblem = "not connected yet";
  private long nextSubscription;

  private RelayConnection(String url) {
    this.url = url;
    this.dispatcher = Thread.ofVirtual().name("relay-" + url).start(this::dispatch);
  }

  /**
   * Starts connecting; returns at once.
   *
   * @param url {@code ws://…} or {@code wss://…}
   * @throws LiveException INVALID when it is neither
   */
  public static RelayConnection open(String url) {
    RelayConnection connection = new RelayConnection(checked(url));
    connection.connect();
    return connection;
  }

  /** Whether {@code url} has the form of a relay's: {@code ws://host} or {@code wss://host}. */
  public static boolean isRelayUrl(String url) {
    return (url.startsWith("ws://") || url.startsWith("wss://"))
        && HttpUrl.parse(httpForm(url)) != null;
  }

  private static String httpForm(String url) {
    return url.replaceFirst("^ws", "http");
  }

  private static String checked(String url) {
    if (!isRelayUrl(url)) {
      throw new LiveException(
          Category.INVALID, "relay URL " + url + ": expected ws://host or wss://host");
    }
    return url;
  }

  /** The relay's URL as given. */
  public String url() {
    return url;
  }

  /** Where the connection stands now. */
  public RelayState state() {
    lock.lock();
    try {
      return state;
    } finally {
      lock.unlock();
    }
  }

  /** Calls {@code listener} on each change, on the dispatching thread. */
  public void onState(Consumer<RelayState> listener) {
    stateListeners.add(listener);
  }

  /**
   * Publishes; the future always completes normally, with what the relay did. Sent as soon as the
   * connection stands, and again after a reconnect while there is no answer.
   *
   * @param timeout how long to wait for the connection and the OK together
   */
  public CompletableFuture<PublishOutcome> publish(Event event, Duration timeout) {
    CompletableFuture<PublishOutcome> future = new CompletableFuture<>();
    lock.lock();
    try {
      Pending same = pending.get(event.id());
      if (same != null) {
        return same.future;
      }
      if (state == RelayState.CLOSED || pending.size() >= MAX_PENDING) {
        String why =
            state == RelayState.CLOSED
                ? "connection is closed"
                : MAX_PENDING + " events wait already";
        future.complete(new PublishOutcome(url(), Status.UNREACHABLE, why));
        return future;
      }
      pending.put(event.id(), new Pending(event, future));
      sendNow(new ClientMessage.Publish(event));
    } finally {
      lock.unlock();
    }
    var unused =
        TIMER.schedule(() -> expire(event.id()), timeout.toMillis(), TimeUnit.MILLISECONDS);
    return future;
  }

  /**
   * Asks for stored events, then live ones; {@code listener} gets each event once, also across
   * reconnects.
   */
  public Subscription subscribe(List<Filter> filters, SubscriptionListener listener) {
    lock.lock();
    try {
      if (state == RelayState.CLOSED) {
        throw new LiveException(Category.CONFLICT, "relay connection " + url + " is closed");
      }
      RunningSubscription subscription =
          new RunningSubscription("s" + nextSubscription++, filters, listener);
      subscriptions.put(subscription.id, subscription);
      sendNow(new ClientMessage.Req(subscription.id, filters));
      return subscription;
    } finally {
      lock.unlock();
    }
  }

  /** Ends everything: subscriptions stop, waiting publishes complete as unreachable. */
  @Override
  public void close() {
    List<Pending> abandoned;
    lock.lock();
    try {
      if (state == RelayState.CLOSED) {
        return;
      }
      boolean connected = state == RelayState.CONNECTED;
      moveTo(RelayState.CLOSED);
      if (socket != null && !(connected && socket.close(NORMAL_CLOSURE, null))) {
        socket.cancel();
      }
      socket = null;
      abandoned = new ArrayList<>(pending.values());
      pending.clear();
      subscriptions.clear();
    } finally {
      lock.unlock();
    }
    abandoned.forEach(p ->
        p.future.complete(new PublishOutcome(url(), Status.UNREACHABLE, "connection is closed")));
    dispatcher.interrupt();
  }

  private void connect() {
    lock.lock();
    try {
      if (state == RelayState.CLOSED) {
        return;
      }
      moveTo(RelayState.CONNECTING);
      socket = HTTP.newWebSocket(new Request.Builder().url(httpForm(url())).build(), new Socket());
    } finally {
      lock.unlock();
    }
  }

  private void opened(WebSocket opened) {
    lock.lock();
    try {
      if (state == RelayState.CLOSED || !opened.equals(socket)) {
        opened.cancel(); // closed while it was being opened
        return;
      }
      connectedAtNanos = System.nanoTime();
      moveTo(RelayState.CONNECTED);
      subscriptions.values().forEach(s -> sendNow(new ClientMessage.Req(s.id, s.resumeFilters())));
      pending.values().forEach(p -> sendNow(new ClientMessage.Publish(p.event)));
    } finally {
      lock.unlock();
    }
  }

  private void lost(WebSocket dead, String problem) {
    lock.lock();
    try {
      if (!dead.equals(socket) || state == RelayState.CLOSED) {
        return;
      }
      Duration lasted =
          state == RelayState.CONNECTED
              ? Duration.ofNanos(System.nanoTime() - connectedAtNanos)
              : Duration.ZERO;
      socket = null;
      lastProblem = problem;
      moveTo(RelayState.WAITING);
      Duration wait = backoff.next(lasted);
      log.debug("relay {} lost: {}; next attempt in {} ms", url, problem, wait.toMillis());
      var unused = TIMER.schedule(this::connect, wait.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      lock.unlock();
    }
  }

  private void expire(EventId id) {
    Pending late;
    boolean connected;
    String problem;
    lock.lock();
    try {
      late = pending.remove(id);
      connected = state == RelayState.CONNECTED;
      problem = lastProblem;
    } finally {
      lock.unlock();
    }
    if (late != null) {
      late.future.complete(
          connected
              ? new PublishOutcome(url(), Status.TIMED_OUT, "no answer in time")
              : new PublishOutcome(url(), Status.UNREACHABLE, problem));
    }
  }

  private void received(String text) {
    RelayMessage message;
    try {
      message = RelayMessage.parse(text);
    } catch (InvalidEvent e) {
      log.debug("relay {} sent a malformed message: {}", url, e.getMessage());
      return;
    }
    switch (message) {
      case RelayMessage.Delivery delivery -> deliver(delivery);
      case RelayMessage.Ok ok -> answered(ok);
      case RelayMessage.Eose eose -> {
        RunningSubscription subscription = subscription(eose.subscription());
        if (subscription != null) {
          subscription.replayed = true;
          subscription.listener.onEndOfStored(url());
        }
      }
      case RelayMessage.Closed closed -> {
        RunningSubscription subscription = subscription(closed.subscription());
        if (subscription != null && isPassing(closed.reason())) {
          askAgainLater(subscription);
        } else if (subscription != null) {
          forget(subscription);
          subscription.listener.onClosed(url(), closed.reason());
        }
      }
      case RelayMessage.Notice notice -> log.debug("relay {} says: {}", url, notice.text());
      case RelayMessage.Challenge challenge -> log.debug("relay {} offers authentication", url);
      case RelayMessage.Unknown unknown -> log.debug("relay {} sent an unknown verb", url);
    }
  }

  /** Reasons that time may cure. */
  private static boolean isPassing(String reason) {
    return reason.startsWith("error:") || reason.startsWith("rate-limited:");
  }

  private void askAgainLater(RunningSubscription subscription) {
    log.debug("relay {} closed a subscription for now", url);
    var unused =
        TIMER.schedule(
            () -> {
              lock.lock();
              try {
                if (subscriptions.containsKey(subscription.id)) {
                  sendNow(new ClientMessage.Req(subscription.id, subscription.resumeFilters()));
                }
              } finally {
                lock.unlock();
              }
            },
            RESUBSCRIBE.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void deliver(RelayMessage.Delivery delivery) {
    RunningSubscription subscription = subscription(delivery.subscription());
    Event event = delivery.event();
    if (subscription == null
        || subscription.seen.contains(event.id())
        || subscription.filters.stream().noneMatch(filter -> filter.matches(event))) {
      return;
    }
    if (!event.verify()) {
      log.debug("relay {} sent a forged event {}", url, event.id());
      return;
    }
    if (subscription.accept(event)) {
      subscription.listener.onEvent(event);
    }
  }

  private void answered(RelayMessage.Ok ok) {
    Pending answered;
    lock.lock();
    try {
      answered = pending.remove(ok.id());
    } finally {
      lock.unlock();
    }
    if (answered != null) {
      answered.future.complete(
          new PublishOutcome(url(), ok.success() ? Status.ACCEPTED : Status.REJECTED, ok.reason()));
    }
  }

  private @Nullable RunningSubscription subscription(String id) {
    lock.lock();
    try {
      return subscriptions.get(id);
    } finally {
      lock.unlock();
    }
  }

  private void forget(RunningSubscription subscription) {
    lock.lock();
    try {
      subscriptions.remove(subscription.id);
    } finally {
      lock.unlock();
    }
  }

  /** Only with the lock held. */
  private void moveTo(RelayState next) {
    state = next;
    for (Consumer<RelayState> listener : stateListeners) {
      if (!inbox.offer(() -> listener.accept(next))) {
        log.debug("relay {}: a listener is too slow to be told {}", url, next);
      }
    }
  }

  /** Only with the lock held; not connected means that {@link #opened} sends it later. */
  private void sendNow(ClientMessage message) {
    if (state == RelayState.CONNECTED && socket != null && !socket.send(message.toJson())) {
      socket.cancel(); // its outgoing buffer of 16 MiB is full, or it is closing
    }
  }

  private void dispatch() {
    try {
      while (true) {
        Runnable next = inbox.take();
        try {
          next.run();
        } catch (RuntimeException e) {
          log.warn("a listener of relay {} failed", url, e);
        }
      }
    } catch (InterruptedException closed) {
      log.trace("relay {} closed", url);
    }
  }

  private static Dispatcher unlimited() {
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(Integer.MAX_VALUE);
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    return dispatcher;
  }

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("relay-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private record Pending(Event event, CompletableFuture<PublishOutcome> future) {}

  /**
   * A subscription and what is needed to take it up again: newest verified second, and the ids
   * already delivered.
   */
  private final class RunningSubscription implements Subscription {
    private static final int SEEN_IDS = 4_096;
    private static final long OVERLAP_SECONDS = 60;

    private final String id;
    private final List<Filter> filters;
    private final SubscriptionListener listener;
    private final RecentIds seen = new RecentIds(SEEN_IDS);
    private volatile long newest;

    /**
     * Until the stored events are through, newest first, nothing can be said of what is missing:
     * ask for all again.
     */
    private volatile boolean replayed;

    RunningSubscription(String id, List<Filter> filters, SubscriptionListener listener) {
      this.id = id;
      this.filters = List.copyOf(filters);
      this.listener = listener;
    }

    /** Only for verified events; false when it was delivered before. */
    boolean accept(Event event) {
      long soon = System.currentTimeMillis() / 1000 + 60;
      newest =
          Math.max(
              newest,
              Math.min(event.createdAt(), soon)); // a future date must not move the cursor past now
      return seen.add(event.id());
    }

    List<Filter> resumeFilters() {
      long since = newest - OVERLAP_SECONDS;
      return newest == 0 || !replayed
          ? filters
          : filters.stream().map(f -> f.since(Math.max(since, f.since().orElse(0)))).toList();
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (subscriptions.remove(id) != null) {
          sendNow(new ClientMessage.Close(id));
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * OkHttp's reader: hands over and returns; a full inbox makes it wait, which stops the reading.
   */
  private final class Socket extends WebSocketListener {
    @Override
    public void onOpen(WebSocket webSocket, Response response) {
      opened(webSocket);
    }

    @Override
    public void onMessage(WebSocket webSocket, String text) {
      try {
        while (!inbox.offer(() -> received(text), 1, TimeUnit.SECONDS)) {
          if (state() == RelayState.CLOSED) {
            return; // nobody takes from the inbox any more
          }
        }
      } catch (InterruptedException e) {
        webSocket.cancel();
      }
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
      webSocket.close(NORMAL_CLOSURE, null);
      lost(webSocket, "closed by the relay" + (reason.isEmpty() ? "" : ": " + reason));
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable t, @Nullable Response response) {
      String detail = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
      lost(webSocket, response == null ? detail : "HTTP " + response.code());
    }
  }
}
