package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The fields of a request's body, read one by one; {@link #check} then names all that are at fault.
 */
final class Fields {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** What is wrong with a text where {@link #instant} finds none. */
  static final String NO_TIME = "is no time like 2026-01-31T20:00:00Z";

  private static final long YEAR_10000 = 253_402_300_800L;

  private final JsonNode json;
  private final Map<String, String> errors = new LinkedHashMap<>();

  private Fields(JsonNode json) {
    this.json = json;
  }

  /**
   * Of a JSON object.
   *
   * @param known a field of another name is at fault
   */
  static Fields of(byte[] body, Set<String> known) {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (IOException e) {
      throw Problem.validation(Map.of("body", "is not JSON"));
    }
    if (!json.isObject()) {
      throw Problem.validation(Map.of("body", "is not a JSON object"));
    }
    Fields fields = new Fields(json);
    json.fieldNames()
        .forEachRemaining(field -> {
          if (!known.contains(field)) {
            fields.wrong(field, "is not known");
          }
        });
    return fields;
  }

  /** Whether it is there, and not null. */
  boolean has(String field) {
    return json.hasNonNull(field);
  }

  JsonNode get(String field) {
    return json.path(field);
  }

  void wrong(String field, String reason) {
    errors.put(field, reason);
  }

  /** A text of so many code points; "" when it is at fault, or missing where {@code min} is 0. */
  String text(String field, int min, int max) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      if (min > 0) {
        wrong(field, "is required");
      }
      return "";
    }
    if (!value.isTextual()) {
      wrong(field, "is not a text");
      return "";
    }
    String text = value.asText().strip();
    int length = text.codePointCount(0, text.length());
    if (length < min || length > max) {
      wrong(field, "has " + length + " characters, not " + min + " to " + max);
    } else if (text.codePoints()
        .anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')) {
      wrong(field, "has control characters");
    } else if (hasLoneSurrogate(text)) {
      wrong(field, "is no Unicode");
    }
    return text;
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  boolean flag(String field, boolean fallback) {
    JsonNode value = json.path(field);
    if (!value.isMissingNode() && !value.isBoolean()) {
      wrong(field, "is not true or false");
    }
    return value.asBoolean(fallback);
  }

  OptionalInt integer(String field, int min, int max) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalInt.empty();
    }
    if (!value.isInt() || value.asInt() < min || value.asInt() > max) {
      wrong(field, "is no number from " + min + " to " + max);
      return OptionalInt.empty();
    }
    return OptionalInt.of(value.asInt());
  }

  Optional<Instant> time(String field) {
    String text = text(field, 0, 40);
    Optional<Instant> time = instant(text);
    if (time.isEmpty() && !text.isEmpty()) {
      wrong(field, NO_TIME);
    }
    return time;
  }

  /** A time that every database can keep. */
  static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text)).filter(Fields::isOrdinary);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static boolean isOrdinary(Instant time) {
    return time.getEpochSecond() >= 0 && time.getEpochSecond() < YEAR_10000;
  }

  /** An {@code http://} or {@code https://} URL, or nothing. */
  Optional<String> webUrl(String field, int max) {
    String text = text(field, 0, max);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return Optional.of(text);
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    wrong(field, "is no http:// or https:// URL");
    return Optional.empty();
  }

  /** Names everything that is at fault, if anything is. */
  void check() {
    if (!errors.isEmpty()) {
      throw Problem.validation(errors);
    }
  }
}
