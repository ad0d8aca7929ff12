package com.wavlake.live.social;

import com.wavlake.live.nostr.CustomEmoji;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A reaction to an event, kind 7 (NIP-25).
 *
 * @param event the whole event
 * @param target what it reacts to: the last {@code e}
 * @param symbol {@code +}, {@code -}, an emoji or {@code :shortcode:}
 */
public record Reaction(Event event, EventId target, String symbol) {
  /** A flag of many code points, or a short code, in UTF-16 units. */
  private static final int MAX_SYMBOL = 64;

  /**
   * Reads an event of kind 7.
   *
   * @throws InvalidEvent naming the part at fault
   */
  public static Reaction parse(Event event) {
    if (event.kind() != Kind.REACTION) {
      throw new InvalidEvent("kind", event.kind() + " is not " + Kind.REACTION);
    }
    Tag target =
        event
            .tags("e")
            .reduce((first, second) -> second)
            .orElseThrow(() -> new InvalidEvent("e", "is missing"));
    String symbol = event.content().isEmpty() ? "+" : event.content();
    if (symbol.length() > MAX_SYMBOL) {
      throw new InvalidEvent("content", symbol.length() + " characters are no symbol");
    }
    return new Reaction(event, EventId.parse(target.value()), symbol);
  }

  /**
   * What to sign.
   *
   * @param target what it reacts to
   * @param stream the stream in whose chat it was said
   * @param symbol {@code +}, {@code -} or an emoji
   */
  public static EventTemplate to(
      Event target, Optional<EventAddress> stream, String symbol, Instant now) {
    if (symbol.isBlank() || symbol.length() > MAX_SYMBOL) {
      throw new InvalidEvent("content", "expected +, - or one emoji");
    }
    List<Tag> tags = new ArrayList<>();
    stream.ifPresent(address -> tags.add(Tag.of("a", address.coordinate())));
    tags.add(Tag.of("e", target.id().hex(), "", target.author().hex()));
    tags.add(Tag.of("p", target.author().hex()));
    tags.add(Tag.of("k", Integer.toString(target.kind())));
    return new EventTemplate(now.getEpochSecond(), Kind.REACTION, tags, symbol);
  }

  /** The picture, when the symbol is a custom emoji (NIP-30). */
  public Optional<CustomEmoji> picture() {
    List<CustomEmoji.Piece> pieces = CustomEmoji.piecesOf(event);
    return pieces.size() == 1 && pieces.getFirst() instanceof CustomEmoji.Piece.Picture only
        ? Optional.of(only.emoji())
        : Optional.empty();
  }
}
