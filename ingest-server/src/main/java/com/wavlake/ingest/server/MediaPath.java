package com.wavlake.ingest.server;

import org.jspecify.annotations.Nullable;

/**
 * What a path below {@code /live/} names.
 *
 * @param kind which of them
 * @param stream the stream's id
 * @param session the timeline's name; empty for playlists
 * @param number of an init segment, or the media sequence number
 * @param part of a segment
 */
record MediaPath(Kind kind, String stream, String session, long number, int part) {
  /** What can be had. */
  enum Kind {
    /** The multivariant playlist. */
    MASTER,
    /** The media playlist. */
    MEDIA,
    /** An init segment. */
    INIT,
    /** A whole segment. */
    SEGMENT,
    /** A part of one. */
    PART,
    /** "I am still watching", where viewers are counted so. */
    BEACON
  }

  private static final int MAX_NAME = 128;
  private static final int SESSION = 8;
  private static final int MAX_DIGITS = 15;
  private static final int MAX_PART_DIGITS = 6;

  /** Null for what names nothing. */
  static @Nullable MediaPath parse(String path) {
    int slash = path.indexOf('/');
    if (slash < 0) {
      return path.endsWith(".m3u8")
          ? playlist(Kind.MASTER, path.substring(0, path.length() - 5))
          : null;
    }
    String stream = path.substring(0, slash);
    String rest = path.substring(slash + 1);
    if (rest.equals("media.m3u8")) {
      return playlist(Kind.MEDIA, stream);
    }
    if (rest.equals("beacon")) {
      return playlist(Kind.BEACON, stream);
    }
    if (rest.length() <= SESSION || rest.charAt(SESSION) != '/' || !isName(stream)) {
      return null;
    }
    String session = rest.substring(0, SESSION);
    String file = rest.substring(SESSION + 1);
    if (file.startsWith("init-") && file.endsWith(".mp4")) {
      long number = number(file, 5, file.length() - 4, 9);
      return number < 0 ? null : new MediaPath(Kind.INIT, stream, session, number, 0);
    }
    if (!file.endsWith(".m4s")) {
      return null;
    }
    int end = file.length() - 4;
    int dot = file.indexOf('.');
    long sequence = number(file, 0, dot, MAX_DIGITS);
    long part = dot == end ? 0 : number(file, dot + 1, end, MAX_PART_DIGITS);
    if (sequence < 0 || part < 0) {
      return null;
    }
    return new MediaPath(
        dot == end ? Kind.SEGMENT : Kind.PART, stream, session, sequence, (int) part);
  }

  private static @Nullable MediaPath playlist(Kind kind, String stream) {
    return isName(stream) ? new MediaPath(kind, stream, "", 0, 0) : null;
  }

  private static boolean isName(String text) {
    if (text.isEmpty() || text.length() > MAX_NAME) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean right =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '-'
              || c == '_';
      if (!right) {
        return false;
      }
    }
    return true;
  }

  /** −1 for what is no number of so many digits at most. */
  static long number(String text, int from, int to, int maxDigits) {
    if (to <= from || to - from > maxDigits) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = 10 * value + c - '0';
    }
    return value;
  }
}
