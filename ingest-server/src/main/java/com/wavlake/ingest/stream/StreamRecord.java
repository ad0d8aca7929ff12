package com.wavlake.ingest.stream;

import com.wavlake.ingest.hls.Continuation;
import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A stream as it is kept: what its owner said of it, and where it stands. Immutable.
 *
 * @param id UUID, also the {@code d} tag of its event
 * @param owner who created it
 * @param about what the owner said of it
 * @param keyHash hex SHA-256 of its stream key; or that it has moved on, see {@link #KEY_MOVED}
 * @param status where it stands
 * @param connection how its encoder stands
 * @param times when what happened
 * @param counts what is counted
 * @param lastError the last thing that went wrong
 */
public record StreamRecord(
    String id,
    PublicKey owner,
    About about,
    String keyHash,
    StreamState status,
    ConnectionState connection,
    Times times,
    Counts counts,
    Optional<String> lastError) {

  /**
   * When what happened.
   *
   * @param createdAt it was created
   * @param startedAt it went live
   * @param endedAt it ended
   * @param expiresAt it may be forgotten
   */
  public record Times(
      Instant createdAt,
      Optional<Instant> startedAt,
      Optional<Instant> endedAt,
      Optional<Instant> expiresAt) {}

  /**
   * What is counted.
   *
   * @param peakViewers the most at a time
   * @param totalViewers all there were
   * @param everConnected whether an encoder was ever let in
   * @param playlist what its playlist goes on with
   */
  public record Counts(
      int peakViewers, int totalViewers, boolean everConnected, Continuation playlist) {}

  /**
   * What an owner says of a stream.
   *
   * @param title 1 … 100 characters
   * @param description 0 … 500 characters
   * @param category topic
   * @param enableChat whether the relay takes chat for it
   * @param starts when it is planned for
   * @param image the picture's URL
   * @param tags further topics, separated by spaces
   * @param record whether it is to be recorded, where the server leaves that to its owner
   */
  public record About(
      String title,
      String description,
      String category,
      boolean enableChat,
      Optional<Instant> starts,
      Optional<String> image,
      String tags,
      boolean record) {

    /** The further topics, one by one. */
    public List<String> tagList() {
      return Stream.of(tags.split(" ", -1)).filter(tag -> !tag.isEmpty()).toList();
    }
  }

  /** What stands in place of a key's hash that opens another stream now, before that one's id. */
  public static final String KEY_MOVED = "moved to ";

  /** A new one. */
  public static StreamRecord created(
      String id, PublicKey owner, About about, String keyHash, Instant now) {
    return new StreamRecord(
        id,
        owner,
        about,
        keyHash,
        StreamState.CREATED,
        ConnectionState.DISCONNECTED,
        new Times(now, Optional.empty(), Optional.empty(), Optional.empty()),
        new Counts(0, 0, false, Continuation.START),
        Optional.empty());
  }

  /** With another state of stream and encoder. */
  public StreamRecord in(StreamState newStatus, ConnectionState newConnection) {
    boolean ever = counts.everConnected() || newConnection.isUp();
    Counts counted =
        new Counts(counts.peakViewers(), counts.totalViewers(), ever, counts.playlist());
    return new StreamRecord(
        id, owner, about, keyHash, newStatus, newConnection, times, counted, lastError);
  }

  /** Whether it is over and its key has not moved on: then it can open another. */
  public boolean hasReusableKey() {
    return status.isFinal() && !keyHash.startsWith(KEY_MOVED);
  }

  /** Gone live at {@code now}, unless it was already. */
  public StreamRecord startedAt(Instant now) {
    Optional<Instant> started = Optional.of(times.startedAt().orElse(now));
    return at(new Times(times.createdAt(), started, times.endedAt(), times.expiresAt()));
  }

  /** Ended at {@code now}, to be forgotten at {@code expires}. */
  public StreamRecord endedAt(Instant now, Instant expires) {
    return at(
        new Times(times.createdAt(), times.startedAt(), Optional.of(now), Optional.of(expires)));
  }

  private StreamRecord at(Times other) {
    return new StreamRecord(
        id, owner, about, keyHash, status, connection, other, counts, lastError);
  }

  /** With these counts. */
  public StreamRecord counting(int peak, int total, Continuation playlist) {
    Counts counted = new Counts(peak, total, counts.everConnected(), playlist);
    return new StreamRecord(
        id, owner, about, keyHash, status, connection, times, counted, lastError);
  }

  /** With something that went wrong. */
  public StreamRecord failing(String error) {
    return new StreamRecord(
        id, owner, about, keyHash, status, connection, times, counts, Optional.of(error));
  }

  /** With other words about it. */
  public StreamRecord withAbout(About other) {
    return new StreamRecord(
        id, owner, other, keyHash, status, connection, times, counts, lastError);
  }

  /** With another key. */
  public StreamRecord withKeyHash(String hash) {
    return new StreamRecord(id, owner, about, hash, status, connection, times, counts, lastError);
  }

  /** Seconds on air until {@code now}. */
  public long durationSeconds(Instant now) {
    return times
        .startedAt()
        .map(start ->
            Math.max(0, times.endedAt().orElse(now).getEpochSecond() - start.getEpochSecond()))
        .orElse(0L);
  }
}
