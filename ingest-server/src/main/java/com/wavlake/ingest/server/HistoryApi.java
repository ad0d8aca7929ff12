package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** How streams were doing, for their owners. */
final class HistoryApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SAMPLES = 1_000;
  private static final int FAULTS = 100;
  private static final int SUMMARIES = 200;
  private static final Duration SPAN = Duration.ofDays(30);

  private final Services services;
  private final Owned owned;

  HistoryApi(Services services) {
    this.services = services;
    this.owned = new Owned(services.registry());
  }

  /**
   * Samples, oldest first; where there are more, {@code next_since} is where the next call begins.
   *
   * @param since a time, or ""
   * @param until a time, or ""
   */
  ObjectNode metrics(PublicKey caller, String id, String since, String until) {
    var _ = owned.find(caller, id);
    Instant now = services.time().now();
    var samples =
        services
            .history()
            .metrics(
                id, time("since", since, now.minus(SPAN)), time("until", until, now), SAMPLES + 1);
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("samples");
    samples.stream()
        .limit(SAMPLES)
        .forEach(sample ->
            list.addObject()
                .put("at", sample.at().toString())
                .put("viewers", sample.viewers())
                .put("chat_messages", sample.chatMessages())
                .put("bitrate_kbps", sample.bitrateKbps())
                .put("frame_rate", sample.frameRate())
                .putNull("packet_loss") // RTMP tells of none
                .put("connection_state", sample.connectionState()));
    answer.put(
        "next_since", samples.size() > SAMPLES ? samples.get(SAMPLES).at().toString() : null);
    return answer;
  }

  private static Instant time(String name, String text, Instant fallback) {
    return text.isEmpty()
        ? fallback
        : Fields.instant(text).orElseThrow(() -> Problem.validation(Map.of(name, Fields.NO_TIME)));
  }

  ObjectNode errors(PublicKey caller, String id) {
    var _ = owned.find(caller, id);
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("errors");
    services
        .history()
        .errors(id, FAULTS)
        .forEach(fault ->
            list.addObject()
                .put("at", fault.at().toString())
                .put("type", fault.type())
                .put("message", fault.message()));
    return answer;
  }

  /** What is left of the caller's streams that are forgotten. */
  ObjectNode summaries(PublicKey caller) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("summaries");
    services
        .history()
        .summaries(caller, SUMMARIES)
        .forEach(s ->
            list.addObject()
                .put("stream_id", s.streamId())
                .put("title", s.title())
                .put("category", s.category())
                .put("status", s.status())
                .put("created_at", s.createdAt().toString())
                .put("started_at", s.startedAt().map(Instant::toString).orElse(null))
                .put("ended_at", s.endedAt().map(Instant::toString).orElse(null))
                .put("peak_viewers", s.peakViewers())
                .put("total_viewers", s.totalViewers())
                .put("chat_messages", s.chatMessages()));
    return answer;
  }
}
