package com.wavlake.live.nostr;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A picture that a short code stands for: {@code ["emoji", shortcode, url]} (NIP-30).
 *
 * @param shortcode letters, digits, {@code _} and {@code -}, without colons
 * @param url the picture's
 */
public record CustomEmoji(String shortcode, String url) {
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_-]{1,100}");
  private static final Pattern USE = Pattern.compile(":([A-Za-z0-9_-]{1,100}):");

  /** Checks the short code and that the URL is one of the web. */
  public CustomEmoji {
    if (!CODE.matcher(shortcode).matches()) {
      throw new InvalidEvent("emoji", "short code " + shortcode + ": letters, digits, _ and -");
    }
    if (!url.startsWith("https://") && !url.startsWith("http://")) {
      throw new InvalidEvent("emoji", "URL " + url + ": expected https://");
    }
  }

  /** The tag that declares it. */
  public Tag toTag() {
    return Tag.of("emoji", shortcode, url);
  }

  /** Those that an event declares, by short code; malformed ones are left out. */
  public static Map<String, CustomEmoji> declaredIn(Event event) {
    Map<String, CustomEmoji> declared = new LinkedHashMap<>();
    event
        .tags("emoji")
        .forEach(tag -> {
          try {
            declared.putIfAbsent(tag.value(), new CustomEmoji(tag.value(), tag.get(2)));
          } catch (InvalidEvent malformed) {
            return; // its text stands as it is
          }
        });
    return declared;
  }

  /** A piece of text, or an emoji in it. */
  public sealed interface Piece {
    /** Text as it is. */
    record Text(String text) implements Piece {}

    /** A picture in its place. */
    record Picture(CustomEmoji emoji) implements Piece {}
  }

  /** An event's content cut into text and the emoji that it declares, in order. */
  public static List<Piece> piecesOf(Event event) {
    Map<String, CustomEmoji> declared = declaredIn(event);
    String content = event.content();
    List<Piece> pieces = new ArrayList<>();
    int done = 0;
    Matcher matcher = USE.matcher(content);
    for (int from = 0; matcher.find(from); ) {
      CustomEmoji emoji = declared.get(matcher.group(1));
      if (emoji == null) {
        from = matcher.end() - 1; // its closing colon may open the next
        continue;
      }
      if (matcher.start() > done) {
        pieces.add(new Piece.Text(content.substring(done, matcher.start())));
      }
      pieces.add(new Piece.Picture(emoji));
      done = matcher.end();
      from = done;
    }
    if (done < content.length()) {
      pieces.add(new Piece.Text(content.substring(done)));
    }
    return pieces;
  }
}
