package com.wavlake.live.nostr;

import java.util.List;

/**
 * Where the newest version of an event is found: the coordinate {@code kind:author:identifier} of
 * NIP-01, with relay hints.
 *
 * @param kind replaceable or addressable
 * @param author whose
 * @param identifier the {@code d} tag's value; "" for replaceable kinds
 * @param relays where to look first, best first
 */
public record EventAddress(int kind, PublicKey author, String identifier, List<String> relays)
    implements NostrEntity {
  /** Copies the relays, checks the kind. */
  public EventAddress {
    relays = List.copyOf(relays);
    if (kind < 0 || kind > 65_535) {
      throw new InvalidEvent("kind", kind + " is not in 0 … 65535");
    }
  }

  /** {@code kind:author:identifier}, as in {@code a} tags. */
  public String coordinate() {
    return kind + ":" + author + ":" + identifier;
  }

  /** NIP-19: {@code naddr1…} with the relay hints. */
  public String naddr() {
    return Nip19.naddr(this);
  }

  @Override
  public String bech32() {
    return naddr();
  }

  /** The same place with other hints. */
  public EventAddress withRelays(List<String> hints) {
    return new EventAddress(kind, author, identifier, hints);
  }

  /**
   * Reads {@code naddr1…}, {@code nostr:naddr1…} or a coordinate.
   *
   * @throws InvalidEvent saying what is wrong with it
   */
  public static EventAddress parse(String text) {
    if (Nip19.bare(text).length() < text.length()) {
      return Nip19.parseNaddr(text);
    }
    int first = text.indexOf(':');
    int second = text.indexOf(':', first + 1);
    if (first < 0 || second < 0) {
      return Nip19.parseNaddr(text);
    }
    try {
      return new EventAddress(
          Integer.parseInt(text.substring(0, first)),
          PublicKey.parse(text.substring(first + 1, second)),
          text.substring(second + 1),
          List.of());
    } catch (NumberFormatException e) {
      throw new InvalidEvent("a", "expected kind:pubkey:identifier");
    }
  }
}
