package com.wavlake.ingest.store;

import com.wavlake.ingest.outbox.Delivery;
import com.wavlake.ingest.outbox.LastWill;
import com.wavlake.ingest.outbox.OutboxStore;
import com.wavlake.ingest.outbox.Release;
import com.wavlake.live.nostr.Event;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/** Last wills, and what was released of them, in the database. */
public final class SqlOutboxStore implements OutboxStore {
  private final Database database;

  /** On an open database. */
  public SqlOutboxStore(Database database) {
    this.database = database;
  }

  @Override
  public void deposit(LastWill will) {
    database.write(h -> {
      h.execute(
          "UPDATE outbox_relays SET state = 'withdrawn' WHERE state = 'waiting'"
              + " AND event_id IN (SELECT event_id FROM outbox WHERE stream_id = ?)",
          will.streamId());
      return h.execute(
          "INSERT INTO last_wills (stream_id, event_id, event, release_at, deposited_at) VALUES (?, ?, ?, ?, ?)"
              + " ON CONFLICT (stream_id) DO UPDATE SET event_id = excluded.event_id, event = excluded.event,"
              + " release_at = excluded.release_at, deposited_at = excluded.deposited_at",
          will.streamId(),
          will.event().id().hex(),
          will.event().toJson(),
          will.releaseAt(),
          will.depositedAt());
    });
  }

  @Override
  public boolean withdraw(String streamId) {
    return database.write(h -> h.execute("DELETE FROM last_wills WHERE stream_id = ?", streamId))
        == 1;
  }

  @Override
  public Optional<LastWill> will(String streamId) {
    return database.read(h ->
        h.createQuery("SELECT * FROM last_wills WHERE stream_id = ?")
            .bind(0, streamId)
            .map(SqlOutboxStore::will)
            .findOne());
  }

  @Override
  public List<LastWill> overdue(Instant now, Instant quietSince, int most) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM last_wills WHERE release_at <= ? AND deposited_at <= ?"
                    + " ORDER BY release_at, stream_id LIMIT ?")
            .bind(0, now)
            .bind(1, quietSince)
            .bind(2, most)
            .map(SqlOutboxStore::will)
            .list());
  }

  private static LastWill will(ResultSet row, StatementContext context) throws SQLException {
    return new LastWill(
        row.getString("stream_id"),
        Event.parse(row.getString("event")),
        row.getTimestamp("deposited_at").toInstant());
  }

  @Override
  public boolean release(LastWill will, List<String> relays, Instant notBefore, Instant now) {
    String eventId = will.event().id().hex();
    return database.write(h -> {
      boolean still =
          h.execute(
                  "DELETE FROM last_wills WHERE stream_id = ? AND event_id = ?",
                  will.streamId(),
                  eventId)
              == 1;
      boolean fresh =
          still
              && h.execute(
                      "INSERT INTO outbox (event_id, stream_id, event, released_at) VALUES (?, ?, ?, ?)"
                          + " ON CONFLICT (event_id) DO NOTHING",
                      eventId,
                      will.streamId(),
                      will.event().toJson(),
                      now)
                  == 1;
      if (still && !fresh) { // it was released before, and its streamer came back for a moment
        h.execute("UPDATE outbox SET released_at = ? WHERE event_id = ?", now, eventId);
        return h.execute(
                "UPDATE outbox_relays SET state = 'waiting', next_attempt_at = ?"
                    + " WHERE event_id = ? AND state = 'withdrawn'",
                notBefore,
                eventId)
            > 0;
      }
      if (fresh) {
        relays.forEach(url ->
            h.execute(
                "INSERT INTO outbox_relays (event_id, url, next_attempt_at) VALUES (?, ?, ?)",
                eventId,
                url,
                notBefore));
      }
      return fresh;
    });
  }

  @Override
  public List<Delivery> due(Instant now, int most) {
    return database.read(h ->
        h.createQuery(
                "SELECT o.event, o.released_at, r.url, r.attempts FROM outbox_relays r"
                    + " JOIN outbox o ON o.event_id = r.event_id WHERE r.state = 'waiting'"
                    + " AND r.next_attempt_at <= ? ORDER BY r.attempts, r.next_attempt_at, r.url LIMIT ?")
            .bind(0, now)
            .bind(1, most)
            .map((row, _) ->
                new Delivery(
                    Event.parse(row.getString("event")),
                    row.getString("url"),
                    row.getInt("attempts"),
                    row.getTimestamp("released_at").toInstant()))
            .list());
  }

  @Override
  public void settle(Delivery delivery, Settled how, String detail) {
    database.write(h ->
        h.execute(
            "UPDATE outbox_relays SET state = ?, attempts = attempts + 1, detail = ?"
                + " WHERE event_id = ? AND url = ? AND state = 'waiting'",
            how.name().toLowerCase(Locale.ROOT),
            detail.replace("\0", ""),
            delivery.event().id().hex(),
            delivery.url()));
  }

  @Override
  public void retry(Delivery delivery, Instant next, String detail) {
    database.write(h ->
        h.execute(
            "UPDATE outbox_relays SET attempts = attempts + 1, next_attempt_at = ?, detail = ?"
                + " WHERE event_id = ? AND url = ? AND state = 'waiting'",
            next,
            detail.replace("\0", ""),
            delivery.event().id().hex(),
            delivery.url()));
  }

  @Override
  public Optional<Release> released(String streamId) {
    return database.read(h ->
        h.createQuery(
                "SELECT event_id, released_at FROM outbox WHERE stream_id = ? ORDER BY released_at DESC LIMIT 1")
            .bind(0, streamId)
            .map((row, _) ->
                new Release(
                    row.getString("event_id"),
                    row.getTimestamp("released_at").toInstant(),
                    h.createQuery("SELECT * FROM outbox_relays WHERE event_id = ? ORDER BY url")
                        .bind(0, row.getString("event_id"))
                        .map((stop, _) ->
                            new Release.Stop(
                                stop.getString("url"),
                                stop.getString("state"),
                                stop.getString("detail")))
                        .list()))
            .findOne());
  }

  @Override
  public void forgetReleased(Instant then) {
    database.write(h -> h.execute("DELETE FROM outbox WHERE released_at < ?", then));
  }
}
