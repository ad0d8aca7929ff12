package com.wavlake.ingest.rtmp;

import com.wavlake.ingest.media.Track;

/**
 * Times of access units by counting samples: RTMP's milliseconds are rounded, and rounded durations
 * are audible. Where the count and the milliseconds are further apart than rounding explains, the
 * milliseconds win.
 */
final class AudioClock {
  private static final int TOLERANCE_MILLIS = 60;

  private final int rate;
  private boolean started;
  private long next;

  AudioClock(Track.Audio track) {
    this.rate = track.sampleRate();
  }

  /** Of the next access unit, which is {@code frameLength} samples long. */
  long dts(long millis, int frameLength) {
    long told = millis * rate / 1000;
    long tolerance = (long) TOLERANCE_MILLIS * rate / 1000;
    long dts = next;
    if (!started || told - next > tolerance) {
      started = true;
      dts = told;
    } else if (next - told > tolerance) {
      dts =
          next
              - frameLength
              + 1; // the count runs ahead: shorten frames until they meet, never go back
    }
    next = dts + frameLength;
    return dts;
  }
}
