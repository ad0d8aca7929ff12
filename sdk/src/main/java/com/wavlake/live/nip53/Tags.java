package com.wavlake.live.nip53;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** An event's tags read by name. Every tag is kept in its order. */
record Tags(List<Tag> list) {
  /** 9999-12-31. */
  private static final long LATEST = 253_402_300_799L;

  Tags {
    list = List.copyOf(list);
  }

  /** Those of an event, which has to be of this kind. */
  static Tags of(Event event, int kind) {
    if (event.kind() != kind) {
      throw new InvalidEvent("kind", event.kind() + " is not " + kind);
    }
    if (event.createdAt() > LATEST) {
      throw new InvalidEvent("created_at", event.createdAt() + " is no time of this era");
    }
    return new Tags(event.tags());
  }

  Stream<Tag> all(String name) {
    return list.stream().filter(tag -> tag.name().equals(name));
  }

  /** The values of all tags of that name that have one, in order. */
  List<String> values(String name) {
    return all(name).map(Tag::value).filter(Predicate.not(String::isEmpty)).toList();
  }

  /** The first value of that name that is not empty. */
  Optional<String> text(String name) {
    return values(name).stream().findFirst();
  }

  String require(String name) {
    return text(name).orElseThrow(() -> new InvalidEvent(name, "is missing"));
  }

  /** Everything behind the name of all tags of that name: {@code relays} is one tag of many. */
  List<String> flat(String name) {
    return all(name).flatMap(tag -> tag.values().stream().skip(1)).toList();
  }

  Optional<Instant> instant(String name) {
    return number(name, LATEST).map(Instant::ofEpochSecond);
  }

  OptionalInt count(String name) {
    Optional<Long> count = number(name, Integer.MAX_VALUE);
    return count.isPresent() ? OptionalInt.of(Math.toIntExact(count.get())) : OptionalInt.empty();
  }

  private Optional<Long> number(String name, long max) {
    try {
      return text(name).map(Long::valueOf).filter(n -> n >= 0 && n <= max);
    } catch (NumberFormatException e) {
      throw new InvalidEvent(name, "not a number: " + text(name).orElse(""));
    }
  }

  /**
   * What an event belongs to: the {@code a} marked {@code root}, else the first without a marker.
   */
  EventAddress root() {
    return marked("root").or(() -> marked("")).map(Tags::address).orElseThrow(Tags::noA);
  }

  /** The first {@code d}, which is the event's address, be it empty. */
  String identifier() {
    return all("d").findFirst().map(Tag::value).orElse("");
  }

  Optional<Tag> marked(String marker) {
    return all("a").filter(tag -> tag.get(3).equals(marker)).findFirst();
  }

  static InvalidEvent noA() {
    return new InvalidEvent("a", "is missing");
  }

  static EventAddress address(Tag a) {
    return EventAddress.parse(a.value())
        .withRelays(a.get(2).isEmpty() ? List.of() : List.of(a.get(2)));
  }

  static Tag address(EventAddress address, String marker) {
    String hint = address.relays().stream().findFirst().orElse("");
    return Tag.of("a", address.coordinate(), hint, marker);
  }

  List<Participant> participants() {
    return all("p").map(Participant::of).toList();
  }

  /** Edits tags in place; a tag that is new goes where {@code order} has it, unknown ones last. */
  static final class Editor {
    private final List<Tag> tags;
    private final List<String> order;

    Editor(List<Tag> tags, List<String> order) {
      this.tags = new ArrayList<>(tags);
      this.order = order;
    }

    Tags tags() {
      return new Tags(tags);
    }

    /** The value of the first tag of that name that has one. */
    Optional<String> text(String name) {
      return tags().text(name);
    }

    void require(String name) {
      tags().require(name);
    }

    /**
     * Sets the first tag of that name where it stands, or inserts it; an empty value removes all of
     * that name.
     */
    void put(String name, String value) {
      if (value.isEmpty()) {
        remove(name);
        return;
      }
      for (int i = 0; i < tags.size(); i++) {
        if (tags.get(i).name().equals(name)) {
          tags.set(i, tags.get(i).withValue(value));
          return;
        }
      }
      insert(Tag.of(name, value));
    }

    void put(String name, Instant when) {
      put(name, Long.toString(when.getEpochSecond()));
    }

    void put(String name, int count) {
      if (count < 0) {
        throw new InvalidEvent(name, count + " is negative");
      }
      put(name, Integer.toString(count));
    }

    void remove(String name) {
      replace(name, List.of());
    }

    /**
     * Puts {@code replacements} where the first tag of that name stood, and drops the others of
     * that name.
     */
    void replace(String name, List<Tag> replacements) {
      int at = -1;
      for (int i = 0; i < tags.size(); i++) {
        if (tags.get(i).name().equals(name)) {
          at = i;
          break;
        }
      }
      tags.removeIf(tag -> tag.name().equals(name));
      if (at >= 0) {
        tags.addAll(at, replacements);
      } else {
        replacements.forEach(this::insert);
      }
    }

    /** One tag a value; blank ones are left out. */
    void replaceAll(String name, List<String> values) {
      replace(name, written(values).map(value -> Tag.of(name, value)).toList());
    }

    /** One tag with all values; none without values. */
    void replaceFlat(String name, List<String> values) {
      String[] all = written(values).toArray(String[]::new);
      replace(name, all.length == 0 ? List.of() : List.of(Tag.of(name, all)));
    }

    private static Stream<String> written(List<String> values) {
      return values.stream().filter(Predicate.not(String::isBlank)).distinct();
    }

    /**
     * Sets what others write as {@code synonym}: that is edited where it stands, and keeps its name
     * unless it is to be written as {@code name} alone.
     */
    void put(String name, String synonym, boolean rename, String value) {
      if (value.isEmpty()) {
        remove(name);
        remove(synonym);
        return;
      }
      boolean had = text(synonym).isPresent();
      if (had && rename) {
        boolean both = text(name).isPresent();
        replace(synonym, both ? List.of() : List.of(Tag.of(name, value)));
        put(name, value);
      } else if (had) {
        put(synonym, value);
        if (text(name).isPresent()) {
          put(name, value);
        }
      } else {
        put(name, value);
      }
    }

    /** Puts somebody first among the {@code p}; nobody else moves. */
    void putFirst(Participant participant) {
      int first = indexOf("p", "");
      int there = indexOf("p", participant.key().hex());
      Tag tag = renewed(participant, there);
      if (there >= 0 && there == first) {
        tags.set(first, tag);
        return;
      }
      if (there >= 0) {
        tags.remove(there);
      }
      if (first >= 0) {
        tags.add(first, tag);
      } else {
        insert(tag);
      }
    }

    /** Adds somebody behind those there, or renews their tag where it stands. */
    void put(Participant participant) {
      int there = indexOf("p", participant.key().hex());
      if (there >= 0) {
        tags.set(there, renewed(participant, there));
      } else {
        insert(participant.toTag());
      }
    }

    /** Their tag with key, relay and role anew; what follows stays unless there is a new proof. */
    private Tag renewed(Participant participant, int at) {
      Tag fresh = participant.toTag();
      if (at < 0 || !participant.proof().isEmpty() || tags.get(at).size() <= fresh.size()) {
        return fresh;
      }
      List<String> values = new ArrayList<>(fresh.values());
      values.addAll(tags.get(at).values().subList(fresh.size(), tags.get(at).size()));
      return new Tag(values);
    }

    /** The first tag of that name, and of that value unless it is empty; -1 for none. */
    private int indexOf(String name, String value) {
      for (int i = 0; i < tags.size(); i++) {
        Tag tag = tags.get(i);
        if (tag.name().equals(name) && (value.isEmpty() || tag.value().equals(value))) {
          return i;
        }
      }
      return -1;
    }

    void insert(Tag tag) {
      int rank = order.indexOf(tag.name());
      int at = tags.size();
      while (at > 0 && order.indexOf(tags.get(at - 1).name()) > rank) {
        at--;
      }
      tags.add(at, tag);
    }
  }
}
