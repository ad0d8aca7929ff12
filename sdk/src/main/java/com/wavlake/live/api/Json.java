package com.wavlake.live.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The management API's JSON, both ways, field by field: what is missing or of another type is
 * named.
 */
final class Json {
  static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Set<String> STREAM_EVENTS =
      Set.of("connection", "first_segment", "viewers", "health", "key_replaced", "ended");

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

  static ObjectNode write(StreamEdit edit) {
    ObjectNode json = MAPPER.createObjectNode();
    edit.fields()
        .forEach((field, value) ->
            json.set(field, value.<JsonNode>map(MAPPER::valueToTree).orElseGet(MAPPER::nullNode)));
    return json;
  }

  static ObjectNode write(ChatRules rules) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("slow_mode_seconds", rules.slowMode().toSeconds());
    json.put("pow_bits", rules.powBits());
    ArrayNode bans = json.putArray("bans");
    rules
        .bans()
        .forEach((who, until) -> {
          ObjectNode ban = bans.addObject().put("pubkey", who.hex());
          until.ifPresent(at -> ban.put("until", at.toString()));
        });
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
        instant(json, "ended_at"),
        json.path("record").asBoolean(),
        optional(json, "recording"),
        optional(json, "thumbnail"),
        json.path("peak_viewers").asInt(),
        json.path("total_viewers").asInt(),
        json.path("reusable_key").asBoolean());
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
        optional(json, "naddr"),
        PublicKey.parse(text(json, "pubkey")),
        text(json, "title"),
        text(json, "category"),
        optional(json, "image"),
        optional(json, "thumbnail"),
        json.path("status").asText("live"),
        json.path("current_viewers").asInt(),
        instant(json, "started_at"),
        text(json, "hls_playback"));
  }

  static PlannedListing plannedListing(JsonNode json) {
    return new PlannedListing(
        text(json, "stream_id"),
        optional(json, "naddr"),
        PublicKey.parse(text(json, "pubkey")),
        text(json, "title"),
        text(json, "category"),
        optional(json, "image"),
        optional(json, "thumbnail"),
        instant(json, "starts"),
        text(json, "hls_playback"));
  }

  static EndedListing endedListing(JsonNode json) {
    return new EndedListing(
        text(json, "stream_id"),
        text(json, "naddr"),
        PublicKey.parse(text(json, "pubkey")),
        text(json, "title"),
        text(json, "category"),
        optional(json, "image"),
        optional(json, "thumbnail"),
        optional(json, "recording"),
        instant(json, "ended_at"),
        json.path("duration_seconds").asLong(),
        json.path("total_viewers").asInt());
  }

  static StreamListing streamListing(JsonNode json) {
    return new StreamListing(
        text(json, "stream_id"),
        text(json, "naddr"),
        PublicKey.parse(text(json, "pubkey")),
        text(json, "title"),
        json.path("description").asText(""),
        text(json, "category"),
        strings(json.path("tags")),
        optional(json, "image"),
        optional(json, "thumbnail"),
        json.path("enable_chat").asBoolean(true),
        text(json, "status"),
        text(json, "connection_state"),
        json.path("playable").asBoolean(),
        text(json, "hls_playback"),
        optional(json, "recording"),
        json.path("current_viewers").asInt(),
        json.path("total_viewers").asInt(),
        instant(json, "starts"),
        instant(json, "started_at"),
        instant(json, "ended_at"),
        json.path("duration_seconds").asLong());
  }

  static Page page(JsonNode json) {
    return new Page(list(json.path("streams"), Json::streamDetails), optional(json, "next_cursor"));
  }

  static StreamMetrics metrics(JsonNode json) {
    List<StreamMetrics.Sample> samples =
        list(
            json.path("samples"),
            s ->
                new StreamMetrics.Sample(
                    time(s, "at"),
                    s.path("viewers").asInt(),
                    s.path("chat_messages").asInt(),
                    s.path("bitrate_kbps").asInt(),
                    s.path("frame_rate").asDouble(),
                    text(s, "connection_state")));
    return new StreamMetrics(samples, instant(json, "next_since"));
  }

  static StreamError error(JsonNode json) {
    return new StreamError(time(json, "at"), text(json, "type"), text(json, "message"));
  }

  static StreamSummary summary(JsonNode json) {
    return new StreamSummary(
        text(json, "stream_id"),
        text(json, "title"),
        text(json, "category"),
        text(json, "status"),
        time(json, "created_at"),
        instant(json, "started_at"),
        instant(json, "ended_at"),
        json.path("peak_viewers").asInt(),
        json.path("total_viewers").asInt(),
        json.path("chat_messages").asLong());
  }

  /** A provider that says nothing more than yes has kept {@code will} as it is. */
  static WillDeposit willDeposit(JsonNode json, Event will) {
    return new WillDeposit(
        optional(json, "event_id").map(EventId::parse).orElse(will.id()),
        instant(json, "not_before").orElseGet(() -> Instant.ofEpochSecond(will.createdAt())),
        list(
            json.path("relays"),
            r ->
                new WillDeposit.Relay(
                    text(r, "url"), r.path("reachable").asBoolean(), optional(r, "detail"))));
  }

  static WillState willState(JsonNode json) {
    return new WillState(
        present(json.path("will"))
            .map(will ->
                new WillState.Kept(
                    EventId.parse(text(will, "event_id")),
                    time(will, "deposited_at"),
                    time(will, "not_before"))),
        present(json.path("released"))
            .map(released ->
                new WillState.Released(
                    EventId.parse(text(released, "event_id")),
                    time(released, "released_at"),
                    list(
                        released.path("relays"),
                        r ->
                            new WillState.Delivery(
                                text(r, "url"), text(r, "state"), optional(r, "detail"))))));
  }

  static ChatRules moderation(JsonNode json) {
    Map<PublicKey, Optional<Instant>> bans = new HashMap<>();
    json.path("bans")
        .forEach(ban -> bans.put(PublicKey.parse(text(ban, "pubkey")), instant(ban, "until")));
    return new ChatRules(
        Duration.ofSeconds(json.path("slow_mode_seconds").asLong()),
        json.path("pow_bits").asInt(),
        bans);
  }

  static Webhook webhook(JsonNode json) {
    List<Webhook.Delivery> deliveries =
        list(
            json.path("deliveries"),
            d ->
                new Webhook.Delivery(
                    text(d, "id"),
                    text(d, "event"),
                    text(d, "state"),
                    d.path("attempts").asInt(),
                    optional(d, "detail"),
                    time(d, "created_at")));
    return new Webhook(
        text(json, "id"),
        text(json, "url"),
        Set.copyOf(strings(json.path("events"))),
        time(json, "created_at"),
        deliveries);
  }

  static Publisher publisher(JsonNode json) {
    return new Publisher(
        PublicKey.parse(text(json, "pubkey")),
        publisherStatus(text(json, "status")),
        json.path("note").asText(""),
        time(json, "created_at"),
        time(json, "updated_at"));
  }

  private static Publisher.Status publisherStatus(String wire) {
    return Arrays.stream(Publisher.Status.values())
        .filter(status -> wire(status).equals(wire))
        .findFirst()
        .orElseThrow(() -> unexpected("field status is " + wire));
  }

  static String wire(Publisher.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  static Capacity capacity(JsonNode json) {
    return new Capacity(
        text(json, "name"),
        json.path("now").asDouble(),
        json.path("limit").asDouble(),
        json.path("scale_up_at").asDouble(),
        json.path("scale_up").asBoolean());
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
        optional(json, "rtmps_ingest"),
        text(json, "relay_url"),
        optional(json, "access"),
        json.path("records").asBoolean(),
        json.path("pages").asBoolean(),
        json.path("limits").path("streams").asInt(),
        json.path("limits").path("viewers").asInt(),
        json.path("limits").path("streams_per_owner").asInt());
  }

  /** Nothing for a name that is not known: a newer provider may tell more, in any form. */
  static Optional<StreamEvent> streamEvent(String name, String data) {
    if (!STREAM_EVENTS.contains(name)) {
      return Optional.empty();
    }
    JsonNode json = parse(data);
    return Optional.of(
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
          case "key_replaced" -> new StreamEvent.KeyReplaced();
          default ->
              new StreamEvent.Ended(
                  json.path("reason").asText(""),
                  json.path("duration_seconds").asLong(),
                  optional(json, "recording"));
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

  static <R> List<R> list(JsonNode array, Function<JsonNode, R> element) {
    List<R> out = new ArrayList<>();
    array.forEach(json -> out.add(element.apply(json)));
    return out;
  }

  private static Optional<JsonNode> present(JsonNode object) {
    return Optional.of(object).filter(JsonNode::isObject);
  }

  private static Instant time(JsonNode json, String field) {
    return instant(json, field).orElseThrow(() -> unexpected("field " + field + " is missing"));
  }

  static List<String> strings(JsonNode array) {
    return list(array, JsonNode::asText);
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
