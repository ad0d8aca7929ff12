package com.wavlake.live.nip53;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One stream sends its viewers to another, kind 1312: {@code a} marked {@code root} is where from,
 * {@code a} marked {@code mention} where to.
 *
 * @param event the whole event
 * @param from the stream that sends
 * @param to the stream that receives
 */
public record Raid(Event event, EventAddress from, EventAddress to) {
  /** Viewers follow a raid that is no older; it is the bound of the zap.stream web app. */
  public static final Duration FOLLOWED_FOR = Duration.ofSeconds(60);

  /**
   * Reads an event of kind 1312.
   *
   * @throws InvalidEvent naming the tag at fault
   */
  public static Raid parse(Event event) {
    Tags tags = Tags.of(event, Kind.RAID);
    return new Raid(
        event,
        tags.marked("root").map(Tags::address).orElseThrow(Tags::noA),
        tags.marked("mention").map(Tags::address).orElseThrow(Tags::noA));
  }

  /** What the host of {@code from} signs; {@code message} may be empty. */
  public static EventTemplate of(EventAddress from, EventAddress to, String message, Instant now) {
    if (from.coordinate().equals(to.coordinate())) {
      throw new InvalidEvent("a", "a stream cannot raid itself");
    }
    return new EventTemplate(
        now.getEpochSecond(),
        Kind.RAID,
        List.of(Tags.address(from, "root"), Tags.address(to, "mention")),
        message);
  }

  /**
   * Whether it is young enough to be followed; that its author is the host is the caller's to know.
   */
  public boolean isToBeFollowed(Instant now) {
    Instant sent = Instant.ofEpochSecond(event.createdAt());
    return !now.isAfter(sent.plus(FOLLOWED_FOR)) && !now.isBefore(sent.minus(FOLLOWED_FOR));
  }
}
