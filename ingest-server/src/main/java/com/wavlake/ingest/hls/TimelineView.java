package com.wavlake.ingest.hls;

import com.wavlake.ingest.media.Track;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stream's media at one moment, for any number of readers. Immutable; the bytes of parts may be
 * given back while a reader looks at an old moment, so they are held before they are read.
 *
 * @param settings how it is cut
 * @param session names this timeline in URLs
 * @param tracks what is sent now, video first
 * @param inits init segments by number
 * @param held every whole segment that can still be had, oldest first
 * @param listed how many of {@code held}, from the end, the playlist lists
 * @param open the segment under way, once it has a part
 * @param nextSequence the media sequence number of the segment under way
 * @param targetDuration EXT-X-TARGETDURATION, in seconds
 * @param discontinuitySequence EXT-X-DISCONTINUITY-SEQUENCE
 * @param peakBandwidth of the segments held, in bit/s
 * @param averageBandwidth of the segments held, in bit/s
 * @param frameRate pictures a second, 0 without video
 * @param ended whether nothing will follow
 */
public record TimelineView(
    HlsSettings settings,
    String session,
    List<Track> tracks,
    Map<Integer, ByteBuffer> inits,
    List<Segment> held,
    int listed,
    Optional<Segment> open,
    long nextSequence,
    int targetDuration,
    long discontinuitySequence,
    int peakBandwidth,
    int averageBandwidth,
    double frameRate,
    boolean ended) {
  /** RFC 8216bis §6.2.5.2: how many parts ahead may be asked for. */
  private static final double ADVANCE_SECONDS = 3;

  /** Copies the collections. */
  public TimelineView {
    tracks = List.copyOf(tracks);
    inits = Map.copyOf(inits);
    held = List.copyOf(held);
  }

  /** What the playlist lists. */
  public List<Segment> window() {
    return held.subList(held.size() - listed, held.size());
  }

  /** Whether there is anything to watch. */
  public boolean isPlayable() {
    return listed > 0;
  }

  /** The whole segment of that media sequence number, while it is held. */
  public Optional<Segment> segment(long sequence) {
    if (held.isEmpty()) {
      return Optional.empty();
    }
    long index = sequence - held.getFirst().sequence();
    return index >= 0 && index < held.size()
        ? Optional.of(held.get((int) index))
        : Optional.empty();
  }

  /** A part of a segment that is held, or of the one under way. */
  public Optional<Part> part(long sequence, int index) {
    return (sequence == nextSequence ? open : segment(sequence))
        .filter(segment -> index < segment.parts().size())
        .map(segment -> segment.parts().get(index));
  }

  /** How many parts the segment under way has. */
  public int openParts() {
    return open.map(segment -> segment.parts().size()).orElse(0);
  }

  /**
   * Whether a blocking reload for that position is satisfied. A part past a whole segment's last is
   * the first part of the next segment.
   *
   * @param part −1 for the whole segment
   */
  public boolean reaches(long sequence, int part) {
    if (ended || sequence + 1 < nextSequence) {
      return true;
    }
    if (sequence + 1 == nextSequence) {
      int parts = segment(sequence).map(s -> s.parts().size()).orElse(0);
      return part < Math.max(1, parts) || openParts() > 0;
    }
    return sequence == nextSequence && part >= 0 && openParts() > part;
  }

  /** Whether a blocking reload for that position asks for too much at once. */
  public boolean isFarAhead(long sequence, int part) {
    int limit = (int) Math.ceil(ADVANCE_SECONDS / Math.min(1, partTarget()));
    return sequence > nextSequence + 1
        || (sequence == nextSequence && part >= openParts() + limit)
        || (sequence == nextSequence + 1 && part >= limit);
  }

  /** PART-TARGET, in seconds. */
  public double partTarget() {
    return settings.part().toMillis() / 1000.0;
  }
}
