package com.wavlake.ingest.store;

import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.webhook.StreamNotice;
import com.wavlake.ingest.webhook.Webhook;
import com.wavlake.ingest.webhook.WebhookDelivery;
import com.wavlake.ingest.webhook.WebhookStore;
import com.wavlake.live.nostr.PublicKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Webhooks, and what is on its way to them, in the database. */
public final class SqlWebhookStore implements WebhookStore {
  private static final int MAX_WAITING = 100;

  private final Database database;

  /** On an open database. */
  public SqlWebhookStore(Database database) {
    this.database = database;
  }

  /** Within the transaction of what is told. */
  static void enqueue(Handle handle, String type, StreamRecord stream, Instant now) {
    handle
        .createQuery("SELECT * FROM webhooks WHERE pubkey = ?")
        .bind(0, stream.owner().hex())
        .map(SqlWebhookStore::webhook)
        .list()
        .stream()
        .filter(webhook -> webhook.events().contains(type) && hasRoom(handle, webhook))
        .forEach(webhook ->
            handle.execute(
                "INSERT INTO webhook_deliveries (id, webhook_id, event, body, next_attempt_at, created_at)"
                    + " VALUES (?, ?, ?, ?, ?, ?)",
                UUID.randomUUID().toString(),
                webhook.id(),
                type,
                StreamNotice.body(type, stream, now),
                now,
                now));
  }

  /** A receiver that takes nothing in must not fill the database. */
  private static boolean hasRoom(Handle handle, Webhook webhook) {
    int waiting =
        handle
            .createQuery(
                "SELECT count(*) FROM webhook_deliveries WHERE webhook_id = ? AND state = 'waiting'")
            .bind(0, webhook.id())
            .mapTo(Integer.class)
            .one();
    return waiting < MAX_WAITING;
  }

  @Override
  public List<Webhook> of(PublicKey owner) {
    return database.read(h ->
        h.createQuery("SELECT * FROM webhooks WHERE pubkey = ? ORDER BY created_at, id")
            .bind(0, owner.hex())
            .map(SqlWebhookStore::webhook)
            .list());
  }

  @Override
  public Optional<Webhook> find(String id) {
    return database.read(h ->
        h.createQuery("SELECT * FROM webhooks WHERE id = ?")
            .bind(0, id)
            .map(SqlWebhookStore::webhook)
            .findOne());
  }

  private static Webhook webhook(ResultSet row, StatementContext context) throws SQLException {
    return new Webhook(
        row.getString("id"),
        PublicKey.parse(row.getString("pubkey")),
        row.getString("url"),
        row.getString("secret"),
        Set.copyOf(Arrays.asList(row.getString("events").split(" ", -1))),
        row.getTimestamp("created_at").toInstant());
  }

  @Override
  public boolean add(Webhook webhook, int most) {
    return database.write(h -> {
      int there =
          h.createQuery("SELECT count(*) FROM webhooks WHERE pubkey = ?")
              .bind(0, webhook.owner().hex())
              .mapTo(Integer.class)
              .one();
      return there < most
          && h.execute(
                  "INSERT INTO webhooks (id, pubkey, url, secret, events, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                  webhook.id(),
                  webhook.owner().hex(),
                  webhook.url(),
                  webhook.secret(),
                  String.join(" ", new TreeSet<>(webhook.events())),
                  webhook.createdAt())
              == 1;
    });
  }

  @Override
  public boolean remove(PublicKey owner, String id) {
    return database.write(
            h -> h.execute("DELETE FROM webhooks WHERE id = ? AND pubkey = ?", id, owner.hex()))
        == 1;
  }

  @Override
  public List<WebhookDelivery> due(Instant now, int most) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM (SELECT d.*, row_number() OVER"
                    + " (PARTITION BY webhook_id ORDER BY next_attempt_at, created_at, id) AS place"
                    + " FROM webhook_deliveries d WHERE state = 'waiting' AND next_attempt_at <= ?) due"
                    + " WHERE place = 1 ORDER BY attempts, next_attempt_at, id LIMIT ?")
            .bind(0, now)
            .bind(1, most)
            .map(SqlWebhookStore::delivery)
            .list());
  }

  @Override
  public List<WebhookDelivery> recent(String webhookId, int most) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM webhook_deliveries WHERE webhook_id = ? ORDER BY created_at DESC, id LIMIT ?")
            .bind(0, webhookId)
            .bind(1, most)
            .map(SqlWebhookStore::delivery)
            .list());
  }

  private static WebhookDelivery delivery(ResultSet row, StatementContext context)
      throws SQLException {
    return new WebhookDelivery(
        row.getString("id"),
        row.getString("webhook_id"),
        row.getString("event"),
        row.getString("body"),
        row.getString("state"),
        row.getInt("attempts"),
        row.getString("detail"),
        row.getTimestamp("created_at").toInstant());
  }

  @Override
  public void settle(WebhookDelivery delivery, boolean arrived, String detail) {
    database.write(h ->
        h.execute(
            "UPDATE webhook_deliveries SET state = ?, attempts = attempts + 1, detail = ? WHERE id = ?",
            arrived ? "delivered" : "failed",
            detail,
            delivery.id()));
  }

  @Override
  public void retry(WebhookDelivery delivery, Instant next, String detail) {
    database.write(h ->
        h.execute(
            "UPDATE webhook_deliveries SET attempts = attempts + 1, next_attempt_at = ?, detail = ? WHERE id = ?",
            next,
            detail,
            delivery.id()));
  }

  @Override
  public void forgetSettled(Instant then) {
    database.write(h ->
        h.execute(
            "DELETE FROM webhook_deliveries WHERE state <> 'waiting' AND created_at < ?", then));
  }
}
