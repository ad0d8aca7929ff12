package com.wavlake.live.nostr;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An event, with relays where it is found (NIP-19 {@code nevent}).
 *
 * @param id which
 * @param relays where to look first
 * @param author whose, where known
 * @param kind of which kind, where known
 */
public record EventPointer(
    EventId id, List<String> relays, Optional<PublicKey> author, OptionalInt kind)
    implements NostrEntity {
  /** Copies the relays. */
  public EventPointer {
    relays = List.copyOf(relays);
  }

  /** To {@code event}, found on {@code relays}. */
  public static EventPointer to(Event event, List<String> relays) {
    return new EventPointer(
        event.id(), relays, Optional.of(event.author()), OptionalInt.of(event.kind()));
  }

  @Override
  public String bech32() {
    return Nip19.nevent(this);
  }

  /**
   * Reads {@code nevent1…}, {@code note1…} or 64 hex digits, with or without {@code nostr:}.
   *
   * @throws InvalidEvent when it is none of these
   */
  public static EventPointer parse(String text) {
    return Nip19.bare(text).toLowerCase(Locale.ROOT).startsWith("nevent1")
        ? Nip19.parseNevent(text)
        : new EventPointer(EventId.parse(text), List.of(), Optional.empty(), OptionalInt.empty());
  }
}
