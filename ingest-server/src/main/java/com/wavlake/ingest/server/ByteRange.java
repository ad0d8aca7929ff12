package com.wavlake.ingest.server;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * The part of a file that a request asks for (RFC 9110 §14.2); of several ranges none, which is
 * allowed.
 *
 * @param first the first byte
 * @param last the last byte, included
 */
record ByteRange(long first, long last) {
  /** A range that the file does not have. */
  static final ByteRange UNSATISFIABLE = new ByteRange(-1, -1);

  private static final String UNIT = "bytes=";
  private static final int MAX_DIGITS = 18;

  /** Null where the whole file is to be sent. */
  static @Nullable ByteRange parse(@Nullable String header, long size) {
    if (header == null || !header.startsWith(UNIT) || header.indexOf(',') >= 0) {
      return null;
    }
    int dash = header.indexOf('-');
    if (dash < 0) {
      return null;
    }
    String from = header.substring(UNIT.length(), dash).strip();
    String to = header.substring(dash + 1).strip();
    long first = MediaPath.number(from, 0, from.length(), MAX_DIGITS);
    long last = MediaPath.number(to, 0, to.length(), MAX_DIGITS);
    if (from.isEmpty()) {
      if (last < 0) {
        return null;
      }
      return last == 0 || size == 0
          ? UNSATISFIABLE
          : new ByteRange(Math.max(0, size - last), size - 1);
    }
    if (first < 0 || (last < 0 && !to.isEmpty()) || (last >= 0 && last < first)) {
      return null;
    }
    if (first >= size) {
      return UNSATISFIABLE;
    }
    return new ByteRange(first, last < 0 ? size - 1 : Math.min(last, size - 1));
  }

  /** The part that a request asks for, on no condition: there is nothing to tell versions by. */
  static @Nullable ByteRange of(HttpServerRequest request, long size) {
    return request.headers().contains("If-Range") ? null : parse(request.getHeader("Range"), size);
  }

  long length() {
    return last - first + 1;
  }

  /** The value of Content-Range. */
  String of(long size) {
    return "bytes " + first + "-" + last + "/" + size;
  }
}
