package com.wavlake.live.nostr;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a subscription asks for (NIP-01): conditions of one filter are joined by AND, an empty set
 * means "any".
 *
 * @param ids event ids
 * @param authors public keys
 * @param kinds event kinds
 * @param tags by tag letter, the accepted first values
 * @param since earliest created_at, inclusive, seconds
 * @param until latest created_at, inclusive, seconds
 * @param limit how many stored events at most, newest first
 */
public record Filter(
    Set<EventId> ids,
    Set<PublicKey> authors,
    Set<Integer> kinds,
    Map<String, Set<String>> tags,
    OptionalLong since,
    OptionalLong until,
    OptionalInt limit) {

  /** Copies the collections. */
  public Filter {
    ids = Set.copyOf(ids);
    authors = Set.copyOf(authors);
    kinds = Set.copyOf(kinds);
    Map<String, Set<String>> copy = new TreeMap<>();
    tags.forEach((letter, values) -> copy.put(letter, Set.copyOf(values)));
    tags = Map.copyOf(copy);
  }

  /** Matches everything. */
  public static Filter any() {
    return new Filter(
        Set.of(),
        Set.of(),
        Set.of(),
        Map.of(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalInt.empty());
  }

  /** Of these kinds. */
  public static Filter kinds(Integer... kinds) {
    return any().withKinds(Set.copyOf(Arrays.asList(kinds)));
  }

  /** The event or events at an address: by kind, author and, where it has one, identifier. */
  public static Filter at(EventAddress address) {
    Filter filter = kinds(address.kind()).by(address.author());
    return Kind.isAddressable(address.kind()) ? filter.tagged("d", address.identifier()) : filter;
  }

  /** Only these ids. */
  public Filter withIds(Set<EventId> newIds) {
    return new Filter(newIds, authors, kinds, tags, since, until, limit);
  }

  /** Only these kinds. */
  public Filter withKinds(Set<Integer> newKinds) {
    return new Filter(ids, authors, newKinds, tags, since, until, limit);
  }

  /** Only by these authors. */
  public Filter by(PublicKey... newAuthors) {
    return new Filter(ids, Set.copyOf(Arrays.asList(newAuthors)), kinds, tags, since, until, limit);
  }

  /** Only with a tag {@code letter} that has one of these values. */
  public Filter tagged(String letter, String... values) {
    Map<String, Set<String>> newTags = new TreeMap<>(tags);
    newTags.put(letter, new LinkedHashSet<>(Arrays.asList(values)));
    return new Filter(ids, authors, kinds, newTags, since, until, limit);
  }

  /** Created at this second or later. */
  public Filter since(long seconds) {
    return new Filter(ids, authors, kinds, tags, OptionalLong.of(seconds), until, limit);
  }

  /** Created at this second or earlier. */
  public Filter until(long seconds) {
    return new Filter(ids, authors, kinds, tags, since, OptionalLong.of(seconds), limit);
  }

  /** At most this many stored events. */
  public Filter limit(int events) {
    return new Filter(ids, authors, kinds, tags, since, until, OptionalInt.of(events));
  }

  /** However many stored events there are. */
  public Filter withoutLimit() {
    return new Filter(ids, authors, kinds, tags, since, until, OptionalInt.empty());
  }

  /** Whether an event meets every condition; the limit is not one. */
  public boolean matches(Event event) {
    return (ids.isEmpty() || ids.contains(event.id()))
        && (authors.isEmpty() || authors.contains(event.author()))
        && (kinds.isEmpty() || kinds.contains(event.kind()))
        && (since.isEmpty() || event.createdAt() >= since.getAsLong())
        && (until.isEmpty() || event.createdAt() <= until.getAsLong())
        && matchesTags(event);
  }

  private boolean matchesTags(Event event) {
    for (Map.Entry<String, Set<String>> wanted : tags.entrySet()) {
      if (event
          .tags(wanted.getKey())
          .noneMatch(tag -> tag.size() > 1 && wanted.getValue().contains(tag.value()))) {
        return false;
      }
    }
    return true;
  }

  /** One JSON object. */
  public String toJson() {
    return write(new CanonicalJson(256)).toString();
  }

  /**
   * Reads a filter's JSON object. Unknown fields are refused: ignoring one would widen what was
   * asked for.
   *
   * @throws InvalidEvent naming the field at fault
   */
  public static Filter parse(String json) {
    return EventJson.parse(json, "filter", Filter::read);
  }

  CanonicalJson write(CanonicalJson out) {
    Map<String, Runnable> fields = new LinkedHashMap<>();
    if (!ids.isEmpty()) {
      fields.put("ids", () -> out.strings(ids.stream().map(EventId::hex).sorted().toList()));
    }
    if (!authors.isEmpty()) {
      fields.put(
          "authors", () -> out.strings(authors.stream().map(PublicKey::hex).sorted().toList()));
    }
    if (!kinds.isEmpty()) {
      fields.put("kinds", () -> out.numbers(kinds.stream().sorted().toList()));
    }
    new TreeMap<>(tags)
        .forEach((letter, values) ->
            fields.put("#" + letter, () -> out.strings(values.stream().sorted().toList())));
    since.ifPresent(seconds -> fields.put("since", () -> out.number(seconds)));
    until.ifPresent(seconds -> fields.put("until", () -> out.number(seconds)));
    limit.ifPresent(events -> fields.put("limit", () -> out.number(events)));

    out.raw("{");
    String separator = "";
    for (Map.Entry<String, Runnable> field : fields.entrySet()) {
      out.raw(separator).string(field.getKey()).raw(":");
      field.getValue().run();
      separator = ",";
    }
    return out.raw("}");
  }

  static Filter read(JsonParser parser) throws IOException {
    EventJson.expect(parser, JsonToken.START_OBJECT, "filter");
    Set<EventId> ids = new LinkedHashSet<>();
    Set<PublicKey> authors = new LinkedHashSet<>();
    Set<Integer> kinds = new LinkedHashSet<>();
    Map<String, Set<String>> tags = new TreeMap<>();
    OptionalLong since = OptionalLong.empty();
    OptionalLong until = OptionalLong.empty();
    OptionalInt limit = OptionalInt.empty();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "ids" -> each(parser, field, () -> ids.add(EventId.of(hex32(parser, field))));
        case "authors" ->
            each(parser, field, () -> authors.add(PublicKey.of(hex32(parser, field))));
        case "kinds" -> each(parser, field, () -> kinds.add((int) bounded(parser, field, 65_535)));
        case "since" -> since = OptionalLong.of(bounded(parser, field, Long.MAX_VALUE));
        case "until" -> until = OptionalLong.of(bounded(parser, field, Long.MAX_VALUE));
        case "limit" -> limit = OptionalInt.of((int) bounded(parser, field, Integer.MAX_VALUE));
        default -> {
          if (field.length() != 2 || field.charAt(0) != '#') {
            throw new InvalidEvent("filter", "unknown field " + field);
          }
          Set<String> values = new LinkedHashSet<>();
          each(parser, field, () -> values.add(EventJson.text(parser, field)));
          tags.put(field.substring(1), values);
        }
      }
    }
    return new Filter(ids, authors, kinds, tags, since, until, limit);
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void each(JsonParser parser, String field, Step element) throws IOException {
    EventJson.expect(parser, JsonToken.START_ARRAY, field);
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      element.run();
      count++;
    }
    if (count == 0) {
      throw new InvalidEvent(field, "an empty list matches nothing");
    }
  }

  private static byte[] hex32(JsonParser parser, String field) throws IOException {
    return Hex.parse(EventJson.text(parser, field), 32, field);
  }

  private static long bounded(JsonParser parser, String field, long max) throws IOException {
    long value = EventJson.integer(parser, field);
    if (value < 0 || value > max) {
      throw new InvalidEvent(field, value + " is out of range");
    }
    return value;
  }

  /** Filters as a list of one or more, for a REQ. */
  static List<Filter> nonEmpty(List<Filter> filters) {
    if (filters.isEmpty()) {
      throw new InvalidEvent("filter", "a REQ needs at least one");
    }
    return List.copyOf(filters);
  }
}
