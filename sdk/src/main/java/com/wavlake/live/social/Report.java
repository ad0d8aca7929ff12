package com.wavlake.live.social;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Somebody finds an event or a person objectionable, kind 1984 (NIP-56).
 *
 * @param event the whole event
 * @param reported who
 * @param message what they said, when it is about an event
 * @param reason why
 */
public record Report(Event event, PublicKey reported, Optional<EventId> message, Reason reason) {

  /** NIP-56's types. */
  public enum Reason {
    /** Depictions of nudity. */
    NUDITY,
    /** Viruses and the like. */
    MALWARE,
    /** Hateful speech. */
    PROFANITY,
    /** What some jurisdiction forbids. */
    ILLEGAL,
    /** Spam. */
    SPAM,
    /** Pretending to be somebody else. */
    IMPERSONATION,
    /** None of these. */
    OTHER;

    /** As in the tag: lower case. */
    public String tagValue() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a type in any case of letters; what is unknown is {@link #OTHER}. */
    public static Reason of(String written) {
      return Stream.of(values())
          .filter(reason -> reason.tagValue().equalsIgnoreCase(written))
          .findFirst()
          .orElse(OTHER);
    }
  }

  /**
   * Reads an event of kind 1984; the type stands in {@code e}, {@code p}, or a {@code report} tag.
   *
   * @throws InvalidEvent naming the tag at fault
   */
  public static Report parse(Event event) {
    if (event.kind() != Kind.REPORT) {
      throw new InvalidEvent("kind", event.kind() + " is not " + Kind.REPORT);
    }
    Tag p = event.tag("p").orElseThrow(() -> new InvalidEvent("p", "is missing"));
    Optional<Tag> e = event.tag("e");
    String type =
        Stream.of(
                e.map(tag -> tag.get(2)),
                Optional.of(p.get(2)),
                event.tag("report").map(Tag::value))
            .flatMap(Optional::stream)
            .filter(written -> !written.isEmpty())
            .findFirst()
            .orElse("");
    return new Report(
        event,
        PublicKey.parse(p.value()),
        e.map(tag -> EventId.parse(tag.value())),
        Reason.of(type));
  }

  /** What to sign to report a message; {@code words} may be empty. */
  public static EventTemplate ofMessage(Event message, Reason reason, String words, Instant now) {
    return template(message.author(), Optional.of(message.id()), reason, words, now);
  }

  /** What to sign to report a person. */
  public static EventTemplate ofPerson(PublicKey who, Reason reason, String words, Instant now) {
    return template(who, Optional.empty(), reason, words, now);
  }

  private static EventTemplate template(
      PublicKey who, Optional<EventId> message, Reason reason, String words, Instant now) {
    List<Tag> tags = new ArrayList<>();
    tags.add(Tag.of("p", who.hex(), reason.tagValue()));
    message.ifPresent(id -> tags.add(Tag.of("e", id.hex(), reason.tagValue())));
    return new EventTemplate(now.getEpochSecond(), Kind.REPORT, tags, words);
  }
}
