package com.wavlake.live.nip53;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody is in a room, kind 10312 (NIP-53): replaceable, so in one room at a time.
 *
 * @param event the whole event
 * @param room where
 * @param handRaised whether they ask to speak
 */
public record RoomPresence(Event event, EventAddress room, boolean handRaised) {
  /** How often it is published anew. */
  public static final Duration REFRESH = Duration.ofMinutes(2);

  /** Older than this somebody has left: two refreshes and a little. */
  public static final Duration GONE_AFTER = Duration.ofMinutes(5);

  /**
   * Reads an event of kind 10312.
   *
   * @throws InvalidEvent naming the tag at fault
   */
  public static RoomPresence parse(Event event) {
    Tags tags = Tags.of(event, Kind.ROOM_PRESENCE);
    return new RoomPresence(event, tags.root(), tags.text("hand").filter("1"::equals).isPresent());
  }

  /** What to sign, and to sign again every {@link #REFRESH}. */
  public static EventTemplate in(EventAddress room, boolean handRaised, Instant now) {
    return in(room, handRaised, now, 0);
  }

  /**
   * The same in place of an earlier one, within the same second too.
   *
   * @param previous {@code created_at} of the one that it replaces
   */
  public static EventTemplate in(
      EventAddress room, boolean handRaised, Instant now, long previous) {
    List<Tag> tags = new ArrayList<>();
    tags.add(Tags.address(room, "root"));
    if (handRaised) {
      tags.add(Tag.of("hand", "1"));
    }
    return new EventTemplate(
        Math.max(now.getEpochSecond(), previous + 1), Kind.ROOM_PRESENCE, tags, "");
  }

  /** Whether they are still there. */
  public boolean isThere(Instant now) {
    return !now.isAfter(Instant.ofEpochSecond(event.createdAt()).plus(GONE_AFTER));
  }
}
