package com.wavlake.ingest.stream;

import com.wavlake.ingest.hls.TimelineView;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.Track;
import com.wavlake.ingest.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Measures one stream's encoder, and says what is wrong in words its streamer can act on. Samples
 * come on the encoder's thread, everything else from others.
 */
final class HealthMeter {
  private static final long SLOW_KEY_FRAMES_MILLIS = 4_000;
  private static final int STALL_MILLIS = 1_000;
  private static final double TOO_SLOW = 0.9;
  private static final Duration SPEED_WINDOW = Duration.ofSeconds(10);

  private final Time time;
  private final int maxKbps;
  private final AtomicLong received = new AtomicLong();
  private final Object arrivals = new Object();
  private final Map<String, String> notices = new ConcurrentHashMap<>();
  private volatile Health last = Health.UNKNOWN;

  private long measuredBytes;
  private Instant measuredAt;

  private boolean any;
  private long leastTransit;
  private long mostTransit;
  private @Nullable Track lead;
  private Instant speedSince;
  private long speedFromMillis;
  private long newestMillis;
  private double speed = 1;

  HealthMeter(Time time, int maxKbps) {
    this.time = time;
    this.maxKbps = maxKbps;
    this.measuredAt = time.now();
    this.speedSince = measuredAt;
  }

  /** Among the warnings from now on, until another comes under that name; an empty one is none. */
  void notice(String name, String warning) {
    if (warning.isEmpty()) {
      notices.remove(name);
    } else {
      notices.put(name, warning);
    }
  }

  /** As of the last measuring. */
  Health last() {
    return last;
  }

  /** Counts bytes. */
  void received(long bytes) {
    received.addAndGet(bytes);
  }

  /** A sample came; what leads, pictures where there are any, is measured. */
  void sample(Sample sample) {
    synchronized (arrivals) {
      Track track = sample.track();
      if (lead == null || (lead.kind() != track.kind() && track.kind() == Track.Kind.VIDEO)) {
        restart(track);
      }
      if (lead == null || lead.kind() != track.kind()) {
        return;
      }
      long millis = sample.dts() * 1000 / track.timescale();
      Instant now = time.now();
      long transit = now.toEpochMilli() - millis;
      leastTransit = any ? Math.min(leastTransit, transit) : transit;
      mostTransit = any ? Math.max(mostTransit, transit) : transit;
      if (speedFromMillis < 0) {
        speedFromMillis = millis;
        speedSince = now;
      }
      newestMillis = millis;
      any = true;
    }
  }

  /** What comes now does not continue what was before. */
  void interrupted() {
    synchronized (arrivals) {
      lead = null;
      any = false;
    }
  }

  private void restart(Track track) {
    lead = track;
    any = false;
    speedFromMillis = -1;
    speed = 1;
  }

  /** Measures what came since the last time; {@code up} is the encoder's connection, if any. */
  Health measure(@Nullable EncoderConnection up, TimelineView view, long keyFrameMillis) {
    Instant now = time.now();
    long millis = Math.max(1, Duration.between(measuredAt, now).toMillis());
    long bytes = received.get();
    int kbps = (int) ((bytes - measuredBytes) * 8 / millis);
    measuredBytes = bytes;
    measuredAt = now;
    int jitter = jitter(now);
    if (up == null) {
      last = new Health(kbps, 0, 0, 0, List.of());
      return last;
    }
    double frameRate = view.frameRate();
    last =
        new Health(
            kbps, frameRate, keyFrameMillis, jitter, warnings(up, kbps, keyFrameMillis, jitter));
    return last;
  }

  private int jitter(Instant now) {
    synchronized (arrivals) {
      int jitter = any ? (int) Math.min(Integer.MAX_VALUE, mostTransit - leastTransit) : 0;
      any = false;
      Duration window = Duration.between(speedSince, now);
      if (lead != null && speedFromMillis >= 0 && window.compareTo(SPEED_WINDOW) >= 0) {
        speed = (newestMillis - speedFromMillis) / (double) window.toMillis();
        speedFromMillis = -1;
      }
      return jitter;
    }
  }

  private List<String> warnings(EncoderConnection up, int kbps, long keyFrameMillis, int jitter) {
    List<String> warnings = new ArrayList<>(up.dropped());
    warnings.addAll(notices.values());
    if (keyFrameMillis > SLOW_KEY_FRAMES_MILLIS) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "Key frames come every %.1f s, viewers wait as long. In OBS: Output Mode Advanced, Keyframe Interval 2 s.",
              keyFrameMillis / 1000.0));
    }
    boolean audio = up.tracks().stream().anyMatch(track -> track.kind() == Track.Kind.AUDIO);
    if (up.isPlayable() && !up.tracks().isEmpty() && !audio) { // at another engine none are known
      warnings.add("There is no sound. In OBS: check Audio Track 1 in Output settings.");
    }
    if (kbps > maxKbps) {
      warnings.add(
          "You send "
              + kbps
              + " kbit/s, this server asks for "
              + maxKbps
              + " at most. In OBS: Output, Video Bitrate.");
    }
    if (jitter > STALL_MILLIS) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "Your upload stalled for %.1f s. In OBS: lower the Video Bitrate, or use a wired network.",
              jitter / 1000.0));
    }
    if (speed < TOO_SLOW) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "Only %.0f %% of real time arrives. In OBS: a faster CPU Usage Preset, or a lower Video Bitrate.",
              100 * speed));
    }
    return warnings;
  }
}
