package com.wavlake.ingest.hls;

import java.time.Duration;

/**
 * How a stream is cut.
 *
 * @param segment the least length of a segment; it ends at the first key frame from there on
 * @param window how much a playlist lists, at least
 * @param part EXT-X-PART-INF's PART-TARGET: the most length of a part
 * @param lowLatency whether playlists list parts, and wait for them
 */
public record HlsSettings(Duration segment, Duration window, Duration part, boolean lowLatency) {
  /** 2 s, 10 s, 500 ms, with low latency. */
  public static final HlsSettings DEFAULT =
      new HlsSettings(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofMillis(500), true);
}
