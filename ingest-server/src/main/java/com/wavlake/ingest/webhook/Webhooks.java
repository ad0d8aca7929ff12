package com.wavlake.ingest.webhook;

import com.wavlake.ingest.delivery.DeliveryLoop;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.net.PublicAddresses;
import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells owners' servers what happens to their streams, signed, again and again for three days until
 * they have it (Standard Webhooks).
 */
public final class Webhooks implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Webhooks.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String PREFIX = "whsec_";
  private static final int SECRET_BYTES = 24;
  private static final int GONE = 410;
  private static final Duration GIVE_UP_AFTER = Duration.ofDays(4);
  private static final List<Duration> RETRIES =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(14),
          Duration.ofHours(20),
          Duration.ofHours(24));

  private final WebhookStore store;
  private final Time time;
  private final WebClient web;
  private final boolean anywhere;
  private final DeliveryLoop<WebhookDelivery> deliveries;

  /**
   * Begins to look for notices.
   *
   * @param anywhere whether they may go to this network too, and over http
   */
  public Webhooks(WebhookStore store, boolean anywhere, Time time) {
    this.store = store;
    this.time = time;
    this.anywhere = anywhere;
    this.web = anywhere ? WebClient.anywhere() : WebClient.publicOnly();
    this.deliveries = new DeliveryLoop<>(store::due, this::deliver, time);
  }

  /** Where they are kept. */
  public WebhookStore store() {
    return store;
  }

  /** A secret of 24 random bytes. */
  public static String newSecret() {
    byte[] random = new byte[SECRET_BYTES];
    RANDOM.nextBytes(random);
    return PREFIX + Base64.getEncoder().encodeToString(random);
  }

  /** What is wrong with a URL to tell; its host's addresses are checked at each delivery. */
  public Optional<String> problem(String url) {
    try {
      URI uri = URI.create(url);
      boolean right =
          "https".equals(uri.getScheme()) || (anywhere && "http".equals(uri.getScheme()));
      if (!right || uri.getHost() == null || uri.getUserInfo() != null) {
        return Optional.of("is no https:// URL");
      }
      return !anywhere && PublicAddresses.isForbiddenLiteral(uri.getHost())
          ? Optional.of("is not on the public internet")
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("is no URL");
    }
  }

  /** Something happened that somebody may want to be told of. */
  public void look() {
    deliveries.look();
  }

  private void deliver(WebhookDelivery delivery) {
    Optional<Webhook> webhook = store.find(delivery.webhookId());
    if (webhook.isEmpty()) {
      return; // removed meanwhile, and its deliveries with it
    }
    String problem;
    try {
      int status = send(webhook.get(), delivery);
      if (status >= 200 && status < 300) {
        store.settle(delivery, true, "HTTP " + status);
        return;
      }
      if (status == GONE) {
        log.info("webhook {}: gone, and removed", webhook.get().id());
        var _ = store.remove(webhook.get().owner(), webhook.get().id());
        return;
      }
      problem = "HTTP " + status;
    } catch (LiveException e) {
      problem = e.category() == Category.TIMED_OUT ? "no answer in time" : "cannot be reached";
      log.debug("webhook {}: {}", webhook.get().id(), e.getMessage());
    }
    boolean old = delivery.createdAt().plus(GIVE_UP_AFTER).isBefore(time.now());
    if (old || delivery.attempts() >= RETRIES.size()) {
      log.warn("webhook {}: given up: {}", webhook.get().id(), problem);
      store.settle(delivery, false, problem);
    } else {
      store.retry(delivery, time.now().plus(RETRIES.get(delivery.attempts())), problem);
    }
  }

  private int send(Webhook webhook, WebhookDelivery delivery) {
    long now = time.now().getEpochSecond();
    return web.post(
        webhook.url(),
        Map.of(
            "webhook-id", delivery.id(),
            "webhook-timestamp", Long.toString(now),
            "webhook-signature", sign(webhook.secret(), delivery.id(), now, delivery.body()),
            "user-agent", "wlk"),
        delivery.body());
  }

  /** {@code v1,} and the HMAC-SHA256 of id, time and body, joined by full stops. */
  static String sign(String secret, String id, long seconds, String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] said = (id + "." + seconds + "." + body).getBytes(StandardCharsets.UTF_8);
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(said));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /** What is older is of no use to anybody. */
  public void forget(Instant settledBefore) {
    store.forgetSettled(settledBefore);
  }

  @Override
  public void close() {
    deliveries.close();
  }
}
