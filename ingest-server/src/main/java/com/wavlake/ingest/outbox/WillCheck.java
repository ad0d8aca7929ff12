package com.wavlake.ingest.outbox;

import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a last will has to be. */
public final class WillCheck {
  /** The most relays that one goes to, this server's own not counted. */
  public static final int MAX_RELAYS = 10;

  private static final int MAX_BYTES = 16 << 10;
  private static final int MAX_URL = 255;
  private static final Duration BEHIND = Duration.ofMinutes(1);
  private static final Duration AHEAD = Duration.ofMinutes(15);

  private WillCheck() {}

  /**
   * The will in a request's body.
   *
   * @throws WillRefused naming what is wrong
   */
  public static LastWill parse(byte[] body, StreamRecord stream, Instant now) throws WillRefused {
    if (body.length > MAX_BYTES) {
      throw new WillRefused("event", "is over " + MAX_BYTES + " bytes");
    }
    Event event;
    Optional<LiveStream.Status> status;
    try {
      event = Event.parse(new String(body, StandardCharsets.UTF_8));
      if (event.kind() != Kind.LIVE_STREAM) {
        throw new WillRefused("kind", event.kind() + " is not " + Kind.LIVE_STREAM);
      }
      status = LiveStream.parse(event).status();
    } catch (InvalidEvent e) {
      throw new WillRefused(e.field(), String.valueOf(e.getMessage()));
    }
    if (!event.author().equals(stream.owner())) {
      throw new WillRefused("pubkey", "is not the stream's owner");
    }
    if (!event.identifier().equals(stream.id())) {
      throw new WillRefused("d", "is not this stream's id " + stream.id());
    }
    if (!status.equals(Optional.of(LiveStream.Status.ENDED))) {
      throw new WillRefused("status", "is not ended");
    }
    Instant stamped = Instant.ofEpochSecond(Math.min(event.createdAt(), Integer.MAX_VALUE * 2L));
    if (stamped.isBefore(now.minus(BEHIND)) || stamped.isAfter(now.plus(AHEAD))) {
      throw new WillRefused(
          "created_at",
          "is not within " + AHEAD.toMinutes() + " minutes from now; it is to be stamped ahead");
    }
    if (!event.verify()) {
      throw new WillRefused("sig", "id or signature is wrong");
    }
    return new LastWill(stream.id(), event, now);
  }

  /** Where it goes: this server's own relay, and those that the event names, the first ten. */
  public static List<String> relays(Event event, String ownRelay) {
    Set<String> relays = new LinkedHashSet<>();
    relays.add(ownRelay);
    event
        .tags("relays")
        .flatMap(tag -> tag.values().stream().skip(1))
        .filter(WillCheck::isRelayUrl)
        .limit(MAX_RELAYS)
        .forEach(relays::add);
    return new ArrayList<>(relays);
  }

  private static boolean isRelayUrl(String text) {
    try {
      URI uri = URI.create(text);
      return text.length() <= MAX_URL
          && ("ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
