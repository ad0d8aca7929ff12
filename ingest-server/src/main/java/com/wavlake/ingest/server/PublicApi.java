package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.live.nostr.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What this server tells everybody. */
final class PublicApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PLANNED = 50;
  private static final Duration LATE = Duration.ofHours(1);

  private final Services services;
  private final ServerSettings settings;

  PublicApi(Services services) {
    this.services = services;
    this.settings = services.settings();
  }

  /** What is live here, the newest first, and what is planned, the soonest first. */
  ObjectNode live() {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode streams = answer.putArray("streams");
    List<StreamSession> live =
        services.registry().all().stream()
            .filter(session -> isLive(session.record()))
            .sorted(
                Comparator.comparing(
                        (StreamSession s) -> s.record().times().startedAt().orElse(Instant.EPOCH))
                    .reversed())
            .toList();
    for (StreamSession session : live) {
      describe(streams.addObject(), session.record())
          .put("current_viewers", session.viewers().current())
          .put(
              "started_at",
              session.record().times().startedAt().map(Instant::toString).orElse(null));
    }
    ArrayNode planned = answer.putArray("planned");
    services
        .streams()
        .planned(services.time().now().minus(LATE), PLANNED)
        .forEach(stream ->
            describe(planned.addObject(), stream)
                .put("starts", stream.about().starts().map(Instant::toString).orElse(null)));
    return answer;
  }

  private static boolean isLive(StreamRecord stream) {
    return stream.status() == StreamState.LIVE || stream.status() == StreamState.RECONNECTING;
  }

  private ObjectNode describe(ObjectNode json, StreamRecord stream) {
    return json.put("stream_id", stream.id())
        .put("pubkey", stream.owner().hex())
        .put("title", stream.about().title())
        .put("category", stream.about().category())
        .put("image", stream.about().image().orElse(null))
        .put("hls_playback", settings.urls().hls(stream.id()));
  }

  /** What this server is; for its admins how full it is, too. */
  ObjectNode info(Optional<PublicKey> caller) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("name", settings.name());
    answer.put("version", settings.version());
    answer.put("api_url", settings.urls().http());
    answer.put("rtmp_ingest", settings.urls().rtmp());
    settings.urls().rtmps().ifPresent(rtmps -> answer.put("rtmps_ingest", rtmps));
    answer.put("relay_url", settings.urls().relay());
    answer.put("access", services.access().mode().name().toLowerCase(Locale.ROOT));
    answer.put("records", settings.records());
    answer
        .putObject("limits")
        .put("streams", settings.maxStreams())
        .put("viewers", settings.maxViewers())
        .put("streams_per_owner", settings.maxStreamsPerOwner());
    if (caller.filter(services.access()::isAdmin).isPresent()) {
      ArrayNode capacity = answer.putArray("capacity");
      services
          .capacity()
          .figures()
          .forEach(figure ->
              capacity
                  .addObject()
                  .put("name", figure.name())
                  .put("now", figure.now())
                  .put("limit", figure.limit())
                  .put("scale_up_at", figure.trigger())
                  .put("scale_up", figure.isTriggered()));
    }
    return answer;
  }

  /** The clock that authorisations are measured by. */
  ObjectNode clock() {
    Instant now = services.time().now();
    return JSON.createObjectNode().put("time", now.toString()).put("unix", now.getEpochSecond());
  }
}
