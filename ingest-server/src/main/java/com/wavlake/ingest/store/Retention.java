package com.wavlake.ingest.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long what is kept: run it every hour. */
public final class Retention {
  private static final Duration METRICS_KEPT = Duration.ofDays(30);
  private static final Duration ERRORS_KEPT = Duration.ofDays(7);
  private static final Duration UNUSED_KEPT = Duration.ofDays(30);
  private static final Duration RATE_LIMITS_KEPT = Duration.ofHours(1);

  /** Of an ended stream, for those who come late. */
  static final int CHAT_KEPT = 100;

  private static final String EXPIRED =
      "expires_at < ? AND NOT EXISTS (SELECT 1 FROM last_wills w WHERE w.stream_id = s.id)";
  private static final int A_FEW = 1_000;
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  private final Database database;

  /** On an open database. */
  public Retention(Database database) {
    this.database = database;
  }

  /**
   * Forgets what is past its time: streams with their events, chat beyond the last hundred
   * messages, metrics, errors, rate limits. A summary of each stream stays.
   *
   * @return how many streams
   */
  public int forgetExpired(Instant now) {
    inPieces(
        "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE expires_at < ? LIMIT ?)",
        now.getEpochSecond());
    attempt(
        "rate limits",
        "DELETE FROM chat_rate_limits WHERE window_start < ?",
        now.minus(RATE_LIMITS_KEPT));
    attempt("bans", "DELETE FROM chat_bans WHERE until < ?", now);
    attempt("metrics", "DELETE FROM stream_metrics WHERE timestamp < ?", now.minus(METRICS_KEPT));
    attempt("errors", "DELETE FROM stream_errors WHERE created_at < ?", now.minus(ERRORS_KEPT));
    Instant unused = now.minus(UNUSED_KEPT);
    attempt(
        "unused streams",
        "DELETE FROM streams WHERE status = 'created' AND updated_at < ? AND connection_state = 'disconnected'"
            + " AND (starts_at IS NULL OR starts_at < ?)"
            + " AND id NOT IN (SELECT stream_id FROM last_wills)",
        unused,
        unused);
    pruneChat();
    int forgotten = 0;
    for (String id : expired(now)) { // each by itself: others are writing
      forgotten += forget(id, now);
    }
    return forgotten;
  }

  /** What fails is tried again in an hour, and keeps nothing else. */
  private void attempt(String what, String sql, Object... values) {
    try {
      database.write(h -> h.execute(sql, values));
    } catch (RuntimeException e) {
      log.error("{} past their time could not be forgotten", what, e);
    }
  }

  /** One whose last will has not gone out stays. */
  private List<String> expired(Instant now) {
    return database.read(h ->
        h.createQuery("SELECT id FROM streams s WHERE " + EXPIRED)
            .bind(0, now)
            .mapTo(String.class)
            .list());
  }

  private int forget(String id, Instant now) {
    try {
      return database.write(h -> {
        boolean still =
            h.createQuery("SELECT id FROM streams s WHERE id = ? AND " + EXPIRED)
                .bind(0, id)
                .bind(1, now)
                .mapTo(String.class)
                .findFirst()
                .isPresent();
        if (!still) {
          return 0; // a will has come meanwhile
        }
        h.execute(
            "INSERT INTO stream_summaries (stream_id, pubkey, title, category, status, created_at, started_at,"
                + " ended_at, peak_viewers, total_viewers, chat_messages) SELECT id, pubkey, title, category, status,"
                + " created_at, started_at, ended_at, peak_viewers, total_viewers, chat_messages FROM streams"
                + " WHERE id = ? AND id NOT IN (SELECT stream_id FROM stream_summaries)",
            id);
        return deleteStreams(h, "s.id = ?", id);
      });
    } catch (RuntimeException e) {
      log.error("stream {} could not be forgotten", id, e);
      return 0;
    }
  }

  /** A few at a time: others are writing. */
  private void inPieces(String delete, Object before) {
    try {
      int deleted;
      do {
        deleted = database.write(h -> h.execute(delete, before, A_FEW));
      } while (deleted == A_FEW);
    } catch (RuntimeException e) {
      log.error("what is past its time could not be forgotten", e);
    }
  }

  private void pruneChat() {
    List<String> coordinates =
        database.read(h ->
            h.createQuery(
                    "SELECT '30311:' || pubkey || ':' || id FROM streams"
                        + " WHERE status IN ('ended', 'error') AND chat_messages > ?")
                .bind(0, CHAT_KEPT)
                .mapTo(String.class)
                .list());
    for (String coordinate : coordinates) {
      int deleted;
      do { // a few at a time: others are writing
        deleted =
            database.write(h ->
                h.execute(
                    "DELETE FROM events WHERE id IN (SELECT event_id FROM event_tags WHERE name = 'a'"
                        + " AND value = ? AND kind = 1311 ORDER BY created_at DESC, event_id LIMIT ? OFFSET ?)",
                    coordinate,
                    A_FEW,
                    CHAT_KEPT));
      } while (deleted == A_FEW);
    }
  }

  /** Those that {@code condition} is true of, with their own events and those about them. */
  static int deleteStreams(Handle h, String condition, Object value) {
    h.execute(
        "DELETE FROM events WHERE id IN (SELECT e.id FROM events e JOIN streams s"
            + " ON e.pubkey = s.pubkey AND e.kind = 30311 AND e.identifier = s.id WHERE "
            + condition
            + ")",
        value);
    h.execute(
        "DELETE FROM events WHERE id IN (SELECT t.event_id FROM event_tags t JOIN streams s"
            + " ON t.name = 'a' AND t.kind IN (7, 1311, 1312, 1313, 1314, 9735)"
            + " AND t.value = '30311:' || s.pubkey || ':' || s.id WHERE "
            + condition
            + ")",
        value);
    return h.execute(
        "DELETE FROM streams WHERE id IN (SELECT s.id FROM streams s WHERE " + condition + ")",
        value);
  }
}
