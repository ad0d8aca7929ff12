package com.wavlake.live.nip53;

import com.wavlake.live.nostr.CustomEmoji;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventPointer;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message in a live stream's chat, kind 1311 (NIP-53), as somebody signed it.
 *
 * @param event the whole event, nothing of it lost
 * @param stream the stream that it belongs to; relay hint as written
 */
public record ChatMessage(Event event, EventAddress stream) {
  /** The longest text that is sent, in Unicode code points. */
  public static final int MAX_CHARACTERS = 500;

  /**
   * Reads an event of kind 1311; its stream is the {@code a} tag marked {@code root}, or the first
   * one without a marker.
   *
   * @throws InvalidEvent naming the part at fault
   */
  public static ChatMessage parse(Event event) {
    return new ChatMessage(event, Tags.of(event, Kind.CHAT_MESSAGE).root());
  }

  /** Who wrote it. */
  public PublicKey author() {
    return event.author();
  }

  /** What they wrote, as it is: strip control characters before a terminal sees it. */
  public String text() {
    return event.content();
  }

  /** When, by the author's clock. */
  public Instant createdAt() {
    return Instant.ofEpochSecond(event.createdAt());
  }

  /** The message that this answers. */
  public Optional<EventId> replyTo() {
    return parent("reply").or(() -> parent("")); // NIP-53 itself writes no marker
  }

  private Optional<EventId> parent(String marker) {
    return event
        .tags("e")
        .filter(tag -> tag.get(3).equals(marker) && tag.value().matches("[0-9a-f]{64}"))
        .map(tag -> EventId.parse(tag.value()))
        .findFirst();
  }

  /** The text cut into words and the emoji that it declares (NIP-30). */
  public List<CustomEmoji.Piece> pieces() {
    return CustomEmoji.piecesOf(event);
  }

  /** Starts a message to the chat of {@code stream}. */
  public static Draft to(EventAddress stream) {
    return new Draft(stream);
  }

  /** A message before it is signed. */
  public static final class Draft {
    private final EventAddress stream;
    private final List<Tag> more = new ArrayList<>();

    private Draft(EventAddress stream) {
      this.stream = stream;
    }

    /** Declares an emoji that the text uses as {@code :shortcode:} (NIP-30). */
    public Draft emoji(CustomEmoji emoji) {
      more.add(emoji.toTag());
      return this;
    }

    /** Cites an event that the text links to (NIP-21). */
    public Draft cite(EventPointer event) {
      more.add(
          Tag.of(
              "q",
              event.id().hex(),
              event.relays().stream().findFirst().orElse(""),
              event.author().map(PublicKey::hex).orElse("")));
      return this;
    }

    /** Makes it the answer to {@code parent}. */
    public Draft replyTo(ChatMessage parent) {
      more.add(Tag.of("e", parent.event().id().hex(), "", "reply"));
      more.add(Tag.of("p", parent.author().hex()));
      return this;
    }

    /**
     * What to sign.
     *
     * @throws InvalidEvent when the text is blank or over 500 characters
     */
    public EventTemplate text(String text, Instant now) {
      String content = text.strip();
      int length = content.codePointCount(0, content.length());
      if (length < 1 || length > MAX_CHARACTERS) {
        throw new InvalidEvent("content", length + " characters, not 1 … " + MAX_CHARACTERS);
      }
      List<Tag> tags = new ArrayList<>();
      tags.add(Tags.address(stream, "root"));
      tags.addAll(more);
      return new EventTemplate(now.getEpochSecond(), Kind.CHAT_MESSAGE, tags, content);
    }
  }
}
