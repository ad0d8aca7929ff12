package com.wavlake.live.nostr;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * An event before it is signed: what a signer is asked to put its name to. A signer signs exactly
 * this.
 *
 * @param createdAt seconds since 1970
 * @param kind 0 … 65535
 * @param tags in order
 * @param content text
 */
public record EventTemplate(long createdAt, int kind, List<Tag> tags, String content) {
  /** Checks the ranges, copies the tags. */
  public EventTemplate {
    if (kind < 0 || kind > 65_535) {
      throw new InvalidEvent("kind", kind + " is not in 0 … 65535");
    }
    if (createdAt < 0) {
      throw new InvalidEvent("created_at", createdAt + " is negative");
    }
    tags = List.copyOf(tags);
  }

  /** Stamped {@code when}, to the second. */
  public static EventTemplate of(Instant when, int kind, List<Tag> tags, String content) {
    return new EventTemplate(when.getEpochSecond(), kind, tags, content);
  }

  /** The same with one more tag at the end. */
  public EventTemplate with(Tag tag) {
    List<Tag> more = new ArrayList<>(tags);
    more.add(tag);
    return new EventTemplate(createdAt, kind, more, content);
  }

  /** One JSON object without id, pubkey and sig: what {@link #parse} reads. */
  public String toJson() {
    return new CanonicalJson(512)
        .raw("{\"created_at\":")
        .number(createdAt)
        .raw(",\"kind\":")
        .number(kind)
        .raw(",\"tags\":")
        .tags(tags)
        .raw(",\"content\":")
        .string(content)
        .raw("}")
        .toString();
  }

  /** The id that this has once {@code author} signs it. */
  public EventId idFor(PublicKey author) {
    return EventId.of(CanonicalJson.digest(author, this));
  }

  /**
   * Reads {@code {"kind", "content", "tags", "created_at"}}; tags and content may be missing.
   *
   * @param now created_at when there is none, in seconds
   * @throws InvalidEvent naming the field at fault
   */
  public static EventTemplate parse(String json, long now) {
    return EventJson.parseTemplate(json, now);
  }
}
