package com.wavlake.ingest.hls;

import com.wavlake.ingest.media.Track;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stream's media at one moment, for any number of readers. Immutable.
 *
 * @param session names this timeline in URLs
 * @param tracks what is sent now, video first
 * @param inits init segments by number
 * @param held every segment that can still be had, oldest first
 * @param listed how many of {@code held}, from the end, the playlist lists
 * @param targetDuration EXT-X-TARGETDURATION, in seconds
 * @param discontinuitySequence EXT-X-DISCONTINUITY-SEQUENCE
 * @param peakBandwidth of the segments held, in bit/s
 * @param averageBandwidth of the segments held, in bit/s
 * @param frameRate pictures a second, 0 without video
 * @param ended whether nothing will follow
 */
public record TimelineView(
    String session,
    List<Track> tracks,
    Map<Integer, ByteBuffer> inits,
    List<Segment> held,
    int listed,
    int targetDuration,
    long discontinuitySequence,
    int peakBandwidth,
    int averageBandwidth,
    double frameRate,
    boolean ended) {
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

  /** The segment of that media sequence number, while it is held. */
  public Optional<Segment> segment(long sequence) {
    if (held.isEmpty()) {
      return Optional.empty();
    }
    long index = sequence - held.getFirst().sequence();
    return index >= 0 && index < held.size()
        ? Optional.of(held.get((int) index))
        : Optional.empty();
  }
}
