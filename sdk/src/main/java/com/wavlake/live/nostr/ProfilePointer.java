package com.wavlake.live.nostr;

import java.util.List;
import java.util.Locale;

/**
 * A person, with relays where they are found (NIP-19 {@code nprofile}).
 *
 * @param key who
 * @param relays where to look first
 */
public record ProfilePointer(PublicKey key, List<String> relays) implements NostrEntity {
  /** Copies the relays. */
  public ProfilePointer {
    relays = List.copyOf(relays);
  }

  @Override
  public String bech32() {
    return Nip19.nprofile(this);
  }

  /**
   * Reads {@code nprofile1…}, {@code npub1…} or 64 hex digits, with or without {@code nostr:}.
   *
   * @throws InvalidEvent when it is none of these
   */
  public static ProfilePointer parse(String text) {
    return Nip19.bare(text).toLowerCase(Locale.ROOT).startsWith("nprofile1")
        ? Nip19.parseNprofile(text)
        : new ProfilePointer(PublicKey.parse(text), List.of());
  }
}
