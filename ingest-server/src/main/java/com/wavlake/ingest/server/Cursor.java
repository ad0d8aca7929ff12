package com.wavlake.ingest.server;

import com.wavlake.ingest.store.StreamStore.Place;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** Where the next page begins, opaque to clients. */
final class Cursor {
  private Cursor() {}

  static String of(Place last) {
    String text = last.createdAt().toEpochMilli() + " " + last.id();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads one; "" is the first page. */
  static Optional<Place> parse(String cursor) {
    if (cursor.isEmpty()) {
      return Optional.empty();
    }
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      String[] parts = text.split(" ", 2);
      if (parts.length == 2 && parts[1].matches("[0-9a-f-]{1,36}")) {
        Instant at = Instant.ofEpochMilli(Long.parseLong(parts[0]));
        if (Fields.isOrdinary(at)) {
          return Optional.of(new Place(at, parts[1]));
        }
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw Problem.validation(Map.of("cursor", "is not one that this server gave"));
  }
}
