package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.webhook.StreamNotice;
import com.wavlake.ingest.webhook.Webhook;
import com.wavlake.ingest.webhook.Webhooks;
import com.wavlake.live.nostr.PublicKey;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Webhooks in their owners' hands. */
final class WebhookApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_WEBHOOKS = 5;
  private static final int MAX_URL = 500;
  private static final int RECENT = 10;

  private final Services services;
  private final Webhooks webhooks;

  WebhookApi(Services services) {
    this.services = services;
    this.webhooks = services.webhooks();
  }

  ObjectNode list(PublicKey caller) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("webhooks");
    webhooks.store().of(caller).forEach(webhook -> list.add(json(webhook)));
    return answer;
  }

  /** The secret is shown this once. */
  ObjectNode add(PublicKey caller, byte[] body) {
    Fields fields = Fields.of(body, Set.of("url", "events"));
    String url = fields.text("url", 1, MAX_URL);
    if (!url.isEmpty()) {
      webhooks.problem(url).ifPresent(problem -> fields.wrong("url", problem));
    }
    Set<String> events = events(fields);
    fields.check();
    Webhook webhook =
        new Webhook(
            UUID.randomUUID().toString(),
            caller,
            url,
            Webhooks.newSecret(),
            events,
            services.time().now().truncatedTo(ChronoUnit.MILLIS)); // as it is kept
    if (!webhooks.store().add(webhook, MAX_WEBHOOKS)) {
      throw Problem.conflict("You may have " + MAX_WEBHOOKS + " webhooks.");
    }
    return json(webhook).put("secret", webhook.secret());
  }

  private static Set<String> events(Fields fields) {
    JsonNode list = fields.get("events");
    if (list.isMissingNode() || list.isNull()) {
      return Set.copyOf(StreamNotice.TYPES);
    }
    Set<String> events = new TreeSet<>();
    list.forEach(event -> events.add(event.asText()));
    if (!list.isArray() || events.isEmpty() || !StreamNotice.TYPES.containsAll(events)) {
      fields.wrong("events", "is no list of " + String.join(", ", StreamNotice.TYPES));
    }
    return events;
  }

  ObjectNode remove(PublicKey caller, String id) {
    if (!webhooks.store().remove(caller, id)) {
      throw new Problem(404, "not_found", "There is no such webhook of yours.");
    }
    return JSON.createObjectNode().put("id", id).put("deleted", true);
  }

  private ObjectNode json(Webhook webhook) {
    ObjectNode json = JSON.createObjectNode();
    json.put("id", webhook.id());
    json.put("url", webhook.url());
    new TreeSet<>(webhook.events()).forEach(json.putArray("events")::add);
    json.put("created_at", webhook.createdAt().toString());
    ArrayNode deliveries = json.putArray("deliveries");
    webhooks
        .store()
        .recent(webhook.id(), RECENT)
        .forEach(d ->
            deliveries
                .addObject()
                .put("id", d.id())
                .put("event", d.event())
                .put("state", d.state())
                .put("attempts", d.attempts())
                .put("detail", d.detail().isEmpty() ? null : d.detail())
                .put("created_at", d.createdAt().toString()));
    return json;
  }
}
