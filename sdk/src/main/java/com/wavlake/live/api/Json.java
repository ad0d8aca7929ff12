package com.wavlake.live.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The management API's JSON, both ways, field by field: what is missing or of another type is
 * named.
 */
final class Json {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw unexpected("not JSON");
    }
  }

  /** An object, or nothing where a proxy answers with a page of its own. */
  static Optional<JsonNode> object(String text) {
    try {
      return Optional.ofNullable(MAPPER.readTree(text)).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  static ObjectNode write(CreateStream request) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("title", request.title());
    json.put("description", request.description());
    json.put("category", request.category());
    json.put("enable_chat", request.enableChat());
    request.starts().ifPresent(starts -> json.put("starts", starts.toString()));
    request.image().ifPresent(image -> json.put("image", image));
    if (!request.tags().isEmpty()) {
      request.tags().forEach(json.putArray("tags")::add);
    }
    if (request.record()) {
      json.put("record", true); // left out otherwise: an older provider does not know it
    }
    request.reuseKeyOf().ifPresent(id -> json.put("reuse_key_of", id));
    return json;
  }

  static CreatedStream createdStream(JsonNode json) {
    return new CreatedStream(
        text(json, "stream_id"),
        json.path("stream_key").isNull()
            ? Optional.empty()
            : Optional.of(StreamKey.parse(text(json, "stream_key"))),
        text(json, "rtmp_ingest"),
        text(json, "hls_playback"));
  }

  static StreamDetails streamDetails(JsonNode json) {
    return new StreamDetails(
        text(json, "stream_id"),
        text(json, "title"),
        json.path("description").asText(""),
        text(json, "category"),
        json.path("enable_chat").asBoolean(true),
        instant(json, "starts"),
        Optional.ofNullable(json.path("image").textValue()),
        strings(json.path("tags")),
        text(json, "status"),
        text(json, "connection_state"),
        text(json, "rtmp_ingest"),
        text(json, "hls_playback"),
        instant(json, "created_at").orElse(Instant.EPOCH),
        instant(json, "started_at"),
        instant(json, "ended_at"));
  }

  static StreamStatus streamStatus(JsonNode json) {
    return new StreamStatus(
        text(json, "status"),
        json.path("connection_state").asText("disconnected"),
        json.path("current_viewers").asInt(),
        json.path("peak_viewers").asInt(),
        json.path("total_viewers").asInt(),
        json.path("duration_seconds").asLong(),
        json.path("bitrate_kbps").asInt(),
        optional(json, "recording"),
        optional(json, "thumbnail"),
        tracks(json),
        optional(json, "last_error"));
  }

  static LiveListing liveListing(JsonNode json) {
    return new LiveListing(
        text(json, "stream_id"),
        PublicKey.parse(text(json, "pubkey")),
        text(json, "title"),
        text(json, "category"),
        json.path("current_viewers").asInt(),
        text(json, "hls_playback"));
  }

  static Instant unixTime(JsonNode json) {
    if (!json.path("unix").isIntegralNumber()) {
      throw unexpected("field unix is missing");
    }
    return Instant.ofEpochSecond(json.path("unix").asLong());
  }

  static ProviderInfo providerInfo(JsonNode json) {
    return new ProviderInfo(
        text(json, "name"),
        text(json, "version"),
        text(json, "api_url"),
        text(json, "rtmp_ingest"),
        text(json, "relay_url"),
        json.path("limits").path("streams").asInt(),
        json.path("limits").path("viewers").asInt());
  }

  static Optional<StreamEvent> streamEvent(String name, JsonNode json) {
    return Optional.ofNullable(
        switch (name) {
          case "connection" ->
              new StreamEvent.Connection(
                  text(json, "status"), text(json, "connection_state"), tracks(json));
          case "first_segment" ->
              new StreamEvent.FirstSegment(
                  json.path("after_ms").asLong(), text(json, "hls_playback"));
          case "viewers" ->
              new StreamEvent.Viewers(
                  json.path("current_viewers").asInt(), json.path("peak_viewers").asInt());
          case "health" ->
              new StreamEvent.Health(
                  json.path("bitrate_kbps").asInt(),
                  json.path("frame_rate").asDouble(),
                  json.path("keyframe_interval_ms").asLong(),
                  json.path("jitter_ms").asInt(),
                  strings(json.path("warnings")),
                  optional(json, "recording"),
                  optional(json, "thumbnail"));
          case "ended" ->
              new StreamEvent.Ended(
                  json.path("reason").asText(""),
                  json.path("duration_seconds").asLong(),
                  optional(json, "recording"));
          default -> null; // a newer provider may tell more
        });
  }

  static Forward forward(JsonNode json) {
    return new Forward(
        text(json, "id"),
        text(json, "name"),
        text(json, "server"),
        json.path("enabled").asBoolean(),
        text(json, "state"),
        optional(json, "detail"),
        json.path("sent_bytes").asLong());
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  private static Optional<String> optional(JsonNode json, String field) {
    return Optional.ofNullable(json.path(field).textValue());
  }

  static List<String> strings(JsonNode array) {
    List<String> out = new ArrayList<>();
    array.forEach(element -> out.add(element.asText()));
    return out;
  }

  private static List<StreamStatus.TrackInfo> tracks(JsonNode json) {
    List<StreamStatus.TrackInfo> out = new ArrayList<>();
    json.path("tracks")
        .forEach(t ->
            out.add(
                new StreamStatus.TrackInfo(
                    text(t, "kind"), text(t, "codec"), text(t, "description"))));
    return out;
  }

  static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isTextual()) {
      throw unexpected("field " + field + " is missing");
    }
    return value.asText();
  }

  private static Optional<Instant> instant(JsonNode json, String field) {
    JsonNode value = json.path(field);
    try {
      return value.isTextual() ? Optional.of(Instant.parse(value.asText())) : Optional.empty();
    } catch (DateTimeException e) {
      throw unexpected("field " + field + " is no time: " + value.asText());
    }
  }

  private static LiveException unexpected(String problem) {
    return new LiveException(
        LiveException.Category.INVALID, "the provider's answer is not understood: " + problem);
  }
}
