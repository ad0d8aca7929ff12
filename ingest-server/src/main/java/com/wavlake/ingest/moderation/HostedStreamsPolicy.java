package com.wavlake.ingest.moderation;

import com.wavlake.ingest.relay.WritePolicy;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.ingest.time.PeerGroup;
import com.wavlake.ingest.time.PerMinute;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.ChatTimeout;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the relay takes: live events of the streamers hosted here, chat where it is on, and what
 * chat needs beside it.
 */
public final class HostedStreamsPolicy implements WritePolicy {
  private static final Logger log = LoggerFactory.getLogger(HostedStreamsPolicy.class);
  private static final int OTHERS_OF_ADDRESS = 60;
  private static final int OTHERS_OF_AUTHOR = 30;

  /** Of the {@code a} tags of an event: each costs a look at the streams. */
  static final int MOST_NAMED = 5;

  /** Where a tag says what it stands for: {@code ["a", address, relay, marker]}. */
  private static final int MARKER = 3;

  private static final int CHAT_CHARACTERS = 8 << 10;

  /** They carry an invoice, and the request in full. */
  private static final int RECEIPT_CHARACTERS = 16 << 10;

  private final StreamRegistry registry;
  private final ChatPolicy chat;
  private final ChatBook book;
  private final ZapReceipts zaps;
  private final Time time;
  private final int perMinute;
  private final PerMinute ofAddress = new PerMinute(OTHERS_OF_ADDRESS);
  private final PerMinute ofAuthor = new PerMinute(OTHERS_OF_AUTHOR);
  private final PerMinute messages;

  /**
   * For the streams of this server.
   *
   * @param perMinute chat messages and live events of one address: keys are free
   */
  public HostedStreamsPolicy(
      StreamRegistry registry,
      ChatPolicy chat,
      ChatBook book,
      ZapReceipts zaps,
      Time time,
      int perMinute) {
    this.registry = registry;
    this.chat = chat;
    this.book = book;
    this.zaps = zaps;
    this.time = time;
    this.perMinute = perMinute;
    this.messages = new PerMinute(perMinute);
  }

  @Override
  public Optional<String> refuse(Event event, String address) {
    return switch (event.kind()) {
      case Kind.LIVE_STREAM -> liveStream(event).or(() -> tooMany(address));
      case Kind.CHAT_MESSAGE -> chat(event, address);
      case Kind.RAID, Kind.CLIP, Kind.CHAT_TIMEOUT, Kind.ZAP_GOAL ->
          others(
              event,
              address,
              () ->
                  tooLarge(event)
                      .or(() ->
                          concernsHosted(event)
                              ? intoChat(event)
                              : Optional.of("blocked: no such stream is hosted here")));
      case Kind.ZAP_RECEIPT ->
          others(
              event,
              address,
              () ->
                  tooLarge(event, RECEIPT_CHARACTERS)
                      .or(() ->
                          ZapReceipts.stream(event).filter(this::isHosted).isPresent()
                              ? zaps.refuse(event)
                              : Optional.of("blocked: it is for no stream that is hosted here")));
      case Kind.DELETION, Kind.REACTION -> others(event, address, () -> tooLarge(event));
      case Kind.PROFILE, Kind.MUTE_LIST, Kind.RELAY_LIST, Kind.REPORT ->
          others(event, address, Optional::empty);
      default -> Optional.of("blocked: kind " + event.kind() + " is not taken here");
    };
  }

  /** A host's word against somebody in their chat counts from now on. */
  @Override
  public void taken(Event event) {
    if (event.kind() != Kind.CHAT_TIMEOUT) {
      return;
    }
    try {
      ChatTimeout timeout = ChatTimeout.parse(event);
      event
          .tags("a")
          .limit(MOST_NAMED)
          .map(tag -> EventAddress.parse(tag.value()))
          .filter(at -> at.author().equals(event.author()) && isHosted(at))
          .forEach(at -> {
            if (!book.ban(
                at.identifier(), timeout.who(), Optional.of(timeout.until()), time.now())) {
              log.warn("stream {}: over {} bans", at.identifier(), ChatRules.MAX_BANS);
            }
          });
    } catch (InvalidEvent e) {
      log.debug("a timeout that names nobody: {}", e.getMessage());
    }
  }

  /** An author's quota is used up by what is taken alone: anybody may send anybody's events. */
  private Optional<String> others(Event event, String address, Supplier<Optional<String>> check) {
    Instant now = time.now();
    if (!ofAddress.use(PeerGroup.of(address), now)) {
      return Optional.of(
          "rate-limited: " + OTHERS_OF_ADDRESS + " such events a minute and address");
    }
    return check
        .get()
        .or(() ->
            ofAuthor.use(event.author().hex(), now)
                ? Optional.empty()
                : Optional.of("rate-limited: " + OTHERS_OF_AUTHOR + " such events a minute"));
  }

  private Optional<String> tooMany(String address) {
    return address.isEmpty() || messages.use(PeerGroup.of(address), time.now())
        ? Optional.empty()
        : Optional.of("rate-limited: " + perMinute + " events a minute from one address");
  }

  /** Whether an {@code a} tag names a stream of this server. */
  boolean concernsHosted(Event event) {
    return event.tags("a").limit(MOST_NAMED).flatMap(this::hosted).findAny().isPresent();
  }

  private Stream<StreamRecord> hosted(Tag a) {
    try {
      return hosted(EventAddress.parse(a.value())).stream();
    } catch (InvalidEvent e) {
      return Stream.empty();
    }
  }

  /**
   * Why a raid or a clip, which viewers see among what is said, is not taken: in the chats of this
   * server it is for its author may not speak, or nobody may. A raid is for where it goes.
   */
  private Optional<String> intoChat(Event event) {
    if (event.kind() != Kind.RAID && event.kind() != Kind.CLIP) {
      return Optional.empty();
    }
    return event
        .tags("a")
        .limit(MOST_NAMED)
        .filter(tag -> event.kind() == Kind.CLIP || !tag.get(MARKER).equals("root"))
        .flatMap(this::hosted)
        .flatMap(stream -> intoChat(event, stream).stream())
        .findFirst();
  }

  private Optional<String> intoChat(Event event, StreamRecord stream) {
    if (!stream.about().enableChat()) {
      return Optional.of("blocked: chat is off for this stream");
    }
    return stream.owner().equals(event.author())
        ? Optional.empty()
        : ChatPolicy.banned(event.author(), book.rules(stream.id()), time.now());
  }

  private boolean isHosted(EventAddress at) {
    return hosted(at).isPresent();
  }

  private Optional<StreamRecord> hosted(EventAddress at) {
    return at.kind() == Kind.LIVE_STREAM
        ? registry.record(at.identifier()).filter(stream -> stream.owner().equals(at.author()))
        : Optional.empty();
  }

  private Optional<String> liveStream(Event event) {
    return isHosted(event.address())
        ? Optional.empty()
        : Optional.of(
            "blocked: this relay takes live events of streams that its author created here");
  }

  /** What takes part in a chat is short, whatever is in its tags. */
  private static Optional<String> tooLarge(Event event) {
    return tooLarge(event, CHAT_CHARACTERS);
  }

  private static Optional<String> tooLarge(Event event, int most) {
    return event.toJson().length() > most
        ? Optional.of("invalid: over " + most + " characters, tags and all")
        : Optional.empty();
  }

  private Optional<String> chat(Event event, String address) {
    Optional<String> problem =
        tooLarge(event).or(() -> tooMany(address)).or(() -> ChatPolicy.oneChat(event));
    if (problem.isPresent()) {
      return problem;
    }
    EventAddress at;
    try {
      at = ChatMessage.parse(event).stream();
    } catch (InvalidEvent e) {
      return Optional.of("invalid: " + e.getMessage());
    }
    Optional<StreamRecord> stream = hosted(at);
    if (stream.isEmpty()) {
      return Optional.of("blocked: no such stream is hosted here");
    }
    if (!stream.get().about().enableChat()) {
      return Optional.of("blocked: chat is off for this stream");
    }
    if (stream.get().status() == StreamState.ERROR) {
      return Optional.of("blocked: this stream has failed");
    }
    return chat.refuse(event, at.identifier(), book.rules(at.identifier()), time.now());
  }
}
