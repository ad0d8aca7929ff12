package com.wavlake.ingest.stream;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.Optional;

/**
 * A stream as it is kept: what its owner said of it, and where it stands. Immutable.
 *
 * @param id UUID, also the {@code d} tag of its event
 * @param owner who created it
 * @param about what the owner said of it
 * @param keyHash hex SHA-256 of its stream key
 * @param status where it stands
 * @param connection how its encoder stands
 * @param createdAt when it was created
 * @param startedAt when it went live
 * @param endedAt when it ended
 * @param expiresAt when it may be forgotten
 * @param peakViewers the most at a time
 * @param totalViewers all there were
 * @param everConnected whether an encoder was ever let in
 * @param nextSequence the next media sequence number of its playlist
 * @param lastError the last thing that went wrong
 */
public record StreamRecord(
    String id,
    PublicKey owner,
    About about,
    String keyHash,
    StreamState status,
    ConnectionState connection,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    Optional<Instant> expiresAt,
    int peakViewers,
    int totalViewers,
    boolean everConnected,
    long nextSequence,
    Optional<String> lastError) {

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
   */
  public record About(
      String title,
      String description,
      String category,
      boolean enableChat,
      Optional<Instant> starts,
      Optional<String> image,
      String tags) {}

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
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        false,
        0,
        Optional.empty());
  }

  /** With another state of stream and encoder. */
  public StreamRecord in(StreamState newStatus, ConnectionState newConnection) {
    return new StreamRecord(
        id,
        owner,
        about,
        keyHash,
        newStatus,
        newConnection,
        createdAt,
        startedAt,
        endedAt,
        expiresAt,
        peakViewers,
        totalViewers,
        everConnected || newConnection.isUp(),
        nextSequence,
        lastError);
  }

  /** Gone live at {@code now}, unless it was already. */
  public StreamRecord startedAt(Instant now) {
    return new StreamRecord(
        id,
        owner,
        about,
        keyHash,
        status,
        connection,
        createdAt,
        Optional.of(startedAt.orElse(now)),
        endedAt,
        expiresAt,
        peakViewers,
        totalViewers,
        everConnected,
        nextSequence,
        lastError);
  }

  /** Ended at {@code now}, to be forgotten at {@code expires}. */
  public StreamRecord endedAt(Instant now, Instant expires) {
    return new StreamRecord(
        id,
        owner,
        about,
        keyHash,
        status,
        connection,
        createdAt,
        startedAt,
        Optional.of(now),
        Optional.of(expires),
        peakViewers,
        totalViewers,
        everConnected,
        nextSequence,
        lastError);
  }

  /** With these counts. */
  public StreamRecord counting(int peak, int total, long sequence) {
    return new StreamRecord(
        id,
        owner,
        about,
        keyHash,
        status,
        connection,
        createdAt,
        startedAt,
        endedAt,
        expiresAt,
        peak,
        total,
        everConnected,
        sequence,
        lastError);
  }

  /** With something that went wrong. */
  public StreamRecord failing(String error) {
    return new StreamRecord(
        id,
        owner,
        about,
        keyHash,
        status,
        connection,
        createdAt,
        startedAt,
        endedAt,
        expiresAt,
        peakViewers,
        totalViewers,
        everConnected,
        nextSequence,
        Optional.of(error));
  }

  /** With another key. */
  public StreamRecord withKeyHash(String hash) {
    return new StreamRecord(
        id,
        owner,
        about,
        hash,
        status,
        connection,
        createdAt,
        startedAt,
        endedAt,
        expiresAt,
        peakViewers,
        totalViewers,
        everConnected,
        nextSequence,
        lastError);
  }

  /** Seconds on air until {@code now}. */
  public long durationSeconds(Instant now) {
    return startedAt
        .map(start -> Math.max(0, endedAt.orElse(now).getEpochSecond() - start.getEpochSecond()))
        .orElse(0L);
  }
}
