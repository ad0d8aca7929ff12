package com.wavlake.live.nostr;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Something that NIP-19 gives a text and NIP-21 a link: a person, an event, an address. */
public sealed interface NostrEntity permits ProfilePointer, EventPointer, EventAddress {

  /** {@code nprofile1…}, {@code nevent1…} or {@code naddr1…}. */
  String bech32();

  /** NIP-21: {@code nostr:} and the bech32 text. */
  default String uri() {
    return "nostr:" + bech32();
  }

  /**
   * Reads {@code npub}, {@code nprofile}, {@code note}, {@code nevent} or {@code naddr}, with or
   * without {@code nostr:}.
   *
   * @throws InvalidEvent when it is none of these; a secret key is refused by name
   */
  static NostrEntity parse(String text) {
    String bare = Nip19.bare(text);
    String prefix = bare.substring(0, Math.max(0, bare.lastIndexOf('1'))).toLowerCase(Locale.ROOT);
    return switch (prefix) {
      case "npub", "nprofile" -> ProfilePointer.parse(bare);
      case "note", "nevent" -> EventPointer.parse(bare);
      case "naddr" -> EventAddress.parse(bare);
      case "nsec", "ncryptsec" ->
          throw new InvalidEvent("nostr link", "a secret key is nothing to link to");
      default ->
          throw new InvalidEvent(
              "nostr link", "expected npub1…, nprofile1…, note1…, nevent1… or naddr1…");
    };
  }

  /**
   * A NIP-21 link in a text.
   *
   * @param start index of its first character
   * @param end index behind its last character
   */
  record Link(int start, int end, NostrEntity entity) {}

  /** The {@code nostr:} links in a text, in order; what only looks like one is left out. */
  static List<Link> linksIn(String text) {
    List<Link> found = new ArrayList<>();
    Matcher matcher = Links.PATTERN.matcher(text);
    while (matcher.find()) {
      linkTo(matcher).ifPresent(found::add);
    }
    return found;
  }

  private static Optional<Link> linkTo(MatchResult match) {
    try {
      return Optional.of(new Link(match.start(), match.end(), parse(match.group())));
    } catch (InvalidEvent looksLikeOne) {
      return Optional.empty();
    }
  }

  /** Keeps the pattern out of the interface's public constants. */
  final class Links {
    private static final Pattern PATTERN =
        Pattern.compile("nostr:(?:npub|nprofile|note|nevent|naddr)1[02-9ac-hj-np-z]{6,4990}");

    private Links() {}
  }
}
