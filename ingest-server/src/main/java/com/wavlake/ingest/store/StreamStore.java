package com.wavlake.ingest.store;

import com.wavlake.ingest.hls.Continuation;
import com.wavlake.ingest.stream.ConnectionState;
import com.wavlake.ingest.stream.KeyDirectory;
import com.wavlake.ingest.stream.StreamJournal;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.live.nostr.PublicKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;

/** Streams, their metrics and errors, in the database. */
public final class StreamStore implements StreamJournal, KeyDirectory {
  private static final Duration METRICS_KEPT = Duration.ofDays(30);
  private static final Duration ERRORS_KEPT = Duration.ofDays(7);
  private static final Duration UNUSED_KEPT = Duration.ofDays(30);
  private static final Duration RATE_LIMITS_KEPT = Duration.ofHours(1);
  private static final Duration CHAT_INTERVAL = Duration.ofSeconds(1);

  private final Database database;

  /** On an open database. */
  public StreamStore(Database database) {
    this.database = database;
  }

  /** Whether the database answers. */
  public boolean isReachable() {
    return database.read(h -> h.createQuery("SELECT 1").mapTo(Integer.class).one()) == 1;
  }

  /** Where a stream's encoder and viewers go, kept beside it. */
  public record Urls(String rtmpIngest, String hlsPlayback) {}

  /** What became of a create. */
  public sealed interface Creation {
    /** A stream that was not there before. */
    record Created(StreamRecord stream) implements Creation {}

    /**
     * The stream that an earlier create with the same Idempotency-Key made; its key was replaced.
     */
    record Repeated(StreamRecord stream) implements Creation {}

    /** An earlier create made a stream that is in use already. */
    record Used(String streamId) implements Creation {}

    /** The stream whose key was to be reused is not there, not this owner's, or not over. */
    record NoKeyToReuse() implements Creation {}
  }

  /** Keeps a new stream, or answers the one that the same owner's same Idempotency-Key made. */
  public Creation create(
      StreamRecord stream,
      Urls urls,
      Optional<String> idempotencyKey,
      Optional<String> reuseKeyOf) {
    return database.write(handle -> {
      if (idempotencyKey.isPresent()) {
        Optional<StreamRecord> before =
            handle
                .createQuery(
                    "SELECT s.* FROM streams s JOIN idempotency_keys k ON k.stream_id = s.id"
                        + " WHERE k.pubkey = :pubkey AND k.idempotency_key = :key")
                .bind("pubkey", stream.owner().hex())
                .bind("key", idempotencyKey.get())
                .map(StreamStore::stream)
                .findOne();
        if (before.isPresent()) {
          StreamRecord same = before.get().withKeyHash(stream.keyHash());
          if (same.status() != StreamState.CREATED || same.counts().everConnected()) {
            return new Creation.Used(same.id());
          }
          save(handle, same, stream.times().createdAt());
          return new Creation.Repeated(same);
        }
      }
      if (reuseKeyOf.isPresent() && !releaseKey(handle, stream, reuseKeyOf.get())) {
        return new Creation.NoKeyToReuse();
      }
      insert(handle, stream, urls);
      idempotencyKey.ifPresent(key ->
          handle.execute(
              "INSERT INTO idempotency_keys (pubkey, idempotency_key, stream_id, created_at) VALUES (?, ?, ?, ?)",
              stream.owner().hex(),
              key,
              stream.id(),
              stream.times().createdAt()));
      return new Creation.Created(stream);
    });
  }

  /** The hash of an ended stream's key moves on; what stays behind opens nothing. */
  private static boolean releaseKey(Handle handle, StreamRecord next, String endedId) {
    return handle.execute(
            "UPDATE streams SET stream_key_hash = 'moved to ' || ? WHERE id = ? AND pubkey = ?"
                + " AND status IN ('ended', 'error') AND stream_key_hash = ?",
            next.id(),
            endedId,
            next.owner().hex(),
            next.keyHash())
        == 1;
  }

  @Override
  public Optional<StreamRecord> find(String id) {
    return database.read(h ->
        h.createQuery("SELECT * FROM streams WHERE id = ?")
            .bind(0, id)
            .map(StreamStore::stream)
            .findOne());
  }

  @Override
  public Optional<StreamRecord> byKeyHash(String keyHash) {
    return database.read(h ->
        h.createQuery("SELECT * FROM streams WHERE stream_key_hash = ?")
            .bind(0, keyHash)
            .map(StreamStore::stream)
            .findOne());
  }

  /** An owner's streams, newest first. */
  public List<StreamRecord> ownedBy(PublicKey owner, int limit) {
    return database.read(h ->
        h.createQuery("SELECT * FROM streams WHERE pubkey = ? ORDER BY created_at DESC, id LIMIT ?")
            .bind(0, owner.hex())
            .bind(1, limit)
            .map(StreamStore::stream)
            .list());
  }

  /** How many streams of an owner are not over. */
  public int unfinishedOf(PublicKey owner) {
    return database.read(h ->
        h.createQuery(
                "SELECT count(*) FROM streams WHERE pubkey = ? AND status NOT IN ('ended', 'error')")
            .bind(0, owner.hex())
            .mapTo(Integer.class)
            .one());
  }

  @Override
  public List<StreamRecord> unfinished() {
    return database.read(h ->
        h.createQuery("SELECT * FROM streams WHERE status IN ('live', 'reconnecting')")
            .map(StreamStore::stream)
            .list());
  }

  @Override
  public void save(StreamRecord record, Instant now) {
    database.write(handle -> save(handle, record, now));
  }

  private static int save(Handle handle, StreamRecord r, Instant now) {
    return handle
        .createUpdate(
            "UPDATE streams SET status = :status, connection_state = :connection, stream_key_hash = :key_hash,"
                + " started_at = :started_at, ended_at = :ended_at, expires_at = :expires_at,"
                + " peak_viewers = :peak, total_viewers = :total, ever_connected = :ever_connected,"
                + " next_sequence = :next_sequence, discontinuity_sequence = :discontinuities,"
                + " target_duration = :target_duration, last_error = :last_error, last_heartbeat = :now, updated_at = :now"
                + " WHERE id = :id")
        .bind("status", r.status().wire())
        .bind("connection", r.connection().wire())
        .bind("key_hash", r.keyHash())
        .bind("started_at", r.times().startedAt().orElse(null))
        .bind("ended_at", r.times().endedAt().orElse(null))
        .bind("expires_at", r.times().expiresAt().orElse(null))
        .bind("peak", r.counts().peakViewers())
        .bind("total", r.counts().totalViewers())
        .bind("ever_connected", r.counts().everConnected())
        .bind("next_sequence", r.counts().playlist().nextSequence())
        .bind("discontinuities", r.counts().playlist().discontinuitySequence())
        .bind("target_duration", r.counts().playlist().targetDuration())
        .bind("last_error", r.lastError().orElse(null))
        .bind("now", now)
        .bind("id", r.id())
        .execute();
  }

  @Override
  public void error(String id, String type, String message, Instant now) {
    database.write(h -> {
      h.execute(
          "INSERT INTO stream_errors (stream_id, error_type, error_message, created_at) VALUES (?, ?, ?, ?)",
          id,
          type,
          message,
          now);
      return h.execute(
          "UPDATE streams SET error_count = error_count + 1, last_error = ?, last_error_at = ? WHERE id = ?",
          message,
          now,
          id);
    });
  }

  /** In one transaction: each is a write to the disk. */
  @Override
  public void samples(List<Sampling> samplings) {
    database.write(h -> {
      samplings.forEach(s -> sample(h, s));
      return null;
    });
  }

  private static void sample(Handle h, Sampling s) {
    h.execute(
        "UPDATE streams SET current_viewers = ?, last_heartbeat = ? WHERE id = ?",
        s.viewers(),
        s.at(),
        s.id());
    h.execute(
        "INSERT INTO stream_metrics (stream_id, timestamp, concurrent_viewers, chat_messages, bitrate, frame_rate,"
            + " connection_state) SELECT ?, ?, ?, count(t.event_id), ?, ?, ? FROM streams s"
            + " LEFT JOIN event_tags t ON t.name = 'a' AND t.value = '30311:' || s.pubkey || ':' || s.id"
            + " WHERE s.id = ?",
        s.id(),
        s.at(),
        s.viewers(),
        s.bitrateKbps(),
        s.frameRate(),
        s.connection().wire(),
        s.id());
  }

  /**
   * Counts a chat message; false, and not counted, when the author's last one in this stream is
   * less than a second old.
   */
  public boolean countChatMessage(PublicKey author, String streamId, Instant now) {
    return database.write(h ->
        h.execute(
                "INSERT INTO chat_rate_limits (pubkey, stream_id, last_message_at, message_count, window_start)"
                    + " VALUES (?, ?, ?, 1, ?) ON CONFLICT (pubkey, stream_id) DO UPDATE SET"
                    + " last_message_at = excluded.last_message_at, message_count = message_count + 1,"
                    + " window_start = excluded.window_start WHERE chat_rate_limits.last_message_at <= ?",
                author.hex(),
                streamId,
                now,
                now,
                now.minus(CHAT_INTERVAL))
            == 1);
  }

  /** Forgets one stream with its events. */
  public void delete(String id) {
    database.write(h -> deleteStreams(h, "s.id = ?", id));
  }

  /** Forgets what is past its time: streams with their events, metrics, errors, rate limits. */
  public int forgetExpired(Instant now) {
    return database.write(h -> {
      h.execute("DELETE FROM events WHERE expires_at < ?", now.getEpochSecond());
      h.execute("DELETE FROM chat_rate_limits WHERE window_start < ?", now.minus(RATE_LIMITS_KEPT));
      h.execute("DELETE FROM stream_metrics WHERE timestamp < ?", now.minus(METRICS_KEPT));
      h.execute("DELETE FROM stream_errors WHERE created_at < ?", now.minus(ERRORS_KEPT));
      Instant unused = now.minus(UNUSED_KEPT);
      h.execute(
          "DELETE FROM streams WHERE status = 'created' AND ever_connected = FALSE AND created_at < ?"
              + " AND (starts_at IS NULL OR starts_at < ?)",
          unused,
          unused);
      return deleteStreams(h, "s.expires_at < ?", now);
    });
  }

  /** Those that {@code condition} is true of, with their own events and those about them. */
  private static int deleteStreams(Handle h, String condition, Object value) {
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

  private static void insert(Handle handle, StreamRecord r, Urls urls) {
    Update insert =
        handle.createUpdate(
            "INSERT INTO streams (id, pubkey, title, description, category, enable_chat, stream_key_hash,"
                + " rtmp_ingest_url, hls_playback_url, thumbnail_url, starts_at, tags, record, created_at, updated_at)"
                + " VALUES (:id, :pubkey, :title, :description, :category, :chat, :key_hash, :rtmp, :hls, :image,"
                + " :starts, :tags, :record, :now, :now)");
    insert
        .bind("id", r.id())
        .bind("pubkey", r.owner().hex())
        .bind("title", r.about().title())
        .bind("description", r.about().description())
        .bind("category", r.about().category())
        .bind("chat", r.about().enableChat())
        .bind("key_hash", r.keyHash())
        .bind("rtmp", urls.rtmpIngest())
        .bind("hls", urls.hlsPlayback())
        .bind("image", r.about().image().orElse(null))
        .bind("starts", r.about().starts().orElse(null))
        .bind("tags", r.about().tags())
        .bind("record", r.about().record())
        .bind("now", r.times().createdAt())
        .execute();
  }

  private static StreamRecord stream(ResultSet row, StatementContext context) throws SQLException {
    StreamRecord.About about =
        new StreamRecord.About(
            row.getString("title"),
            Optional.ofNullable(row.getString("description")).orElse(""),
            row.getString("category"),
            row.getBoolean("enable_chat"),
            time(row, "starts_at"),
            Optional.ofNullable(row.getString("thumbnail_url")),
            row.getString("tags"),
            row.getBoolean("record"));
    return new StreamRecord(
        row.getString("id"),
        PublicKey.parse(row.getString("pubkey")),
        about,
        row.getString("stream_key_hash"),
        StreamState.of(row.getString("status")),
        ConnectionState.of(row.getString("connection_state")),
        new StreamRecord.Times(
            time(row, "created_at").orElse(Instant.EPOCH),
            time(row, "started_at"),
            time(row, "ended_at"),
            time(row, "expires_at")),
        new StreamRecord.Counts(
            row.getInt("peak_viewers"),
            row.getInt("total_viewers"),
            row.getBoolean("ever_connected"),
            new Continuation(
                row.getLong("next_sequence"),
                row.getLong("discontinuity_sequence"),
                row.getInt("target_duration"))),
        Optional.ofNullable(row.getString("last_error")));
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
  }
}
