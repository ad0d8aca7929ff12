package com.wavlake.ingest.webhook;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where webhooks and what is on its way to them are kept. Notices are written together with the
 * change that they tell of. Every change is durable when the call returns; all may block.
 */
public interface WebhookStore {

  /** An owner's, oldest first. */
  List<Webhook> of(PublicKey owner);

  /** One of them. */
  Optional<Webhook> find(String id);

  /** Keeps another; false when its owner has {@code most} already. */
  boolean add(Webhook webhook, int most);

  /** Forgets one with what is on its way to it; false when there is none. */
  boolean remove(PublicKey owner, String id);

  /** What is to be tried at {@code now}, one for each webhook, oldest first. */
  List<WebhookDelivery> due(Instant now, int most);

  /** The newest deliveries of a webhook. */
  List<WebhookDelivery> recent(String webhookId, int most);

  /** A delivery is over, arrived or not. */
  void settle(WebhookDelivery delivery, boolean arrived, String detail);

  /** A delivery is tried again. */
  void retry(WebhookDelivery delivery, Instant next, String detail);

  /** Forgets what is over and older than {@code then}. */
  void forgetSettled(Instant then);
}
