package com.wavlake.ingest.server;

import com.wavlake.ingest.relay.WritePolicy;
import com.wavlake.ingest.store.StreamStore;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.ingest.time.PerMinute;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import java.time.Instant;
import java.util.Optional;

/**
 * What the relay takes: live events of the streamers hosted here, chat where it is on, and what
 * chat needs beside it.
 */
public final class HostedStreamsPolicy implements WritePolicy {
  private static final int OTHER_EVENTS_PER_MINUTE = 60;
  private static final int CHAT_PER_MINUTE = 1_200;

  private final StreamRegistry registry;
  private final StreamStore store;
  private final Time time;
  private final PerMinute quota;
  private final PerMinute chatQuota;

  /** For the streams of this server. */
  public HostedStreamsPolicy(StreamRegistry registry, StreamStore store, Time time) {
    this.registry = registry;
    this.store = store;
    this.time = time;
    this.quota = new PerMinute(OTHER_EVENTS_PER_MINUTE);
    this.chatQuota = new PerMinute(CHAT_PER_MINUTE);
  }

  @Override
  public Optional<String> refuse(Event event, String address) {
    Instant now = time.now();
    return switch (event.kind()) {
      case Kind.LIVE_STREAM -> liveStream(event);
      case Kind.CHAT_MESSAGE -> chat(event, address, now);
      case Kind.RAID, Kind.CLIP, Kind.CHAT_TIMEOUT ->
          concernsHosted(registry, event)
              ? others(address, now)
              : Optional.of("blocked: no such stream is hosted here");
      case Kind.PROFILE,
          Kind.DELETION,
          Kind.REACTION,
          Kind.MUTE_LIST,
          Kind.RELAY_LIST,
          Kind.REPORT ->
          others(address, now);
      default -> Optional.of("blocked: kind " + event.kind() + " is not taken here");
    };
  }

  private Optional<String> others(String address, Instant now) {
    return quota.use(address, now)
        ? Optional.empty()
        : Optional.of("rate-limited: " + OTHER_EVENTS_PER_MINUTE + " such events a minute");
  }

  /** Whether an {@code a} tag names a stream of this server. */
  static boolean concernsHosted(StreamRegistry registry, Event event) {
    return event
        .tags("a")
        .anyMatch(tag -> {
          try {
            return isHosted(registry, EventAddress.parse(tag.value()));
          } catch (InvalidEvent e) {
            return false;
          }
        });
  }

  static boolean isHosted(StreamRegistry registry, EventAddress at) {
    return at.kind() == Kind.LIVE_STREAM
        && registry
            .record(at.identifier())
            .filter(stream -> stream.owner().equals(at.author()))
            .isPresent();
  }

  private Optional<String> liveStream(Event event) {
    Optional<StreamRecord> stream = registry.record(event.identifier());
    return stream.isPresent() && stream.get().owner().equals(event.author())
        ? Optional.empty()
        : Optional.of(
            "blocked: this relay takes live events of streams that its author created here");
  }

  private Optional<String> chat(Event event, String address, Instant now) {
    ChatMessage message;
    try {
      message = ChatMessage.parse(event);
    } catch (InvalidEvent e) {
      return Optional.of("invalid: " + e.getMessage());
    }
    EventAddress at = message.stream();
    Optional<StreamRecord> stream =
        at.kind() == Kind.LIVE_STREAM
            ? registry.record(at.identifier()).filter(s -> s.owner().equals(at.author()))
            : Optional.empty();
    if (stream.isEmpty()) {
      return Optional.of("blocked: no such stream is hosted here");
    }
    if (!stream.get().about().enableChat()) {
      return Optional.of("blocked: chat is off for this stream");
    }
    if (stream.get().status() == StreamState.ERROR) {
      return Optional.of("blocked: this stream has failed");
    }
    int length = event.content().codePointCount(0, event.content().length());
    if (length < 1 || length > ChatMessage.MAX_CHARACTERS) {
      return Optional.of(
          "invalid: " + length + " characters, not 1 to " + ChatMessage.MAX_CHARACTERS);
    }
    if (!chatQuota.use(address, now)) { // keys are free
      return Optional.of(
          "rate-limited: " + CHAT_PER_MINUTE + " messages a minute from one address");
    }
    return store.countChatMessage(event.author(), at.identifier(), now)
        ? Optional.empty()
        : Optional.of("rate-limited: one message a second");
  }
}
