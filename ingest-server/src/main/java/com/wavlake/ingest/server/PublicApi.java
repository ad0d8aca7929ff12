package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What this server tells everybody. */
final class PublicApi {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Services services;
  private final ServerSettings settings;

  PublicApi(Services services) {
    this.services = services;
    this.settings = services.settings();
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
    answer.put("pages", true);
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
