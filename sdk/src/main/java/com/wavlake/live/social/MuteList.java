package com.wavlake.live.social;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.Signer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whom and what somebody does not want to see, kind 10000 (NIP-51): people, topics, words, threads;
 * in public, and encrypted to themselves (NIP-44). An edit merges: what stands there stays, also
 * what this library does not know. Immutable.
 */
public final class MuteList {
  private final List<Tag> open;
  private final Optional<List<Tag>> hidden;
  private final String content;
  private final long createdAt;
  private final Set<String> people = new HashSet<>();
  private final Set<String> topics = new HashSet<>();
  private final Set<String> threads = new HashSet<>();
  private final List<String> words = new ArrayList<>();

  private MuteList(List<Tag> open, Optional<List<Tag>> hidden, String content, long createdAt) {
    this.open = List.copyOf(open);
    this.hidden = hidden.map(List::copyOf);
    this.content = content;
    this.createdAt = createdAt;
    Stream.concat(open.stream(), hidden.stream().flatMap(List::stream)).forEach(this::index);
  }

  private void index(Tag tag) {
    String value = tag.value();
    if (value.isEmpty()) {
      return;
    }
    switch (tag.name()) {
      case "p" -> people.add(value);
      case "t" -> topics.add(value.toLowerCase(Locale.ROOT));
      case "e" -> threads.add(value);
      case "word" -> words.add(value.toLowerCase(Locale.ROOT));
      default -> {}
    }
  }

  /** Mutes nothing. */
  public static MuteList empty() {
    return new MuteList(List.of(), Optional.of(List.of()), "", 0);
  }

  /**
   * Reads the public part of anybody's list.
   *
   * @throws InvalidEvent when the event is of another kind
   */
  public static MuteList parse(Event event) {
    requireKind(event);
    Optional<List<Tag>> hidden =
        event.content().isEmpty() ? Optional.of(List.of()) : Optional.empty();
    return new MuteList(event.tags(), hidden, event.content(), event.createdAt());
  }

  /**
   * Reads one's own list, the private part too. A private part in the older NIP-04 form stays
   * unread, and stays as it is.
   *
   * @throws InvalidEvent when the event is of another kind, or its private part is malformed
   * @throws LiveException when the signer cannot decrypt
   */
  public static MuteList parse(Event event, Signer owner) {
    requireKind(event);
    if (event.content().isEmpty() || event.content().contains("?iv=")) {
      return parse(event);
    }
    String json = owner.nip44Decrypt(owner.publicKey(), event.content());
    return new MuteList(event.tags(), Optional.of(tags(json)), event.content(), event.createdAt());
  }

  private static void requireKind(Event event) {
    if (event.kind() != Kind.MUTE_LIST) {
      throw new InvalidEvent("kind", event.kind() + " is not " + Kind.MUTE_LIST);
    }
  }

  private static List<Tag> tags(String json) {
    try {
      List<Tag> tags = new ArrayList<>();
      for (String[] values : Json.MAPPER.readValue(json, String[][].class)) {
        tags.add(new Tag(List.of(values)));
      }
      return tags;
    } catch (JsonProcessingException | NullPointerException e) {
      throw new InvalidEvent("content", "the private part is no list of tags");
    }
  }

  /** Whether its owner wants to see this: by author, topic, thread or word. */
  public boolean hides(Event event) {
    return hides(event.author())
        || threads.contains(event.id().hex())
        || event.tags("e").anyMatch(tag -> threads.contains(tag.value()))
        || event.tags("t").anyMatch(t -> topics.contains(t.value().toLowerCase(Locale.ROOT)))
        || hides(event.content());
  }

  /** Whether its owner does not want to read a text: by its words. */
  public boolean hides(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return words.stream().anyMatch(lower::contains);
  }

  /** Whether its owner wants to see anything of them. */
  public boolean hides(PublicKey who) {
    return people.contains(who.hex());
  }

  /** Whether the private part is known; else only public entries can be added. */
  public boolean isPrivatePartKnown() {
    return hidden.isPresent();
  }

  /** The same with somebody muted in public. */
  public MuteList mute(PublicKey who) {
    return mute(Tag.of("p", who.hex()));
  }

  /** The same with an entry added in public: {@code p}, {@code t}, {@code word} or {@code e}. */
  public MuteList mute(Tag entry) {
    return new MuteList(added(open, entry), hidden, content, createdAt);
  }

  /**
   * The same with an entry added in private.
   *
   * @throws LiveException CONFLICT when the private part is not known, and would be lost
   */
  public MuteList mutePrivately(Tag entry) {
    return new MuteList(open, Optional.of(added(known(), entry)), content, createdAt);
  }

  /**
   * The same without somebody, in public and in private.
   *
   * @throws LiveException CONFLICT when the private part is not known: they may stand there
   */
  public MuteList unmute(PublicKey who) {
    return new MuteList(without(open, who), Optional.of(without(known(), who)), content, createdAt);
  }

  private List<Tag> known() {
    return hidden.orElseThrow(() ->
        new LiveException(
            Category.CONFLICT, "the private part of the mute list is not readable here"));
  }

  private static List<Tag> added(List<Tag> tags, Tag entry) {
    List<Tag> more = new ArrayList<>(tags);
    boolean there =
        tags.stream()
            .anyMatch(t -> t.name().equals(entry.name()) && t.value().equals(entry.value()));
    if (!there) {
      more.add(entry);
    }
    return more;
  }

  private static List<Tag> without(List<Tag> tags, PublicKey who) {
    return tags.stream()
        .filter(tag -> !(tag.name().equals("p") && tag.value().equals(who.hex())))
        .toList();
  }

  /**
   * What to sign, later than the version that it replaces.
   *
   * @param owner encrypts the private part, where there is one
   */
  public EventTemplate toTemplate(Signer owner, Instant now) {
    String sealed =
        hidden
            .map(tags -> tags.isEmpty() ? "" : owner.nip44Encrypt(owner.publicKey(), json(tags)))
            .orElse(content);
    return new EventTemplate(
        Math.max(now.getEpochSecond(), createdAt + 1), Kind.MUTE_LIST, open, sealed);
  }

  private static String json(List<Tag> tags) {
    try {
      return Json.MAPPER.writeValueAsString(tags.stream().map(Tag::values).toList());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // lists of strings are always JSON
    }
  }
}
