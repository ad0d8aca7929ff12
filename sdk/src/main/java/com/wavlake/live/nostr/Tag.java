package com.wavlake.live.nostr;

import java.util.List;

/**
 * One tag of an event: its name and values, at least the name.
 *
 * @param values the strings in order; the first is the name
 */
public record Tag(List<String> values) {
  /** Copies the values. */
  public Tag {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new InvalidEvent("tags", "a tag is empty");
    }
  }

  /** Of its strings in order. */
  public static Tag of(String name, String... values) {
    String[] all = new String[values.length + 1];
    all[0] = name;
    System.arraycopy(values, 0, all, 1, values.length);
    return new Tag(List.of(all));
  }

  /** The first string. */
  public String name() {
    return values.getFirst();
  }

  /** The second string, or "" when there is none. */
  public String value() {
    return get(1);
  }

  /** The string at {@code index} (0 is the name), or "" when there is none. */
  public String get(int index) {
    return index < values.size() ? values.get(index) : "";
  }

  /** How many strings, the name included. */
  public int size() {
    return values.size();
  }

  /** The same tag with another second string; what follows stays. */
  public Tag withValue(String value) {
    String[] all = values.toArray(new String[Math.max(2, values.size())]);
    all[1] = value;
    return new Tag(List.of(all));
  }
}
