package com.wavlake.ingest.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A media playlist as a client reads it (RFC 8216bis); what it does not understand it refuses. */
record MediaPlaylist(
    int version,
    int targetDuration,
    double partTarget,
    String serverControl,
    long mediaSequence,
    long discontinuitySequence,
    int skipped,
    List<Entry> segments,
    List<Part> trailing,
    List<String> hints,
    boolean ended,
    String text) {

  /** A part of a segment. */
  record Part(double seconds, String uri, boolean independent) {}

  /** A segment and what is said of it. */
  record Entry(
      long sequence,
      double seconds,
      String uri,
      String map,
      boolean discontinuity,
      String programDateTime,
      List<Part> parts) {}

  private static final Pattern ATTRIBUTE = Pattern.compile("([A-Z0-9-]+)=(\"[^\"]*\"|[^,]*)");

  static MediaPlaylist parse(String text) {
    if (!text.startsWith("#EXTM3U\n") || !text.endsWith("\n")) {
      throw new AssertionError("no playlist: " + text);
    }
    int version = 0;
    int target = 0;
    double partTarget = 0;
    String control = "";
    long sequence = 0;
    long discontinuitySequence = 0;
    int skipped = 0;
    boolean ended = false;
    List<Entry> segments = new ArrayList<>();
    List<String> hints = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    double seconds = -1;
    String map = "";
    boolean discontinuity = false;
    String date = "";
    for (String line : text.lines().skip(1).toList()) {
      int colon = line.indexOf(':');
      String tag = line.startsWith("#") && colon > 0 ? line.substring(0, colon) : line;
      String value = colon > 0 ? line.substring(colon + 1) : "";
      switch (tag) {
        case "#EXT-X-VERSION" -> version = Integer.parseInt(value);
        case "#EXT-X-TARGETDURATION" -> target = Integer.parseInt(value);
        case "#EXT-X-SERVER-CONTROL" -> control = value;
        case "#EXT-X-PART-INF" -> partTarget = Double.parseDouble(attribute(value, "PART-TARGET"));
        case "#EXT-X-MEDIA-SEQUENCE" -> sequence = Long.parseLong(value);
        case "#EXT-X-DISCONTINUITY-SEQUENCE" -> discontinuitySequence = Long.parseLong(value);
        case "#EXT-X-SKIP" -> {
          skipped = Integer.parseInt(attribute(value, "SKIPPED-SEGMENTS"));
          sequence += skipped;
        }
        case "#EXT-X-PLAYLIST-TYPE", "#EXT-X-BITRATE", "#EXT-X-BYTERANGE" -> {}
        case "#EXT-X-DISCONTINUITY" -> discontinuity = true;
        case "#EXT-X-MAP" -> map = attribute(value, "URI");
        case "#EXT-X-PROGRAM-DATE-TIME" -> date = value;
        case "#EXT-X-PART" -> {
          parts.add(
              new Part(
                  Double.parseDouble(attribute(value, "DURATION")),
                  attribute(value, "URI"),
                  "YES".equals(attribute(value, "INDEPENDENT"))));
        }
        case "#EXTINF" -> seconds = Double.parseDouble(value.substring(0, value.indexOf(',')));
        case "#EXT-X-PRELOAD-HINT" -> hints.add(attribute(value, "URI"));
        case "#EXT-X-ENDLIST" -> ended = true;
        default -> {
          if (line.startsWith("#") || seconds < 0) {
            throw new AssertionError("not expected: " + line + "\n" + text);
          }
          segments.add(
              new Entry(sequence++, seconds, line, map, discontinuity, date, List.copyOf(parts)));
          parts.clear();
          discontinuity = false;
          date = "";
          seconds = -1;
        }
      }
    }
    return new MediaPlaylist(
        version,
        target,
        partTarget,
        control,
        sequence - segments.size() - skipped,
        discontinuitySequence,
        skipped,
        segments,
        List.copyOf(parts),
        hints,
        ended,
        text);
  }

  /** Empty for one that is not there. */
  private static String attribute(String list, String name) {
    return attributes(list).getOrDefault(name, "");
  }

  private static Map<String, String> attributes(String list) {
    Map<String, String> attributes = new LinkedHashMap<>();
    Matcher each = ATTRIBUTE.matcher(list);
    while (each.find()) {
      String value = each.group(2);
      attributes.put(
          each.group(1), value.startsWith("\"") ? value.substring(1, value.length() - 1) : value);
    }
    return attributes;
  }
}
