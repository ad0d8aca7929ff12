package com.wavlake.ingest.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.stream.StreamRecord;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The body of {@code POST /api/v1/streams/create}, checked whole: every field at fault is named.
 *
 * @param about what the owner says of the stream
 * @param reuseKeyOf the ended stream whose key moves to this one
 */
record CreateRequest(StreamRecord.About about, Optional<String> reuseKeyOf) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Set<String> FIELDS =
      Set.of(
          "title",
          "description",
          "category",
          "enable_chat",
          "starts",
          "image",
          "tags",
          "record",
          "reuse_key_of");
  private static final int MAX_TAGS = 20;

  static CreateRequest parse(byte[] body) {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw Problem.validation(Map.of("body", "is not JSON"));
    } catch (IOException e) {
      throw new Problem(400, "validation", "The body cannot be read.");
    }
    if (!json.isObject()) {
      throw Problem.validation(Map.of("body", "is not a JSON object"));
    }
    Map<String, String> errors = new LinkedHashMap<>();
    json.fieldNames()
        .forEachRemaining(field -> {
          if (!FIELDS.contains(field)) {
            errors.put(field, "is not known");
          }
        });
    String title = text(json, "title", 1, 100, errors);
    String description = text(json, "description", 0, 500, errors);
    String category = text(json, "category", 1, 50, errors);
    if (!json.path("enable_chat").isMissingNode() && !json.path("enable_chat").isBoolean()) {
      errors.put("enable_chat", "is not true or false");
    }
    if (!json.path("record").isMissingNode() && !json.path("record").isBoolean()) {
      errors.put("record", "is not true or false");
    }
    String starts = text(json, "starts", 0, 40, errors);
    Optional<Instant> startsAt = Optional.empty();
    if (!starts.isEmpty()) {
      try {
        startsAt = Optional.of(Instant.parse(starts));
      } catch (DateTimeException e) {
        errors.put("starts", "is no time like 2026-01-31T20:00:00Z");
      }
    }
    String image = text(json, "image", 0, 255, errors);
    if (!image.isEmpty() && !isWebUrl(image)) {
      errors.put("image", "is no http:// or https:// URL");
    }
    String tags = tags(json.path("tags"), errors);
    String reuse = text(json, "reuse_key_of", 0, 36, errors);
    if (!errors.isEmpty()) {
      throw Problem.validation(errors);
    }
    StreamRecord.About about =
        new StreamRecord.About(
            title,
            description,
            category,
            json.path("enable_chat").asBoolean(true),
            startsAt,
            Optional.of(image).filter(i -> !i.isEmpty()),
            tags,
            json.path("record").asBoolean(false));
    return new CreateRequest(about, Optional.of(reuse).filter(r -> !r.isEmpty()));
  }

  private static String text(
      JsonNode json, String field, int min, int max, Map<String, String> errors) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      if (min > 0) {
        errors.put(field, "is required");
      }
      return "";
    }
    if (!value.isTextual()) {
      errors.put(field, "is not a text");
      return "";
    }
    String text = value.asText().strip();
    int length = text.codePointCount(0, text.length());
    if (length < min || length > max) {
      errors.put(field, "has " + length + " characters, not " + min + " to " + max);
    } else if (text.codePoints()
        .anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')) {
      errors.put(field, "has control characters");
    }
    return text;
  }

  private static String tags(JsonNode json, Map<String, String> errors) {
    List<String> tags = new ArrayList<>();
    if (!json.isMissingNode() && !json.isNull()) {
      boolean right = json.isArray() && json.size() <= MAX_TAGS;
      for (JsonNode tag : json) {
        right &= tag.isTextual() && tag.asText().matches("\\S{1,50}");
        tags.add(tag.asText());
      }
      if (!right) {
        errors.put("tags", "is not a list of up to " + MAX_TAGS + " words of up to 50 characters");
      }
    }
    return String.join(" ", tags);
  }

  private static boolean isWebUrl(String text) {
    try {
      URI uri = URI.create(text);
      return uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
