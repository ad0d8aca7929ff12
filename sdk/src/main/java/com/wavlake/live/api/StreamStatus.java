package com.wavlake.live.api;

import java.util.List;
import java.util.Optional;

/**
 * How a stream is doing.
 *
 * @param status created, live, reconnecting, ended or error
 * @param connectionState disconnected, connecting, connected, reconnecting, failed or ended
 * @param currentViewers who watch now
 * @param peakViewers the most at a time
 * @param totalViewers all there were
 * @param durationSeconds since it went live, until it ended
 * @param bitrateKbps of the encoder over the last seconds; 0 when it is not connected
 * @param recording where it can be watched afterwards, once something is recorded
 * @param thumbnail a picture of it, while it is live
 * @param tracks what the encoder sends, for its owner
 * @param lastError the last thing that went wrong, for its owner
 */
public record StreamStatus(
    String status,
    String connectionState,
    int currentViewers,
    int peakViewers,
    int totalViewers,
    long durationSeconds,
    int bitrateKbps,
    Optional<String> recording,
    Optional<String> thumbnail,
    List<TrackInfo> tracks,
    Optional<String> lastError) {
  /** Copies the tracks. */
  public StreamStatus {
    tracks = List.copyOf(tracks);
  }

  /**
   * A track in words a streamer knows.
   *
   * @param kind video or audio
   * @param codec RFC 6381, for instance {@code avc1.64001f}
   * @param description for instance {@code h264 1280x720}
   */
  public record TrackInfo(String kind, String codec, String description) {}
}
