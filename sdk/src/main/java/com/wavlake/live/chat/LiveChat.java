package com.wavlake.live.chat;

import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.Subscription;
import com.wavlake.live.relay.SubscriptionListener;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chat of one stream out of many relays: history first, in order, then what comes; each message
 * once. Sending keeps the limits of 1 message a second and 500 characters. Safe for use by many
 * threads.
 */
public final class LiveChat implements AutoCloseable {
  /** How many messages of history are asked for. */
  public static final int HISTORY = 100;

  /** The least time between two messages sent. */
  public static final Duration SEND_INTERVAL = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(LiveChat.class);

  /** How long relays are waited for unless told otherwise. */
  public static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(10);

  private static final Comparator<ChatMessage> OLDEST_FIRST =
      Comparator.comparing(ChatMessage::createdAt).thenComparing(message -> message.event().id());

  private final EventAddress stream;
  private final RelayPool relays;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock sending = new ReentrantLock();
  private final Set<String> answered = new HashSet<>();
  private final List<ChatMessage> history = new ArrayList<>();
  private final Consumer<ChatMessage> listener;
  private final Subscription subscription;
  private boolean historyTold;
  private Instant lastSent = Instant.MIN;

  private LiveChat(
      EventAddress stream, RelayPool relays, Consumer<ChatMessage> listener, InstantSource clock) {
    this.stream = stream;
    this.relays = relays;
    this.listener = listener;
    this.clock = clock;
    Filter filter = Filter.kinds(Kind.CHAT_MESSAGE).tagged("a", stream.coordinate()).limit(HISTORY);
    this.subscription = relays.subscribe(List.of(filter), new Feed());
  }

  /**
   * Follows the chat. The history is told once every connected relay has sent its part, or 2
   * seconds have passed.
   *
   * @param relays not closed by this chat
   * @param listener called on a thread of ours, never twice at a time
   */
  public static LiveChat open(
      RelayPool relays, EventAddress stream, Consumer<ChatMessage> listener) {
    return open(relays, stream, listener, InstantSource.system());
  }

  /** With another clock. */
  public static LiveChat open(
      RelayPool relays, EventAddress stream, Consumer<ChatMessage> listener, InstantSource clock) {
    LiveChat chat = new LiveChat(stream, relays, listener, clock);
    Thread.ofVirtual().name("chat-history").start(chat::tellHistoryAfterPatience);
    return chat;
  }

  /**
   * Sends a message and waits for the relays.
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

  private PublishResult send(
      String text, Signer signer, Optional<ChatMessage> parent, Duration timeout) {
    ChatMessage.Draft draft = ChatMessage.to(stream);
    parent.ifPresent(draft::replyTo);
    EventTemplate template = draft.text(text, clock.instant());
    sending.lock();
    try {
      Instant now = clock.instant();
      if (now.isBefore(lastSent.plus(SEND_INTERVAL))) {
        throw new LiveException(
            LiveException.Category.CONFLICT, "one message a second: wait a moment");
      }
      PublishResult result = relays.publish(signer.sign(template), timeout).requireAccepted(1);
      lastSent = clock.instant(); // by its arrival: a relay counts from there
      return result;
    } finally {
      sending.unlock();
    }
  }

  @Override
  public void close() {
    subscription.close();
  }

  private void tellHistoryAfterPatience() {
    try {
      Thread.sleep(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      return;
    }
    tellHistory();
  }

  private void tellHistory() {
    lock.lock();
    try {
      if (!historyTold) {
        historyTold = true;
        history.sort(OLDEST_FIRST);
        history.subList(Math.max(0, history.size() - HISTORY), history.size()).forEach(this::tell);
        history.clear();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A listener that fails at one message is told the next all the same. */
  private void tell(ChatMessage message) {
    try {
      listener.accept(message);
    } catch (RuntimeException e) {
      log.warn("a chat listener failed at {}", message.event().id(), e);
    }
  }

  private final class Feed implements SubscriptionListener {
    @Override
    public void onEvent(Event event) {
      ChatMessage message;
      try {
        message = ChatMessage.parse(event);
      } catch (InvalidEvent e) {
        return; // signed, but no chat message: nobody's fault but its author's
      }
      lock.lock();
      try {
        if (historyTold) {
          tell(message);
        } else {
          history.add(message);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onEndOfStored(String relay) {
      lock.lock();
      try {
        answered.add(relay);
        if (answered.size() >= relays.connections().size()) {
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
