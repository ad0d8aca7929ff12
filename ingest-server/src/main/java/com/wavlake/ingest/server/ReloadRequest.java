package com.wavlake.ingest.server;

import org.jspecify.annotations.Nullable;

/**
 * The delivery directives of a playlist request (RFC 8216bis §6.2.5).
 *
 * @param sequence {@code _HLS_msn}, −1 without
 * @param part {@code _HLS_part}, −1 without
 * @param skip whether {@code _HLS_skip} asks for a delta update
 * @param token who asks, where viewers are told apart by tokens
 */
record ReloadRequest(long sequence, int part, boolean skip, String token) {
  private static final ReloadRequest PLAIN = new ReloadRequest(-1, -1, false, "");
  private static final int MAX_QUERY = 1_000;
  private static final int MAX_DIGITS = 15;
  private static final int MAX_PART_DIGITS = 6;

  /** Whether the answer waits for something. */
  boolean isBlocking() {
    return sequence >= 0;
  }

  /**
   * Reads a query; what it does not know it ignores.
   *
   * @throws IllegalArgumentException naming the directive that makes no sense
   */
  static ReloadRequest parse(@Nullable String query) {
    if (query == null || query.isEmpty()) {
      return PLAIN;
    }
    if (query.length() > MAX_QUERY) {
      throw new IllegalArgumentException("the query is over " + MAX_QUERY + " characters");
    }
    long sequence = -1;
    long part = -1;
    boolean skip = false;
    String token = "";
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      switch (name) {
        case "_HLS_msn" -> sequence = number(name, value, MAX_DIGITS);
        case "_HLS_part" -> part = number(name, value, MAX_PART_DIGITS);
        case "_HLS_skip" -> skip = value.equals("YES") || value.equals("v2");
        case "viewer" -> token = value;
        default -> {} // another's: players and CDNs add their own
      }
    }
    if (part >= 0 && sequence < 0) {
      throw new IllegalArgumentException("_HLS_part needs _HLS_msn");
    }
    return new ReloadRequest(sequence, (int) part, skip, token);
  }

  private static long number(String name, String value, int maxDigits) {
    long number = MediaPath.number(value, 0, value.length(), maxDigits);
    if (number < 0) {
      throw new IllegalArgumentException(name + " is no number");
    }
    return number;
  }
}
