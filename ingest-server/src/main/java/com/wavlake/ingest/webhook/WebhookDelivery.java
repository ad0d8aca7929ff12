package com.wavlake.ingest.webhook;

import java.time.Instant;

/**
 * A notice on its way.
 *
 * @param id of the notice, the same at each attempt
 * @param webhookId where it goes
 * @param event its type
 * @param body JSON
 * @param state {@code waiting}, {@code delivered} or {@code failed}
 * @param attempts so far
 * @param detail of the last one that failed
 * @param createdAt when it happened
 */
public record WebhookDelivery(
    String id,
    String webhookId,
    String event,
    String body,
    String state,
    int attempts,
    String detail,
    Instant createdAt) {}
