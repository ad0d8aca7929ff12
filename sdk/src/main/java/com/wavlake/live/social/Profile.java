package com.wavlake.live.social;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What somebody says of themselves, kind 0 (NIP-01, NIP-24). Immutable and lossless: fields that it
 * does not know survive an edit. All of it is a stranger's text: strip control characters before a
 * terminal sees it.
 */
public final class Profile {
  private final PublicKey key;
  private final ObjectNode fields;
  private final List<Tag> tags;
  private final long createdAt;

  private Profile(PublicKey key, ObjectNode fields, List<Tag> tags, long createdAt) {
    this.key = key;
    this.fields = fields;
    this.tags = tags;
    this.createdAt = createdAt;
  }

  /**
   * Reads an event of kind 0.
   *
   * @throws InvalidEvent when its content is no JSON object
   */
  public static Profile parse(Event event) {
    if (event.kind() != Kind.PROFILE) {
      throw new InvalidEvent("kind", event.kind() + " is not " + Kind.PROFILE);
    }
    return new Profile(
        event.author(), Json.object(event.content(), "content"), event.tags(), event.createdAt());
  }

  /** Of somebody who has published none. */
  public static Profile of(PublicKey key) {
    return new Profile(key, Json.MAPPER.createObjectNode(), List.of(), 0);
  }

  /** Whose. */
  public PublicKey key() {
    return key;
  }

  /** What to call them: display name, else name, else the beginning and the end of the npub. */
  public String bestName() {
    return Stream.of(text("display_name"), text("displayName"), name())
        .flatMap(Optional::stream)
        .findFirst()
        .orElseGet(() -> {
          String npub = key.npub();
          return npub.substring(0, 10) + "…" + npub.substring(npub.length() - 4);
        });
  }

  /** The field {@code name}. */
  public Optional<String> name() {
    return text("name");
  }

  /** The field {@code about}. */
  public Optional<String> about() {
    return text("about");
  }

  /** The picture's URL. */
  public Optional<String> picture() {
    return text("picture");
  }

  /** The NIP-05 address that they claim; see {@link Nip05}. */
  public Optional<String> nip05() {
    return text("nip05");
  }

  /** Their lightning address, {@code name@domain}. */
  public Optional<String> lud16() {
    return text("lud16");
  }

  /** Their LNURL, where they have no address. */
  public Optional<String> lud06() {
    return text("lud06");
  }

  /** A field that is text and not blank. */
  public Optional<String> text(String field) {
    return Optional.of(Json.text(fields, field).strip()).filter(value -> !value.isEmpty());
  }

  /** The same with one field set; an empty value removes it. */
  public Profile with(String field, String value) {
    ObjectNode edited = fields.deepCopy();
    if (value.isEmpty()) {
      edited.remove(field);
    } else {
      edited.put(field, value);
    }
    return new Profile(key, edited, tags, createdAt);
  }

  /** What to sign, later than the version that it replaces. */
  public EventTemplate toTemplate(Instant now) {
    return new EventTemplate(
        Math.max(now.getEpochSecond(), createdAt + 1), Kind.PROFILE, tags, fields.toString());
  }
}
