package com.wavlake.live.chat;

import com.wavlake.live.chat.ChatListener.Removal;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.ChatTimeout;
import com.wavlake.live.nip53.Clip;
import com.wavlake.live.nip53.HostPolicy;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.Raid;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayConnection;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.RelayState;
import com.wavlake.live.relay.Subscription;
import com.wavlake.live.relay.SubscriptionListener;
import com.wavlake.live.signer.Signer;
import com.wavlake.live.social.Deletion;
import com.wavlake.live.social.Lnurl;
import com.wavlake.live.social.MuteList;
import com.wavlake.live.social.Reaction;
import com.wavlake.live.social.ZapReceipt;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chat of one stream out of many relays: history first, in order, then what comes; each item
 * once; without what the host or the viewer muted, without what its author took back; with zaps
 * that were checked, raids and clips. Sending keeps the limits of 1 message a second and 500
 * characters. Safe for use by many threads.
 */
public final class LiveChat implements AutoCloseable {
  /** How many items of history are asked for and kept. */
  public static final int HISTORY = 100;

  /** How many a screen shows. */
  public static final int SHOWN = 50;

  /** The least time between two messages sent. */
  public static final Duration SEND_INTERVAL = Duration.ofSeconds(1);

  /** How long relays are waited for unless told otherwise. */
  public static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(10);

  private static final int MAX_UNCHECKED_ZAPS = 256;
  private static final int MAX_UNTOLD = 1_024;
  private static final Duration CONNECTING_PATIENCE = Duration.ofSeconds(8);
  private static final int MAX_RELAYS_OF_THE_STREAM = 8;
  private static final Duration HISTORY_PATIENCE = Duration.ofSeconds(2);
  private static final Duration FOLLOW_UP_PAUSE = Duration.ofMillis(500);
  private static final Logger log = LoggerFactory.getLogger(LiveChat.class);

  private final EventAddress stream;
  private final RelayPool relays;
  private final InstantSource clock;
  private final Optional<Signer> viewer;
  private final ChatListener listener;
  private final ZapCheck zapCheck;
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock sending = new ReentrantLock();
  private final Moderation moderation = new Moderation();
  private final Held held;
  private final Set<String> answered = new HashSet<>();
  private final BlockingQueue<ZapReceipt> unchecked = new ArrayBlockingQueue<>(MAX_UNCHECKED_ZAPS);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Subscription chat;
  private final Subscription followUps;

  /** What the listener has not heard yet; guarded by the lock. */
  private final Deque<Runnable> untold = new ArrayDeque<>();

  private final Condition untoldChanged = lock.newCondition();

  /** Zaps and raids that will count if the stream's event says so. */
  private final Deque<Event> parked = new ArrayDeque<>();

  private final Set<String> joined = new LinkedHashSet<>();
  private final List<Reaction> earlyReactions = new ArrayList<>();
  private PublicKey host;
  private Set<PublicKey> stage;
  private Optional<Event> streamEvent = Optional.empty();
  private Optional<EventId> goal = Optional.empty();
  private boolean historyTold;
  private boolean followUpsStale;
  private final Map<PublicKey, Instant> lastSent = new HashMap<>();

  private LiveChat(Builder builder) {
    this.stream = builder.stream;
    this.relays = builder.relays;
    this.clock = builder.clock;
    this.viewer = builder.viewer;
    this.listener = builder.listener;
    this.zapCheck = builder.zapCheck.orElseGet(() -> ZapCheck.by(builder.relays, Lnurl.standard()));
    this.held = new Held(moderation);
    this.host = stream.author();
    this.stage = Set.of(host);
    Feed feed = new Feed();
    lock.lock(); // a relay may answer before the second subscription stands
    try {
      this.chat = relays.subscribe(filters(), feed);
      this.followUps = relays.subscribe(followUpFilters(), event -> feed.onEvent(event));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Follows what is said. The history is told once every connected relay has sent its part, or 2
   * seconds have passed.
   *
   * @param relays not closed by this chat
   * @param listener called on a thread of ours, never twice at a time
   */
  public static LiveChat open(
      RelayPool relays, EventAddress stream, Consumer<ChatMessage> listener) {
    return of(relays, stream)
        .open(item -> {
          if (item instanceof ChatItem.Said said) {
            listener.accept(said.message());
          }
        });
  }

  /**
   * Starts to follow a chat with more of what happens in it.
   *
   * @param relays not closed by the chat; relays that the stream's event names are added to it,
   *     where they are at public addresses
   */
  public static Builder of(RelayPool relays, EventAddress stream) {
    return new Builder(relays, stream);
  }

  /** How a chat is followed. */
  public static final class Builder {
    private final RelayPool relays;
    private final EventAddress stream;
    private Optional<Signer> viewer = Optional.empty();
    private Optional<ZapCheck> zapCheck = Optional.empty();
    private InstantSource clock = InstantSource.system();
    private ChatListener listener = item -> {};

    private Builder(RelayPool relays, EventAddress stream) {
      this.relays = relays;
      this.stream = stream;
    }

    /** Who watches: what they muted is not shown, in private too where the signer can decrypt. */
    public Builder viewer(Signer signer) {
      viewer = Optional.of(signer);
      return this;
    }

    /** Who vouches for zaps; by default the payment server that the recipient's profile names. */
    public Builder zaps(ZapCheck check) {
      zapCheck = Optional.of(check);
      return this;
    }

    /** With another clock. */
    public Builder clock(InstantSource newClock) {
      clock = newClock;
      return this;
    }

    /** Starts. */
    public LiveChat open(ChatListener newListener) {
      listener = newListener;
      LiveChat chat = new LiveChat(this);
      Thread.ofVirtual().name("chat-listener").start(chat::tellListener);
      Thread.ofVirtual().name("chat-history").start(chat::tellHistoryAfterPatience);
      Thread.ofVirtual().name("chat-zaps").start(chat::checkZaps);
      Thread.ofVirtual().name("chat-follow-ups").start(chat::followUp);
      return chat;
    }
  }

  /** The last items, oldest first, {@link #HISTORY} at most. */
  public List<ChatItem> history() {
    lock.lock();
    try {
      return held.last(HISTORY);
    } finally {
      lock.unlock();
    }
  }

  /** The last items that fit a screen, oldest first, {@link #SHOWN} at most. */
  public List<ChatItem> shown() {
    lock.lock();
    try {
      return held.last(SHOWN);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends a message and waits for the relays. One that says "rate-limited" is not asked again: its
   * words are in the refusal.
   *
   * @throws InvalidEvent when the text is blank or over 500 characters
   * @throws LiveException CONFLICT when the last message is less than a second old; REFUSED when no
   *     relay took it
   */
  public PublishResult send(String text, Signer signer) {
    return send(text, signer, Optional.empty(), PUBLISH_TIMEOUT);
  }

  /** Sends a message, waiting for the relays this long at most. */
  public PublishResult send(String text, Signer signer, Duration timeout) {
    return send(text, signer, Optional.empty(), timeout);
  }

  /** Sends an answer to {@code parent}. */
  public PublishResult reply(ChatMessage parent, String text, Signer signer) {
    return send(text, signer, Optional.of(parent), PUBLISH_TIMEOUT);
  }

  /** Sends an answer to {@code parent}, waiting for the relays this long at most. */
  public PublishResult reply(ChatMessage parent, String text, Signer signer, Duration timeout) {
    return send(text, signer, Optional.of(parent), timeout);
  }

  private PublishResult send(
      String text, Signer signer, Optional<ChatMessage> parent, Duration timeout) {
    ChatMessage.Draft draft = ChatMessage.to(stream);
    parent.ifPresent(draft::replyTo);
    EventTemplate template = draft.text(text, clock.instant());
    sending.lock();
    try {
      Instant now = clock.instant();
      lastSent.values().removeIf(sent -> !now.isBefore(sent.plus(SEND_INTERVAL)));
      if (lastSent.containsKey(signer.publicKey())) {
        throw new LiveException(
            LiveException.Category.CONFLICT, "one message a second: wait a moment");
      }
      PublishResult result = relays.publishOnce(signer.sign(template), timeout).requireAccepted(1);
      lastSent.put(
          signer.publicKey(), clock.instant()); // by its arrival: a relay counts from there
      return result;
    } finally {
      sending.unlock();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    chat.close();
    followUps.close();
    lock.lock();
    try {
      untold.clear();
      untoldChanged.signalAll();
      joined.forEach(relays::removePublic); // what the stream named was asked for its sake
      joined.clear();
    } finally {
      lock.unlock();
    }
  }

  private List<Filter> filters() {
    List<Filter> filters = new ArrayList<>();
    String a = stream.coordinate();
    filters.add(Filter.kinds(Kind.CHAT_MESSAGE).tagged("a", a).limit(HISTORY));
    filters.add(Filter.kinds(Kind.RAID, Kind.CLIP, Kind.ZAP_RECEIPT).tagged("a", a).limit(HISTORY));
    filters.add(Filter.at(stream));
    filters.add(Filter.kinds(Kind.CHAT_TIMEOUT).by(host).limit(HISTORY));
    filters.add(Filter.kinds(Kind.MUTE_LIST).by(host));
    viewer.ifPresent(v -> filters.add(Filter.kinds(Kind.MUTE_LIST).by(v.publicKey())));
    return filters;
  }

  /** What refers to what is held: relays cannot know that without being told the ids. */
  private List<Filter> followUpFilters() {
    List<Filter> filters = new ArrayList<>();
    String[] ids = held.ids().toArray(String[]::new);
    filters.add(
        ids.length == 0
            ? Filter.kinds(Kind.DELETION).tagged("a", stream.coordinate())
            : Filter.kinds(Kind.DELETION, Kind.REACTION).tagged("e", ids));
    goal.ifPresent(id -> filters.add(Filter.kinds(Kind.ZAP_RECEIPT).tagged("e", id.hex())));
    return filters;
  }

  /** From the first connection on: a relay far away is waited for, a dead one is not. */
  private void tellHistoryAfterPatience() {
    try {
      long end = System.nanoTime() + CONNECTING_PATIENCE.toNanos();
      while (relays.connectedCount() == 0 && System.nanoTime() < end) {
        if (closed.await(50, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      if (!closed.await(HISTORY_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        lock.lock();
        try {
          tellHistory();
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Only with the lock held. */
  private void tellHistory() {
    if (!historyTold) {
      historyTold = true;
      held.last(HISTORY).forEach(this::tell);
      earlyReactions.forEach(this::reacted);
      earlyReactions.clear();
    }
  }

  /** Calls the listener, one call after the other, without the lock. */
  private void tellListener() {
    try {
      while (closed.getCount() > 0) {
        Runnable next;
        lock.lock();
        try {
          while (untold.isEmpty() && closed.getCount() > 0) {
            untoldChanged.await();
          }
          if (untold.isEmpty()) {
            return;
          }
          next = untold.removeFirst();
          untoldChanged.signalAll();
        } finally {
          lock.unlock();
        }
        try {
          next.run();
        } catch (RuntimeException e) { // one that fails is told the next all the same
          log.warn("a chat listener failed", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Only with the lock held. */
  private void later(Runnable call) {
    untold.addLast(call);
    untoldChanged.signalAll();
  }

  /** Only with the lock held, which is let go of while a listener is far behind. */
  private void awaitListener() {
    try {
      while (untold.size() > MAX_UNTOLD && closed.getCount() > 0) {
        untoldChanged.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks for what refers to new items, for many of them at once. */
  private void followUp() {
    try {
      while (!closed.await(FOLLOW_UP_PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        lock.lock();
        try {
          if (followUpsStale) {
            followUpsStale = false;
            followUps.update(followUpFilters());
          }
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Zaps wait for payment servers elsewhere, and nothing waits for them. */
  private void checkZaps() {
    try {
      while (closed.getCount() > 0) {
        ZapReceipt zap = unchecked.poll(1, TimeUnit.SECONDS);
        if (zap != null) {
          check(zap);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void check(ZapReceipt zap) {
    try {
      Optional<Lnurl.Provider> provider = zapCheck.providerOf(zap.recipient());
      if (provider.isPresent()) {
        ZapReceipt counted = zap.requireBy(provider.get());
        lock.lock();
        try {
          add(new ChatItem.Zapped(counted));
        } finally {
          lock.unlock();
        }
      }
    } catch (InvalidEvent e) {
      log.debug("a zap does not count: {}", e.getMessage());
    } catch (RuntimeException e) { // a check of the user's own must not be the last
      log.warn("a zap could not be checked", e);
    }
  }

  /** Only with the lock held. */
  private void add(ChatItem item) {
    if (held.add(item, clock.instant(), historyTold)) {
      followUpsStale = true;
      if (historyTold) {
        tell(item);
      }
    }
  }

  /** Only with the lock held: what is hidden now, and what is not any more. */
  private void review() {
    for (Held.Change change : held.review()) {
      if (!historyTold) {
        continue;
      }
      if (change.removal().isPresent()) {
        Removal why = change.removal().get();
        later(() -> listener.onRemoved(change.item(), why));
      } else {
        tell(change.item());
      }
    }
  }

  private void tell(ChatItem item) {
    later(() -> listener.onItem(item));
  }

  /** Only with the lock held. */
  private void reacted(Reaction reaction) {
    Optional<ChatItem> item = held.find(reaction.target());
    if (item.isPresent() && !moderation.hides(reaction.event().author())) {
      later(() -> listener.onReaction(item.get(), reaction));
    }
  }

  /** A relay that is not connected has no part to send, and is not waited for. */
  private List<String> connected() {
    return relays.connections().stream()
        .filter(c -> c.state() == RelayState.CONNECTED || c.state() == RelayState.CONNECTING)
        .map(RelayConnection::url)
        .toList();
  }

  private final class Feed implements SubscriptionListener {
    @Override
    public void onEvent(Event event) {
      lock.lock();
      try {
        switch (event.kind()) {
          case Kind.CHAT_MESSAGE -> said(event);
          case Kind.RAID -> raided(event);
          case Kind.CLIP -> add(new ChatItem.Clipped(Clip.parse(event)));
          case Kind.ZAP_RECEIPT -> zapped(event);
          case Kind.LIVE_STREAM -> streamed(event);
          case Kind.CHAT_TIMEOUT -> silenced(event);
          case Kind.MUTE_LIST -> muted(event);
          case Kind.DELETION -> deleted(event);
          case Kind.REACTION -> {
            Reaction reaction = Reaction.parse(event);
            if (historyTold) {
              reacted(reaction);
            } else if (earlyReactions.size() < HISTORY) {
              earlyReactions.add(reaction); // its message has not been told yet
            }
          }
          default -> {}
        }
      } catch (InvalidEvent e) {
        log.debug("signed, but malformed: {}", e.getMessage()); // its author's fault alone
      } finally {
        awaitListener();
        lock.unlock();
      }
    }

    private void said(Event event) {
      ChatMessage message = ChatMessage.parse(event);
      if (message.stream().coordinate().equals(stream.coordinate())) {
        add(new ChatItem.Said(message)); // of another stream it only mentions this one
      }
    }

    /**
     * Away from here only the host sends, and to here only the one who hosts what they come from.
     */
    private void raided(Event event) {
      Raid raid = Raid.parse(event);
      if (raid.from().coordinate().equals(stream.coordinate())) {
        if (event.author().equals(host)) {
          add(new ChatItem.Raided(raid));
        } else {
          park(event);
        }
      } else if (raid.to().coordinate().equals(stream.coordinate())
          && raid.from().author().equals(event.author())) {
        add(new ChatItem.Raided(raid));
      }
    }

    /** Somebody off stage could pay themselves any sum by a payment server of their own. */
    private void zapped(Event event) {
      ZapReceipt zap = ZapReceipt.parse(event);
      if (!stage.contains(zap.recipient())) {
        park(event);
      } else if (!held.contains(event.id()) && !unchecked.offer(zap)) {
        log.debug("too many zaps at a time: {} is not shown", event.id());
      }
    }

    /** The stream's event, which says who is on stage, may come after what it decides on. */
    private void park(Event event) {
      if (parked.size() == HISTORY) {
        parked.removeFirst();
      }
      parked.addLast(event);
    }

    private void unpark() {
      List<Event> waiting = List.copyOf(parked);
      parked.clear();
      for (Event event : waiting) {
        if (event.kind() == Kind.RAID) {
          raided(event);
        } else {
          zapped(event);
        }
      }
    }

    private void streamed(Event event) {
      if (streamEvent.isPresent() && !event.supersedes(streamEvent.get())) {
        return;
      }
      LiveStream newest = LiveStream.parse(event);
      streamEvent = Optional.of(event);
      stage = new HashSet<>();
      newest.participants().forEach(participant -> stage.add(participant.key()));
      PublicKey newHost = HostPolicy.NAMED.hostOf(newest, event.author());
      stage.add(newHost);
      stage.add(event.author());
      join(newest.relays().stream().limit(MAX_RELAYS_OF_THE_STREAM).toList());
      if (!newHost.equals(host)) {
        host = newHost;
        moderation.forgetHost();
        chat.update(filters());
        review();
      }
      unpark();
      if (!newest.goal().equals(goal)) {
        goal = newest.goal();
        followUpsStale = true;
      }
      later(() -> listener.onStream(newest));
    }

    /** Those that this version names and no others, of what is there for this chat's sake. */
    private void join(List<String> urls) {
      if (closed.getCount() == 0) {
        return;
      }
      for (String url : List.copyOf(joined)) {
        if (!urls.contains(url)) {
          joined.remove(url);
          relays.removePublic(url);
        }
      }
      for (String url : urls) {
        if (!joined.contains(url) && relays.addPublic(url)) {
          joined.add(url);
        }
      }
    }

    private void silenced(Event event) {
      if (event.author().equals(host)) {
        moderation.timeout(ChatTimeout.parse(event));
        review();
      }
    }

    private void muted(Event event) {
      boolean changed = false;
      if (event.author().equals(host)) {
        changed = moderation.hostMutes(event);
      }
      if (viewer.isPresent() && event.author().equals(viewer.get().publicKey())) {
        boolean newest = moderation.viewerMutes(event);
        changed |= newest;
        if (newest && event.content().isEmpty()) {
          moderation.viewerMutes(event, MuteList.empty()); // nothing in private any more
        }
        Thread.ofVirtual().name("chat-mutes").start(() -> open(event, viewer.get()));
      }
      if (changed) {
        review();
      }
    }

    /** The private part, elsewhere: a remote signer may take its time. */
    private void open(Event event, Signer owner) {
      if (event.content().isEmpty() || !owner.capabilities().contains(Signer.Capability.NIP44)) {
        return;
      }
      try {
        MuteList list = MuteList.parse(event, owner);
        lock.lock();
        try {
          if (moderation.viewerMutes(event, list)) {
            review();
          }
        } finally {
          lock.unlock();
        }
      } catch (LiveException e) {
        log.debug("the private part of the mute list stays closed: {}", e.getMessage());
      }
    }

    private void deleted(Event event) {
      moderation.deletion(Deletion.parse(event));
      review();
    }

    @Override
    public void onEndOfStored(String relay) {
      lock.lock();
      try {
        answered.add(relay);
        if (answered.containsAll(connected())) {
          tellHistory();
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onClosed(String relay, String reason) {
      onEndOfStored(relay);
    }
  }
}
