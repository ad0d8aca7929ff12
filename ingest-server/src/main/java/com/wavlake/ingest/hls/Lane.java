package com.wavlake.ingest.hls;

import com.wavlake.ingest.fmp4.TimedSample;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.Track;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One track's samples of the part under way. A sample's duration is known when the next one comes:
 * one is always held back.
 */
final class Lane {
  private static final int FALLBACK_FRAMES_PER_SECOND = 30;

  private final Track track;
  private List<TimedSample> samples = new ArrayList<>();
  private @Nullable Sample pending;
  private int lastDuration;

  Lane(Track track) {
    this.track = track;
    this.lastDuration =
        track instanceof Track.Audio audio
            ? audio.frameLength()
            : track.timescale() / FALLBACK_FRAMES_PER_SECOND;
  }

  /** Holds back {@code next}, releases the one before. */
  void add(Sample next) {
    if (pending != null) {
      lastDuration = (int) Math.max(1, Math.min(Integer.MAX_VALUE, next.dts() - pending.dts()));
      samples.add(new TimedSample(pending, lastDuration));
    }
    pending = next;
  }

  /** Releases the last one too, as long as the one before it: nothing follows. */
  void flush() {
    if (pending != null) {
      samples.add(new TimedSample(pending, lastDuration));
      pending = null;
    }
  }

  /** Those released that begin before {@code seconds}; what is later belongs to the next part. */
  List<TimedSample> takeBefore(double seconds) {
    List<TimedSample> all = samples;
    int count = all.size();
    while (count > 0 && all.get(count - 1).sample().dts() >= seconds * track.timescale()) {
      count--;
    }
    samples = new ArrayList<>(all.subList(count, all.size()));
    return all.subList(0, count);
  }

  /** How many bytes are released and not taken. */
  long bytes() {
    long bytes = 0;
    for (TimedSample sample : samples) {
      bytes += sample.sample().size() + Timeline.SAMPLE_OVERHEAD;
    }
    return bytes;
  }

  Track track() {
    return track;
  }

  /** Length of the last sample released, in ticks. */
  int lastDuration() {
    return lastDuration;
  }

  /**
   * End of the last sample released: where the next part begins, in ticks; -1 when there is none.
   */
  long end() {
    if (samples.isEmpty()) {
      return -1;
    }
    TimedSample last = samples.getLast();
    return last.sample().dts() + last.duration();
  }
}
