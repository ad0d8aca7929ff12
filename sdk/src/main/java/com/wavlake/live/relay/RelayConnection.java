package com.wavlake.live.relay;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.relay.Authentication.Progress;
import com.wavlake.live.relay.PublishOutcome.Status;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One relay over one WebSocket (NIP-01, NIP-42), kept open: it reconnects with back-off, and
 * subscriptions and waiting publishes survive that. Every event is verified before a listener sees
 * it. Safe for use by many threads.
 */
public final class RelayConnection implements AutoCloseable {
  /** The longest frame that is read; longer ones are dropped, and the connection goes on. */
  public static final int MAX_FRAME_CHARACTERS = 1 << 20;

  /** Events published and not yet answered. */
  static final int MAX_PENDING = 1_024;

  /** Subscriptions at a time. */
  static final int MAX_SUBSCRIPTIONS = 256;

  private static final int NORMAL_CLOSURE = 1000;
  private static final int UNTOLD_STATES = 64;
  private static final Duration RESUBSCRIBE = Duration.ofSeconds(5);
  private static final String EVENT_FRAME = "[\"EVENT\"";
  private static final String AUTH_REQUIRED = "auth-required:";
  private static final String RATE_LIMITED = "rate-limited:";
  private static final Logger log = LoggerFactory.getLogger(RelayConnection.class);

  private static final ScheduledExecutorService TIMER = timer();

  private final String url;
  private final RelaySettings settings;
  private final Verifier verifier;
  private final OkHttpClient http;
  private final ReentrantLock lock = new ReentrantLock();
  private final Backoff backoff = new Backoff(new SplittableRandom());
  private final Authentication authentication = new Authentication();
  private final List<Consumer<RelayState>> stateListeners = new CopyOnWriteArrayList<>();
  private final Deque<RelayState> untold = new ArrayDeque<>();
  private final Map<EventId, Pending> pending = new LinkedHashMap<>();
  private final Map<String, RunningSubscription> subscriptions = new LinkedHashMap<>();
  private final Map<String, Counting> counts = new LinkedHashMap<>();
  private final Inbox inbox;

  private RelayState state = RelayState.CONNECTING;
  private @Nullable WebSocket socket;
  private long connectedAtNanos;
  private String lastProblem = "not connected yet";
  private long nextSubscription;

  private RelayConnection(String url, RelaySettings settings, Verifier verifier) {
    this.url = url;
    this.settings = settings;
    this.verifier = verifier;
    this.http = RelaySockets.client(settings);
    this.inbox = new Inbox("relay-" + url, this::tellStates);
  }

  /**
   * Starts connecting; returns at once.
   *
   * @param url {@code ws://…} or {@code wss://…}
   * @throws LiveException INVALID when it is neither
   */
  public static RelayConnection open(String url) {
    return open(url, RelaySettings.DEFAULT);
  }

  /**
   * The same with settings.
   *
   * @throws LiveException INVALID also for an address that is not public, when only such are
   *     allowed
   */
  public static RelayConnection open(String url, RelaySettings settings) {
    return open(url, settings, new Verifier());
  }

  /** What one connection of many has verified, the others need not. */
  static RelayConnection open(String url, RelaySettings settings, Verifier verifier) {
    RelayConnection connection =
        new RelayConnection(RelayUrl.checked(url, settings), settings, verifier);
    connection.connect();
    return connection;
  }

  /** Whether {@code url} has the form of a relay's: {@code ws://host} or {@code wss://host}. */
  public static boolean isRelayUrl(String url) {
    return RelayUrl.isValid(url);
  }

  /**
   * One text for one relay: lower-case scheme and host, no port that goes without saying, no slash
   * behind a bare host.
   *
   * @throws LiveException INVALID when it has not the form of a relay's URL
   */
  public static String normalUrl(String url) {
    return RelayUrl.written(
        RelayUrl.checked(RelayUrl.lowerScheme(url.strip()), RelaySettings.DEFAULT));
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

  /** Why it is not connected, in words; of the past when it is. */
  public String lastProblem() {
    lock.lock();
    try {
      return lastProblem;
    } finally {
      lock.unlock();
    }
  }

  /** Calls {@code listener} on each change, in order, on the dispatching thread. */
  public void onState(Consumer<RelayState> listener) {
    stateListeners.add(listener);
  }

  /**
   * Publishes; the future always completes normally, with what the relay did. Sent as soon as the
   * connection stands, again after a reconnect while there is no answer, again after a pause when
   * the relay asks for one, and once more after an authentication that it demands.
   *
   * @param timeout how long to wait for the connection and the OK together
   */
  public CompletableFuture<PublishOutcome> publish(Event event, Duration timeout) {
    return publish(new Pending(event, timeout), timeout);
  }

  /**
   * The same, but a relay that asks to slow down is not asked again: its words are the outcome at
   * once. For what somebody waits for, and can send again themselves: a chat message.
   */
  public CompletableFuture<PublishOutcome> publishOnce(Event event, Duration timeout) {
    return publish(Pending.once(event, timeout), timeout);
  }

  private CompletableFuture<PublishOutcome> publish(Pending added, Duration timeout) {
    Event event = added.event;
    try {
      var unused = added.message().toJson();
    } catch (InvalidEvent e) { // nothing that cannot be sent may wait to be
      added.complete(new PublishOutcome(url, Status.REJECTED, "invalid: " + e.getMessage()));
      return added.future;
    }
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
        added.future.complete(new PublishOutcome(url, Status.UNREACHABLE, why));
        return added.future;
      }
      pending.put(event.id(), added);
      sendNow(new ClientMessage.Publish(event));
    } finally {
      lock.unlock();
    }
    later(timeout.toMillis(), () -> expire(added));
    return added.future;
  }

  /**
   * Asks for stored events, then live ones; {@code listener} gets each event once, also across
   * reconnects.
   *
   * @throws LiveException CONFLICT when the connection is closed, or there are too many already
   */
  public Subscription subscribe(List<Filter> filters, SubscriptionListener listener) {
    lock.lock();
    try {
      if (state == RelayState.CLOSED) {
        throw new LiveException(Category.CONFLICT, "relay connection " + url + " is closed");
      }
      if (subscriptions.size() >= MAX_SUBSCRIPTIONS) {
        throw new LiveException(
            Category.CONFLICT, MAX_SUBSCRIPTIONS + " subscriptions to " + url + " already");
      }
      RunningSubscription subscription =
          new RunningSubscription("s" + nextSubscription++, filters, listener);
      ClientMessage req = subscription.message(); // throws when there is nothing to ask
      subscriptions.put(subscription.id(), subscription);
      sendNow(req);
      return new Handle(subscription);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks how many stored events match (NIP-45). The future always completes normally, with nothing
   * when the relay did not say: it cannot count, refused, or took longer than {@code timeout}.
   */
  public CompletableFuture<OptionalLong> count(List<Filter> filters, Duration timeout) {
    lock.lock();
    try {
      Counting added = new Counting(new ClientMessage.Count("c" + nextSubscription++, filters));
      if (state == RelayState.CLOSED || counts.size() >= MAX_SUBSCRIPTIONS) {
        added.complete(OptionalLong.empty());
      } else {
        counts.put(added.message().query(), added);
        sendNow(added.message());
        later(timeout.toMillis(), () -> counted(added.message().query(), OptionalLong.empty()));
      }
      return added.future;
    } finally {
      lock.unlock();
    }
  }

  private void counted(String query, OptionalLong count) {
    lock.lock();
    try {
      Optional.ofNullable(counts.remove(query)).ifPresent(waiting -> waiting.complete(count));
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
      counts.values().forEach(count -> count.complete(OptionalLong.empty()));
      counts.clear();
    } finally {
      lock.unlock();
    }
    abandoned.forEach(
        p -> p.complete(new PublishOutcome(url, Status.UNREACHABLE, "connection is closed")));
    inbox.close();
  }

  private void connect() {
    lock.lock();
    try {
      if (state == RelayState.CLOSED) {
        return;
      }
      moveTo(RelayState.CONNECTING);
      socket =
          http.newWebSocket(
              new okhttp3.Request.Builder().url(RelayUrl.httpForm(url)).build(), new Socket());
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
      authentication.reset();
      moveTo(RelayState.CONNECTED);
      subscriptions.entrySet().removeIf(e -> !e.getKey().equals(e.getValue().id()));
      requests()
          .forEach(request -> {
            request.reset();
            if (request instanceof RunningSubscription subscription) {
              subscription.beginReplay();
            }
            sendNow(request.message());
          });
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
      boolean was = state == RelayState.CONNECTED;
      Duration lasted =
          was ? Duration.ofNanos(System.nanoTime() - connectedAtNanos) : Duration.ZERO;
      socket = null;
      lastProblem = problem;
      moveTo(was ? RelayState.LOST : RelayState.FAILED);
      Duration wait = backoff.next(lasted);
      log.debug("relay {} lost: {}; next attempt in {} ms", url, problem, wait.toMillis());
      later(wait.toMillis(), this::connect);
    } finally {
      lock.unlock();
    }
  }

  private void expire(Pending late) {
    boolean connected;
    String problem;
    lock.lock();
    try {
      if (!late.equals(pending.get(late.event.id()))) {
        return; // answered; another publish of the same event has its own time
      }
      pending.remove(late.event.id());
      connected = state == RelayState.CONNECTED;
      problem = lastProblem;
    } finally {
      lock.unlock();
    }
    PublishOutcome outcome =
        connected
            ? new PublishOutcome(url, Status.TIMED_OUT, "no answer in time")
            : new PublishOutcome(url, Status.UNREACHABLE, problem);
    late.complete(outcome);
  }

  /** On OkHttp's reader. Answers count at once: a listener that publishes waits for them. */
  private void received(WebSocket from, String text) throws InterruptedException {
    if (text.length() > MAX_FRAME_CHARACTERS) {
      log.debug("relay {} sent a frame of {} characters: dropped", url, text.length());
      return;
    }
    if (text.startsWith(EVENT_FRAME)) {
      queue(
          from,
          text.length(),
          () -> parse(text).map(this::prepare).orElse(RelayConnection::nothing));
      return;
    }
    Optional<RelayMessage> message = isCurrent(from) ? parse(text) : Optional.empty();
    if (message.isPresent()) {
      switch (message.get()) {
        case RelayMessage.Ok ok -> {
          Runnable after = answered(ok);
          queue(from, 0, () -> after);
        }
        case RelayMessage.Challenge challenge -> challenged(challenge.challenge());
        case RelayMessage.Count count -> counted(count.query(), OptionalLong.of(count.count()));
        default -> {
          Runnable step = prepare(message.get());
          queue(from, text.length(), () -> () -> ifCurrent(from, step));
        }
      }
    }
  }

  private void queue(WebSocket from, int characters, Callable<Runnable> prepare)
      throws InterruptedException {
    if (!inbox.put(characters, prepare, () -> !isCurrent(from))) {
      log.trace("relay {}: the socket was lost while its frames waited", url);
    }
  }

  private boolean isCurrent(WebSocket from) {
    lock.lock();
    try {
      return from.equals(socket);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What a lost socket said of its subscriptions is not of the next one's, which have the same ids.
   */
  private void ifCurrent(WebSocket from, Runnable step) {
    if (isCurrent(from)) {
      step.run();
    }
  }

  private Optional<RelayMessage> parse(String text) {
    try {
      return Optional.of(RelayMessage.parse(text));
    } catch (InvalidEvent e) {
      log.debug("relay {} sent a malformed message: {}", url, e.getMessage());
      return Optional.empty();
    }
  }

  /** On a core: verifies, and says what is to be done in order of arrival. */
  private Runnable prepare(RelayMessage message) {
    return switch (message) {
      case RelayMessage.Delivery delivery -> prepare(delivery);
      case RelayMessage.Eose eose -> () -> storedAreThrough(eose.subscription());
      case RelayMessage.Closed closed -> () -> closed(closed);
      case RelayMessage.Notice notice -> () -> log.debug("relay {} says: {}", url, notice.text());
      default -> RelayConnection::nothing;
    };
  }

  private Runnable prepare(RelayMessage.Delivery delivery) {
    RunningSubscription subscription = subscription(delivery.subscription());
    Event event = delivery.event();
    if (subscription == null || !subscription.wants(event)) {
      return RelayConnection::nothing;
    }
    if (!verifier.verifies(event)) {
      log.debug("relay {} sent a forged event {}", url, event.id());
      return RelayConnection::nothing;
    }
    return () -> {
      boolean running = subscription.equals(subscription(subscription.id()));
      if (running && subscription.accept(event)) {
        subscription.listener.onEvent(event);
      }
    };
  }

  private void storedAreThrough(String id) {
    RunningSubscription subscription;
    lock.lock();
    try {
      subscription = subscriptions.get(id);
      if (subscription == null || !subscription.id().equals(id)) {
        return; // of what it asked for before an update
      }
      subscription.formerId().ifPresent(this::closeId);
      subscription.storedAreThrough();
    } finally {
      lock.unlock();
    }
    subscription.listener.onEndOfStored(url);
  }

  private void closed(RelayMessage.Closed closed) {
    RunningSubscription subscription;
    lock.lock();
    try {
      Counting count = counts.get(closed.subscription());
      if (count != null && !waitsForAuthentication(count, closed.reason())) {
        counted(closed.subscription(), OptionalLong.empty());
      }
      subscription = subscriptions.get(closed.subscription());
      if (subscription == null
          || !subscription.id().equals(closed.subscription())
          || waitsForAuthentication(subscription, closed.reason())) {
        return;
      }
      if (isPassing(closed.reason())) {
        log.debug("relay {} closed a subscription for now: {}", url, closed.reason());
        RunningSubscription waiting = subscription;
        later(RESUBSCRIBE.toMillis(), () -> askAgain(waiting));
        return;
      }
      forget(subscription);
    } finally {
      lock.unlock();
    }
    subscription.listener.onClosed(url, closed.reason());
  }

  /** Reasons that time may cure. */
  private static boolean isPassing(String reason) {
    return reason.startsWith("error:") || reason.startsWith(RATE_LIMITED);
  }

  private void askAgain(RunningSubscription subscription) {
    lock.lock();
    try {
      if (subscription.equals(subscriptions.get(subscription.id()))) {
        sendNow(subscription.message());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Only with the lock held. */
  private void forget(RunningSubscription subscription) {
    subscriptions.values().removeIf(subscription::equals);
  }

  /** Only with the lock held. */
  private void closeId(String id) {
    subscriptions.remove(id);
    sendNow(new ClientMessage.Close(id));
  }

  /** Returns who is to be told, in turn. */
  private Runnable answered(RelayMessage.Ok ok) {
    lock.lock();
    try {
      if (authentication.isAnswer(ok.id())) {
        return authenticated(ok.success(), ok.reason());
      }
      Pending answered = pending.get(ok.id());
      if (answered != null && (ok.success() || !isSentAgain(answered, ok.reason()))) {
        pending.remove(ok.id());
        Status status = ok.success() ? Status.ACCEPTED : Status.REJECTED;
        answered.complete(new PublishOutcome(url, status, ok.reason()));
      }
      return RelayConnection::nothing;
    } finally {
      lock.unlock();
    }
  }

  /** Only with the lock held: whether a refusal is not the last word. */
  private boolean isSentAgain(Pending refused, String reason) {
    if (!reason.startsWith(RATE_LIMITED)) {
      return waitsForAuthentication(refused, reason);
    }
    long wait = refused.nextRepeatMillis();
    if (wait < 0) {
      return false;
    }
    later(wait, () -> sendAgain(refused));
    return true;
  }

  private void sendAgain(Pending waiting) {
    lock.lock();
    try {
      if (waiting.equals(pending.get(waiting.event.id()))) {
        sendNow(waiting.message());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Only with the lock held: whether what was refused is sent again once we have authenticated. */
  private boolean waitsForAuthentication(Request refused, String reason) {
    if (!reason.startsWith(AUTH_REQUIRED)
        || settings.authenticator().isEmpty()
        || refused.wasRepeated()
        || authentication.progress() == Progress.REFUSED) {
      return false;
    }
    if (authentication.progress() == Progress.DONE) {
      refused.repeat();
      sendNow(refused.message());
    } else {
      refused.hold();
      authentication.want();
      authenticate();
    }
    return true;
  }

  private void challenged(String challenge) {
    lock.lock();
    try {
      authentication.challenged(challenge);
      authenticate();
    } finally {
      lock.unlock();
    }
  }

  /** Only with the lock held: signs the challenge, elsewhere, if something waits for that. */
  private void authenticate() {
    Optional<Signer> signer = settings.authenticator();
    Optional<String> challenge = signer.isPresent() ? authentication.begin() : Optional.empty();
    if (challenge.isPresent()) {
      var unused =
          Thread.ofVirtual()
              .name("relay-auth")
              .start(() -> sign(signer.get(), challenge.get())); // a signer may take its time
    }
  }

  private void sign(Signer signer, String challenge) {
    Optional<Event> event = Optional.empty();
    String refusal = "";
    try {
      event = Optional.of(signer.sign(Authentication.template(url, challenge, Instant.now())));
    } catch (RuntimeException e) { // whatever a signer throws, something waits for it
      refusal = AUTH_REQUIRED + " the signer refused: " + e.getMessage();
    }
    Runnable after = RelayConnection::nothing;
    lock.lock();
    try {
      authentication.signed();
      if (!authentication.isFor(challenge)) {
        authenticate(); // another challenge has come meanwhile
      } else if (event.isPresent()) {
        authentication.sent(event.get().id());
        sendNow(new ClientMessage.Auth(event.get()));
      } else {
        after = authenticated(false, refusal);
      }
    } finally {
      lock.unlock();
    }
    after.run();
  }

  /**
   * Only with the lock held: what waited is sent again, or given up.
   *
   * @return who is to be told, without the lock
   */
  private Runnable authenticated(boolean accepted, String reason) {
    authentication.ended(accepted);
    List<Request> held = requests().stream().filter(Request::isHeld).toList();
    if (accepted) {
      held.forEach(request -> {
        request.repeat();
        sendNow(request.message());
      });
      return RelayConnection::nothing;
    }
    List<Runnable> told = new ArrayList<>();
    for (Request request : held) {
      switch (request) {
        case Pending publish -> {
          pending.remove(publish.event.id());
          PublishOutcome outcome = new PublishOutcome(url, Status.REJECTED, reason);
          publish.complete(outcome);
        }
        case Counting count -> counted(count.message().query(), OptionalLong.empty());
        case RunningSubscription subscription -> {
          forget(subscription);
          told.add(() -> subscription.listener.onClosed(url, reason));
        }
      }
    }
    return () -> told.forEach(Runnable::run);
  }

  /** Only with the lock held: all that waits for an answer or for events, each once. */
  private List<Request> requests() {
    List<Request> all = new ArrayList<>();
    subscriptions.forEach((id, subscription) -> {
      if (id.equals(subscription.id())) {
        all.add(subscription);
      }
    });
    all.addAll(pending.values());
    all.addAll(counts.values());
    return all;
  }

  private @Nullable RunningSubscription subscription(String id) {
    lock.lock();
    try {
      return subscriptions.get(id);
    } finally {
      lock.unlock();
    }
  }

  /** Only with the lock held. */
  private void moveTo(RelayState next) {
    state = next;
    if (untold.size() == UNTOLD_STATES) {
      untold.removeFirst();
    }
    untold.addLast(next);
    inbox.wake();
  }

  private void tellStates() {
    while (true) {
      RelayState next;
      lock.lock();
      try {
        if (untold.isEmpty()) {
          return;
        }
        next = untold.removeFirst();
      } finally {
        lock.unlock();
      }
      for (Consumer<RelayState> listener : stateListeners) {
        try {
          listener.accept(next);
        } catch (RuntimeException e) {
          log.warn("a listener of relay {} failed", url, e);
        }
      }
    }
  }

  /** Only with the lock held; not connected means that {@link #opened} sends it later. */
  private void sendNow(ClientMessage message) {
    if (state == RelayState.CONNECTED && socket != null && !socket.send(message.toJson())) {
      socket.cancel(); // its outgoing buffer of 16 MiB is full, or it is closing
    }
  }

  private static void later(long millis, Runnable task) {
    var unused = TIMER.schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  private static void nothing() {}

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("relay-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private final class Handle implements Subscription {
    private final RunningSubscription subscription;

    Handle(RunningSubscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public void update(List<Filter> filters) {
      lock.lock();
      try {
        if (!subscriptions.containsKey(subscription.id())) {
          return;
        }
        var unused = new ClientMessage.Req(subscription.id(), filters); // throws before it is late
        subscription.formerId().ifPresent(RelayConnection.this::closeId);
        subscription.update("s" + nextSubscription++, filters);
        subscriptions.put(subscription.id(), subscription);
        sendNow(subscription.message());
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (subscriptions.containsKey(subscription.id())) {
          forget(subscription);
          subscription.formerId().ifPresent(id -> sendNow(new ClientMessage.Close(id)));
          sendNow(new ClientMessage.Close(subscription.id()));
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
        received(webSocket, text);
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
