package com.wavlake.ingest.store;

import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** How long what is kept: run it every hour. */
public final class Retention {
  private static final Duration METRICS_KEPT = Duration.ofDays(30);
  private static final Duration ERRORS_KEPT = Duration.ofDays(7);
  private static final Duration UNUSED_KEPT = Duration.ofDays(30);
  private static final Duration RATE_LIMITS_KEPT = Duration.ofHours(1);

  /** Of an ended stream, for those who come late. */
  static final int CHAT_KEPT = 100;

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
    return database.write(h -> {
      h.execute("DELETE FROM events WHERE expires_at < ?", now.getEpochSecond());
      h.execute("DELETE FROM chat_rate_limits WHERE window_start < ?", now.minus(RATE_LIMITS_KEPT));
      h.execute("DELETE FROM chat_bans WHERE until < ?", now);
      h.execute("DELETE FROM stream_metrics WHERE timestamp < ?", now.minus(METRICS_KEPT));
      h.execute("DELETE FROM stream_errors WHERE created_at < ?", now.minus(ERRORS_KEPT));
      Instant unused = now.minus(UNUSED_KEPT);
      h.execute(
          "DELETE FROM streams WHERE status = 'created' AND ever_connected = FALSE AND created_at < ?"
              + " AND (starts_at IS NULL OR starts_at < ?)",
          unused,
          unused);
      pruneChat(h);
      h.execute(
          "INSERT INTO stream_summaries (stream_id, pubkey, title, category, status, created_at, started_at,"
              + " ended_at, peak_viewers, total_viewers, chat_messages) SELECT id, pubkey, title, category, status,"
              + " created_at, started_at, ended_at, peak_viewers, total_viewers, chat_messages FROM streams"
              + " WHERE expires_at < ? AND id NOT IN (SELECT stream_id FROM stream_summaries)",
          now);
      return deleteStreams(h, "s.expires_at < ?", now);
    });
  }

  private static void pruneChat(Handle h) {
    String about = "30311:' || s.pubkey || ':' || s.id";
    h.createQuery(
            "SELECT '"
                + about
                + " FROM streams s WHERE s.status IN ('ended', 'error') AND s.chat_messages > ?")
        .bind(0, CHAT_KEPT)
        .mapTo(String.class)
        .list()
        .forEach(coordinate ->
            h.execute(
                "DELETE FROM events WHERE kind = 1311 AND id IN (SELECT event_id FROM event_tags WHERE name = 'a'"
                    + " AND value = ?) AND id NOT IN (SELECT e.id FROM events e JOIN event_tags t ON t.event_id = e.id"
                    + " WHERE e.kind = 1311 AND t.name = 'a' AND t.value = ? ORDER BY e.created_at DESC, e.id LIMIT ?)",
                coordinate,
                coordinate,
                CHAT_KEPT));
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
            + " ON t.name = 'a' AND t.value = '30311:' || s.pubkey || ':' || s.id WHERE "
            + condition
            + ")",
        value);
    return h.execute(
        "DELETE FROM streams WHERE id IN (SELECT s.id FROM streams s WHERE " + condition + ")",
        value);
  }
}
