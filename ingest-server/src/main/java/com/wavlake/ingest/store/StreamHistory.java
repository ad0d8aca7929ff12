package com.wavlake.ingest.store;

import com.wavlake.ingest.stream.StreamJournal.Sampling;
import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** How streams were doing, what went wrong with them, and what is left of those forgotten. */
public final class StreamHistory {
  private final Database database;
  private final Map<String, Long> chatBefore = new HashMap<>();

  /** On an open database. */
  public StreamHistory(Database database) {
    this.database = database;
  }

  /**
   * A sample of a stream.
   *
   * @param at when
   * @param viewers then
   * @param chatMessages since the sample before
   * @param bitrateKbps over the seconds before
   * @param frameRate pictures a second
   * @param connectionState how the encoder stood
   */
  public record Sample(
      Instant at,
      int viewers,
      int chatMessages,
      int bitrateKbps,
      double frameRate,
      String connectionState) {}

  /**
   * Something that went wrong.
   *
   * @param at when
   * @param type stable name
   * @param message words
   */
  public record Fault(Instant at, String type, String message) {}

  /**
   * What is left of a stream that is forgotten.
   *
   * @param chatMessages all that were taken
   */
  public record Summary(
      String streamId,
      String title,
      String category,
      String status,
      Instant createdAt,
      Optional<Instant> startedAt,
      Optional<Instant> endedAt,
      int peakViewers,
      int totalViewers,
      long chatMessages) {}

  void error(String id, String type, String message, Instant now) {
    String words = message.replace("\0", "");
    database.write(h -> {
      h.execute(
          "INSERT INTO stream_errors (stream_id, error_type, error_message, created_at) VALUES (?, ?, ?, ?)",
          id,
          type,
          words,
          now);
      return h.execute(
          "UPDATE streams SET error_count = error_count + 1, last_error = ?, last_error_at = ? WHERE id = ?",
          words,
          now,
          id);
    });
  }

  /** In one transaction: each is a write to the disk. */
  void samples(List<Sampling> samplings) {
    database.write(h -> {
      chatBefore
          .keySet()
          .retainAll(samplings.stream().map(Sampling::id).toList()); // no longer on air
      samplings.forEach(s -> sample(h, s));
      return null;
    });
  }

  private void sample(Handle h, Sampling s) {
    Optional<Long> chat =
        h.createQuery("SELECT chat_messages FROM streams WHERE id = ?")
            .bind(0, s.id())
            .mapTo(Long.class)
            .findOne();
    if (chat.isEmpty()) {
      return; // deleted meanwhile
    }
    long before = chatBefore.getOrDefault(s.id(), chat.get());
    chatBefore.put(s.id(), chat.get());
    h.execute(
        "UPDATE streams SET current_viewers = ?, last_heartbeat = ? WHERE id = ?",
        s.viewers(),
        s.at(),
        s.id());
    h.execute(
        "INSERT INTO stream_metrics (stream_id, timestamp, concurrent_viewers, chat_messages, bitrate, frame_rate,"
            + " connection_state) VALUES (?, ?, ?, ?, ?, ?, ?)",
        s.id(),
        s.at(),
        s.viewers(),
        (int) (chat.get() - before),
        s.bitrateKbps(),
        s.frameRate(),
        s.connection().wire());
  }

  /** A stream's samples between two times, both included, oldest first. */
  public List<Sample> metrics(String streamId, Instant since, Instant until, int limit) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM stream_metrics WHERE stream_id = ? AND timestamp >= ? AND timestamp <= ?"
                    + " ORDER BY timestamp, id LIMIT ?")
            .bind(0, streamId)
            .bind(1, since)
            .bind(2, until)
            .bind(3, limit)
            .map((row, _) ->
                new Sample(
                    row.getTimestamp("timestamp").toInstant(),
                    row.getInt("concurrent_viewers"),
                    row.getInt("chat_messages"),
                    row.getInt("bitrate"),
                    row.getDouble("frame_rate"),
                    row.getString("connection_state")))
            .list());
  }

  /** What went wrong with a stream, newest first. */
  public List<Fault> errors(String streamId, int limit) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM stream_errors WHERE stream_id = ? ORDER BY created_at DESC, id DESC LIMIT ?")
            .bind(0, streamId)
            .bind(1, limit)
            .map((row, _) ->
                new Fault(
                    row.getTimestamp("created_at").toInstant(),
                    row.getString("error_type"),
                    Optional.ofNullable(row.getString("error_message")).orElse("")))
            .list());
  }

  /** An owner's forgotten streams, newest first. */
  public List<Summary> summaries(PublicKey owner, int limit) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM stream_summaries WHERE pubkey = ? ORDER BY created_at DESC, stream_id LIMIT ?")
            .bind(0, owner.hex())
            .bind(1, limit)
            .map((row, _) ->
                new Summary(
                    row.getString("stream_id"),
                    row.getString("title"),
                    row.getString("category"),
                    row.getString("status"),
                    row.getTimestamp("created_at").toInstant(),
                    StreamStore.time(row, "started_at"),
                    StreamStore.time(row, "ended_at"),
                    row.getInt("peak_viewers"),
                    row.getInt("total_viewers"),
                    row.getLong("chat_messages")))
            .list());
  }
}
