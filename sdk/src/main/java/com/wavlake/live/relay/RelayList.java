package com.wavlake.live.relay;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where somebody publishes and where they look, kind 10002 (NIP-65).
 *
 * @param write where to read what they write
 * @param read where they see what mentions them
 */
public record RelayList(List<String> write, List<String> read) {
  /** Copies the lists, repeated URLs once. */
  public RelayList {
    write = write.stream().distinct().toList();
    read = read.stream().distinct().toList();
  }

  /**
   * Reads an event of kind 10002; entries that are no relay's URL are left out.
   *
   * @throws InvalidEvent when it is of another kind
   */
  public static RelayList parse(Event event) {
    if (event.kind() != Kind.RELAY_LIST) {
      throw new InvalidEvent("kind", event.kind() + " is not " + Kind.RELAY_LIST);
    }
    List<Tag> relays =
        event.tags("r").filter(tag -> RelayConnection.isRelayUrl(tag.value())).toList();
    return new RelayList(
        relays.stream().filter(t -> !t.get(2).equals("read")).map(Tag::value).toList(),
        relays.stream().filter(t -> !t.get(2).equals("write")).map(Tag::value).toList());
  }

  /** What its owner signs. */
  public EventTemplate toTemplate(Instant now) {
    List<Tag> tags = new ArrayList<>();
    Stream.concat(write.stream(), read.stream())
        .distinct()
        .forEach(url -> {
          boolean both = write.contains(url) && read.contains(url);
          String use = write.contains(url) ? "write" : "read";
          tags.add(both ? Tag.of("r", url) : Tag.of("r", url, use));
        });
    return new EventTemplate(now.getEpochSecond(), Kind.RELAY_LIST, tags, "");
  }
}
