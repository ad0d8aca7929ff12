package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.outbox.LastWill;
import com.wavlake.ingest.outbox.Release;
import com.wavlake.ingest.outbox.WillCheck;
import com.wavlake.ingest.outbox.WillRefused;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.live.nostr.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Last wills in their owners' hands. */
final class WillApi {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Services services;
  private final Owned owned;

  WillApi(Services services) {
    this.services = services;
    this.owned = new Owned(services.registry());
  }

  /** Keeps a will; says which relays it could not be brought to. */
  ObjectNode deposit(PublicKey caller, String id, byte[] body) {
    StreamRecord stream = owned.find(caller, id);
    LastWill will;
    try {
      will = WillCheck.parse(body, stream, services.time().now());
    } catch (WillRefused e) {
      throw Problem.validation(Map.of(e.field(), String.valueOf(e.getMessage())));
    }
    services.outbox().deposit(will); // first of all: what follows may take its time
    ObjectNode answer = describe(will);
    List<String> relays = WillCheck.relays(will.event(), services.settings().urls().relay());
    ArrayNode list = answer.putArray("relays");
    services
        .willRelays()
        .problems(relays)
        .forEach((url, problem) ->
            list.addObject()
                .put("url", url)
                .put("reachable", problem.isEmpty())
                .put("detail", problem.isEmpty() ? null : problem));
    return answer;
  }

  ObjectNode get(PublicKey caller, String id) {
    var _ = owned.find(caller, id);
    Optional<LastWill> will = services.outbox().will(id);
    Optional<Release> released = services.outbox().released(id);
    if (will.isEmpty() && released.isEmpty()) {
      throw noWill();
    }
    ObjectNode answer = JSON.createObjectNode();
    answer.set("will", will.map(WillApi::describe).orElse(null));
    answer.set("released", released.map(WillApi::describe).orElse(null));
    return answer;
  }

  ObjectNode withdraw(PublicKey caller, String id) {
    var _ = owned.find(caller, id);
    if (!services.outbox().withdraw(id)) {
      throw noWill();
    }
    return JSON.createObjectNode().put("stream_id", id).put("withdrawn", true);
  }

  private static ObjectNode describe(LastWill will) {
    return JSON.createObjectNode()
        .put("stream_id", will.streamId())
        .put("event_id", will.event().id().hex())
        .put("deposited_at", will.depositedAt().toString())
        .put("not_before", will.releaseAt().toString());
  }

  private static ObjectNode describe(Release release) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("event_id", release.eventId())
            .put("released_at", release.releasedAt().toString());
    ArrayNode relays = json.putArray("relays");
    release
        .relays()
        .forEach(stop ->
            relays
                .addObject()
                .put("url", stop.url())
                .put("state", stop.state())
                .put("detail", stop.detail().isEmpty() ? null : stop.detail()));
    return json;
  }

  private static Problem noWill() {
    return new Problem(404, "not_found", "This stream has no last will.");
  }
}
