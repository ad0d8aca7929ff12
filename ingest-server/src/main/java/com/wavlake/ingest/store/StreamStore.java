package com.wavlake.ingest.store;

import com.wavlake.ingest.hls.Continuation;
import com.wavlake.ingest.stream.ConnectionState;
import com.wavlake.ingest.stream.KeyDirectory;
import com.wavlake.ingest.stream.StreamJournal;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.ingest.webhook.StreamNotice;
import com.wavlake.live.nostr.PublicKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;

/** Streams in the database. */
public final class StreamStore implements StreamJournal, KeyDirectory {
  /** Word for word what {@code idx_streams_ended} is for. */
  static final String ENDED =
      "SELECT * FROM streams WHERE status = 'ended' AND started_at IS NOT NULL"
          + " ORDER BY ended_at DESC, id LIMIT ?";

  private static final int MAX_ID = 36;

  private final Database database;
  private final StreamHistory history;

  /** On an open database. */
  public StreamStore(Database database, StreamHistory history) {
    this.database = database;
    this.history = history;
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

  /**
   * Keeps a new stream, or answers the one that the same owner's same Idempotency-Key made.
   *
   * @param reuseKeyOf the ended stream whose key opens this one, in place of the record's own
   */
  public Creation create(
      StreamRecord stream,
      Urls urls,
      Optional<String> idempotencyKey,
      Optional<String> reuseKeyOf) {
    return database.write(handle -> {
      Optional<StreamRecord> before =
          idempotencyKey.flatMap(key -> madeBy(handle, stream.owner(), key));
      if (before.isPresent()) {
        return repeated(handle, before.get(), stream, reuseKeyOf.isPresent());
      }
      Optional<String> moved = reuseKeyOf.flatMap(id -> releaseKey(handle, stream, id));
      if (reuseKeyOf.isPresent() && moved.isEmpty()) {
        return new Creation.NoKeyToReuse();
      }
      StreamRecord created = moved.map(stream::withKeyHash).orElse(stream);
      insert(handle, created, urls);
      idempotencyKey.ifPresent(key ->
          handle.execute(
              "INSERT INTO idempotency_keys (pubkey, idempotency_key, stream_id, created_at) VALUES (?, ?, ?, ?)",
              stream.owner().hex(),
              key,
              stream.id(),
              stream.times().createdAt()));
      return new Creation.Created(created);
    });
  }

  /** Whether an owner has made a stream with that Idempotency-Key. */
  public boolean isUsed(PublicKey owner, String idempotencyKey) {
    return database.read(h -> madeBy(h, owner, idempotencyKey).isPresent());
  }

  private static Optional<StreamRecord> madeBy(Handle handle, PublicKey owner, String key) {
    return handle
        .createQuery(
            "SELECT s.* FROM streams s JOIN idempotency_keys k ON k.stream_id = s.id"
                + " WHERE k.pubkey = :pubkey AND k.idempotency_key = :key")
        .bind("pubkey", owner.hex())
        .bind("key", key)
        .map(StreamStore::stream)
        .findOne();
  }

  /** The answer with the first key was lost, so there is another; one that was moved is known. */
  private static Creation repeated(
      Handle handle, StreamRecord before, StreamRecord stream, boolean keyWasMoved) {
    if (before.status() != StreamState.CREATED || before.counts().everConnected()) {
      return new Creation.Used(before.id());
    }
    if (keyWasMoved) {
      return new Creation.Repeated(before);
    }
    StreamRecord same = before.withKeyHash(stream.keyHash());
    save(handle, same, stream.times().createdAt());
    return new Creation.Repeated(same);
  }

  /**
   * The hash of an ended stream's key moves on; what stays behind opens nothing. Empty when there
   * is none to move.
   */
  private static Optional<String> releaseKey(Handle handle, StreamRecord next, String endedId) {
    Optional<String> hash =
        handle
            .createQuery(
                "SELECT stream_key_hash FROM streams WHERE id = ? AND pubkey = ?"
                    + " AND status IN ('ended', 'error') AND stream_key_hash NOT LIKE ?")
            .bind(0, endedId)
            .bind(1, next.owner().hex())
            .bind(2, StreamRecord.KEY_MOVED + "%")
            .mapTo(String.class)
            .findOne();
    hash.ifPresent(ignored ->
        handle.execute(
            "UPDATE streams SET stream_key_hash = ? WHERE id = ?",
            StreamRecord.KEY_MOVED + next.id(),
            endedId));
    return hash;
  }

  @Override
  public Optional<StreamRecord> find(String id) {
    if (id.length() > MAX_ID || id.indexOf('\0') >= 0) {
      return Optional.empty(); // what strangers' events call a stream
    }
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

  /**
   * Where a page begins: after that one, newest first.
   *
   * @param createdAt of the last one seen
   * @param id of the last one seen
   */
  public record Place(Instant createdAt, String id) {}

  /** An owner's streams, newest first. */
  public List<StreamRecord> ownedBy(PublicKey owner, Optional<Place> after, int limit) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM streams WHERE pubkey = :owner"
                    + (after.isEmpty()
                        ? ""
                        : " AND (created_at < :at OR (created_at = :at AND id > :id))")
                    + " ORDER BY created_at DESC, id LIMIT :limit")
            .bind("owner", owner.hex())
            .bind("limit", limit)
            .bindMap(
                after
                    .map(place -> Map.<String, Object>of("at", place.createdAt(), "id", place.id()))
                    .orElse(Map.of()))
            .map(StreamStore::stream)
            .list());
  }

  /** Streams that are to come, soonest first: none that should have begun before {@code since}. */
  public List<StreamRecord> planned(Instant since, int limit) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM streams WHERE status = 'created' AND starts_at >= ?"
                    + " ORDER BY starts_at, id LIMIT ?")
            .bind(0, since)
            .bind(1, limit)
            .map(StreamStore::stream)
            .list());
  }

  /** Streams that were live and are over, the newest first. */
  public List<StreamRecord> ended(int limit) {
    return database.read(h -> h.createQuery(ENDED).bind(0, limit).map(StreamStore::stream).list());
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

  /** After a start: no encoder's connection has outlived the last process. */
  public void disconnectAll() {
    database.write(h ->
        h.execute(
            "UPDATE streams SET connection_state = 'disconnected' WHERE status = 'created'"
                + " AND connection_state <> 'disconnected'"));
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

  /** Whoever is to be told is told of what is kept, and of nothing else. */
  private static int save(Handle handle, StreamRecord r, Instant now) {
    handle
        .createQuery("SELECT status FROM streams WHERE id = ?")
        .bind(0, r.id())
        .mapTo(String.class)
        .findOne()
        .flatMap(before -> StreamNotice.type(StreamState.of(before), r.status()))
        .ifPresent(type -> SqlWebhookStore.enqueue(handle, type, r, now));
    return handle
        .createUpdate(
            "UPDATE streams SET title = :title, description = :description, category = :category,"
                + " enable_chat = :chat, starts_at = :starts, thumbnail_url = :image, tags = :tags,"
                + " record = :record, status = :status, connection_state = :connection, stream_key_hash = :key_hash,"
                + " started_at = :started_at, ended_at = :ended_at, expires_at = :expires_at,"
                + " peak_viewers = :peak, total_viewers = :total, ever_connected = :ever_connected,"
                + " next_sequence = :next_sequence, discontinuity_sequence = :discontinuities,"
                + " target_duration = :target_duration, last_error = :last_error, last_heartbeat = :now, updated_at = :now"
                + " WHERE id = :id")
        .bind("title", r.about().title())
        .bind("description", r.about().description())
        .bind("category", r.about().category())
        .bind("chat", r.about().enableChat())
        .bind("starts", r.about().starts().orElse(null))
        .bind("image", r.about().image().orElse(null))
        .bind("tags", r.about().tags())
        .bind("record", r.about().record())
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
        .bind("last_error", r.lastError().map(words -> words.replace("\0", "")).orElse(null))
        .bind("now", now)
        .bind("id", r.id())
        .execute();
  }

  @Override
  public void error(String id, String type, String message, Instant now) {
    history.error(id, type, message, now);
  }

  @Override
  public void samples(List<Sampling> samplings) {
    history.samples(samplings);
  }

  /** Forgets one stream with its events, for good. */
  public void delete(String id) {
    database.write(h -> Retention.deleteStreams(h, "s.id = ?", id));
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

  static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
  }
}
