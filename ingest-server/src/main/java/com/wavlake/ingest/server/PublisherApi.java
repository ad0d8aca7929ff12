package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.access.Publisher;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Who may publish here, in the admins' hands. */
final class PublisherApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 1_000;
  private static final int MAX_NOTE = 200;
  private static final String STATES =
      Arrays.stream(Publisher.Status.values())
          .map(Publisher.Status::wire)
          .collect(Collectors.joining(", "));

  private final Services services;

  PublisherApi(Services services) {
    this.services = services;
  }

  private void requireAdmin(PublicKey caller) {
    if (!services.access().isAdmin(caller)) {
      throw new Problem(403, "forbidden", "This is for the admins of this server.");
    }
  }

  /** All, or those in a state. */
  ObjectNode list(PublicKey caller, String status) {
    requireAdmin(caller);
    Optional<Publisher.Status> wanted =
        status.isEmpty()
            ? Optional.empty()
            : Optional.of(
                parse(status)
                    .orElseThrow(
                        () -> Problem.validation(Map.of("status", "is none of " + STATES))));
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("publishers");
    services.access().store().list(wanted, PAGE).forEach(p -> list.add(json(p)));
    return answer;
  }

  /** Approves, denies or suspends; whoever is suspended is off air at once. */
  ObjectNode set(PublicKey caller, String who, byte[] body) {
    requireAdmin(caller);
    PublicKey key = key(who);
    Fields fields = Fields.of(body, Set.of("status", "note"));
    String word = fields.text("status", 1, 20);
    Optional<Publisher.Status> status = parse(word);
    if (!word.isEmpty() && status.isEmpty()) {
      fields.wrong("status", "is none of " + STATES);
    }
    String note = fields.text("note", 0, MAX_NOTE);
    fields.check();
    Publisher publisher =
        services.access().store().set(key, status.orElseThrow(), note, services.time().now());
    if (publisher.status() == Publisher.Status.SUSPENDED) {
      for (StreamSession session : services.registry().all()) {
        if (session.record().owner().equals(key)) {
          var _ = session.stop("its owner was suspended");
        }
      }
    }
    return json(publisher);
  }

  ObjectNode remove(PublicKey caller, String who) {
    requireAdmin(caller);
    PublicKey key = key(who);
    if (!services.access().store().remove(key)) {
      throw new Problem(404, "not_found", "Nobody of that key is known here.");
    }
    return JSON.createObjectNode().put("pubkey", key.hex()).put("deleted", true);
  }

  private static PublicKey key(String text) {
    try {
      return PublicKey.parse(text);
    } catch (InvalidEvent e) {
      throw Problem.validation(Map.of("pubkey", "is no npub or hex key"));
    }
  }

  private static Optional<Publisher.Status> parse(String word) {
    return Arrays.stream(Publisher.Status.values()).filter(s -> s.wire().equals(word)).findFirst();
  }

  private static ObjectNode json(Publisher publisher) {
    return JSON.createObjectNode()
        .put("pubkey", publisher.key().hex())
        .put("npub", publisher.key().npub())
        .put("status", publisher.status().wire())
        .put("note", publisher.note())
        .put("created_at", publisher.createdAt().toString())
        .put("updated_at", publisher.updatedAt().toString());
  }
}
