package com.wavlake.cli.check;

import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A media playlist as far as a check needs it (RFC 8216 §4.3, and its second edition for parts).
 *
 * @param newest the number behind the last segment: it grows as long as the stream plays on
 * @param media URIs of segments, or of parts where there is no whole segment yet; oldest first
 * @param map the initialisation segment's URI, for fMP4
 * @param holdBack how far behind the end a player stays
 * @param end when the last of the media came in, by EXT-X-PROGRAM-DATE-TIME
 */
record MediaPlaylist(
    long newest,
    List<String> media,
    Optional<String> map,
    Duration holdBack,
    Optional<Instant> end) {
  private static final Pattern ATTRIBUTE = Pattern.compile("([A-Z0-9-]+)=(\"[^\"]*\"|[^,]*)");
  private static final double DEFAULT_HOLD_BACK_TARGETS = 3; // RFC 8216 §6.3.3

  MediaPlaylist {
    media = List.copyOf(media);
  }

  static boolean isMultivariant(String text) {
    return text.contains("#EXT-X-STREAM-INF");
  }

  /** The first variant's URI. */
  static String firstVariant(String text) {
    boolean next = false;
    for (String line : lines(text)) {
      if (line.startsWith("#EXT-X-STREAM-INF")) {
        next = true;
      } else if (next && !line.startsWith("#")) {
        return line;
      }
    }
    throw new LiveException(Category.INVALID, "the multivariant playlist names no variant");
  }

  static MediaPlaylist parse(String text) {
    try {
      return read(text);
    } catch (NumberFormatException e) {
      throw new LiveException(
          Category.INVALID, "the media playlist has a malformed number: " + e.getMessage(), e);
    }
  }

  private static MediaPlaylist read(String text) {
    long first = 0;
    double seconds = 0;
    double openParts = 0;
    double target = 0;
    Optional<Double> holdBack = Optional.empty();
    Optional<String> map = Optional.empty();
    Optional<Instant> clock = Optional.empty();
    List<String> segments = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    for (String line : lines(text)) {
      String value = line.substring(line.indexOf(':') + 1);
      if (line.startsWith("#EXT-X-MEDIA-SEQUENCE:")) {
        first = Long.parseLong(value);
      } else if (line.startsWith("#EXT-X-TARGETDURATION:")) {
        target = Double.parseDouble(value);
      } else if (line.startsWith("#EXT-X-SERVER-CONTROL:")) {
        holdBack =
            attribute(value, "PART-HOLD-BACK")
                .or(() -> attribute(value, "HOLD-BACK"))
                .map(Double::valueOf);
      } else if (line.startsWith("#EXT-X-MAP:")) {
        map = attribute(value, "URI");
      } else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) {
        clock = instant(value);
      } else if (line.startsWith("#EXT-X-PART:")) {
        openParts += attribute(value, "DURATION").map(Double::valueOf).orElse(0.0);
        attribute(value, "URI").ifPresent(parts::add);
      } else if (line.startsWith("#EXTINF:")) {
        seconds = Double.parseDouble(value.replaceFirst(",.*", ""));
      } else if (!line.startsWith("#")) {
        long millis = Math.round(seconds * 1_000);
        clock = clock.map(at -> at.plusMillis(millis));
        openParts = 0; // they were of this segment
        segments.add(line);
      }
    }
    long open = Math.round(openParts * 1_000);
    double behind = holdBack.orElse(DEFAULT_HOLD_BACK_TARGETS * target);
    return new MediaPlaylist(
        first + segments.size(),
        segments.isEmpty() ? parts : segments,
        map,
        Duration.ofMillis(Math.round(behind * 1_000)),
        clock.map(at -> at.plusMillis(open)));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> attribute(String list, String name) {
    Matcher attributes = ATTRIBUTE.matcher(list);
    while (attributes.find()) {
      if (attributes.group(1).equals(name)) {
        return Optional.of(attributes.group(2).replace("\"", ""));
      }
    }
    return Optional.empty();
  }

  private static List<String> lines(String text) {
    List<String> lines = text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    if (lines.isEmpty() || !lines.getFirst().equals("#EXTM3U")) {
      throw new LiveException(Category.INVALID, "no playlist: it does not begin with #EXTM3U");
    }
    return lines;
  }
}
