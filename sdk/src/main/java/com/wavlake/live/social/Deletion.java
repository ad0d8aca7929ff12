package com.wavlake.live.social;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A request to delete one's own events, kind 5 (NIP-09).
 *
 * @param event the whole event
 * @param ids events by id
 * @param addresses events by address, in versions up to the request's own time
 */
public record Deletion(Event event, List<EventId> ids, List<EventAddress> addresses) {
  /** Copies the lists. */
  public Deletion {
    ids = List.copyOf(ids);
    addresses = List.copyOf(addresses);
  }

  /**
   * Reads an event of kind 5; entries that are malformed are left out.
   *
   * @throws InvalidEvent when it is of another kind
   */
  public static Deletion parse(Event event) {
    if (event.kind() != Kind.DELETION) {
      throw new InvalidEvent("kind", event.kind() + " is not " + Kind.DELETION);
    }
    return new Deletion(
        event,
        Lenient.each(event.tags("e"), tag -> EventId.parse(tag.value())),
        Lenient.each(event.tags("a"), tag -> EventAddress.parse(tag.value())));
  }

  /** What the author of {@code events} signs. */
  public static EventTemplate of(List<Event> events, String reason, Instant now) {
    List<Tag> tags = new ArrayList<>();
    for (Event event : events) {
      tags.add(Tag.of("e", event.id().hex()));
      if (Kind.isAddressable(event.kind()) || Kind.isReplaceable(event.kind())) {
        tags.add(Tag.of("a", event.address().coordinate()));
      }
    }
    events.stream()
        .map(Event::kind)
        .distinct()
        .forEach(kind -> tags.add(Tag.of("k", Integer.toString(kind))));
    return new EventTemplate(now.getEpochSecond(), Kind.DELETION, tags, reason);
  }

  /** Whether it asks for this event to go: one's own only, and no deletion. */
  public boolean covers(Event other) {
    if (!other.author().equals(event.author()) || other.kind() == Kind.DELETION) {
      return false;
    }
    boolean byAddress =
        other.createdAt() <= event.createdAt()
            && addresses.stream()
                .anyMatch(a -> a.coordinate().equals(other.address().coordinate()));
    return ids.contains(other.id()) || byAddress;
  }
}
