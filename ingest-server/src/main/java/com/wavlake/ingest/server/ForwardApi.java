package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.forward.Target;
import com.wavlake.live.nostr.PublicKey;
import java.util.UUID;

/** Copies of a stream to other services, in its owner's hands. */
final class ForwardApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_FORWARDS = 5;

  private final Services services;
  private final MediaStores media;
  private final Owned owned;
  private final StreamJson json;

  ForwardApi(Services services, StreamJson json) {
    this.services = services;
    this.media = services.media();
    this.owned = new Owned(services.registry());
    this.json = json;
  }

  ObjectNode list(PublicKey caller, String id) {
    var _ = owned.find(caller, id);
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("forwards");
    media.targets().targets(id).forEach(t -> list.add(forward(t)));
    return answer;
  }

  private ObjectNode forward(Target target) {
    return json.forward(target, media.forwards().standing(target));
  }

  ObjectNode add(PublicKey caller, String id, byte[] body) {
    boolean over = owned.find(caller, id).status().isFinal();
    ForwardRequest request = ForwardRequest.parse(body, media.forwards());
    if (over) {
      throw Problem.conflict("The stream has ended.");
    }
    Target target =
        new Target(
            UUID.randomUUID().toString(),
            id,
            request.name(),
            request.server(),
            request.key(),
            true);
    if (!media.targets().add(target, MAX_FORWARDS, services.time().now())) {
      throw Problem.conflict("A stream has " + MAX_FORWARDS + " forwards at most.");
    }
    media.forwards().changed(id);
    return forward(target);
  }

  ObjectNode change(PublicKey caller, String id, String target, byte[] body) {
    var _ = owned.find(caller, id);
    boolean enabled = ForwardRequest.parseEnabled(body);
    if (!media.targets().enable(id, target, enabled)) {
      throw noForward();
    }
    media.forwards().changed(id);
    return media.targets().targets(id).stream()
        .filter(t -> t.id().equals(target))
        .findFirst()
        .map(this::forward)
        .orElseThrow(ForwardApi::noForward);
  }

  ObjectNode remove(PublicKey caller, String id, String target) {
    var _ = owned.find(caller, id);
    if (!media.targets().remove(id, target)) {
      throw noForward();
    }
    media.forwards().changed(id);
    return JSON.createObjectNode().put("id", target).put("deleted", true);
  }

  private static Problem noForward() {
    return new Problem(404, "not_found", "There is no such forward.");
  }
}
