package com.wavlake.live.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a stream was doing over time.
 *
 * @param samples oldest first, one about every 10 seconds while it was on air
 * @param nextSince where to go on, when there were more than one answer holds
 */
public record StreamMetrics(List<Sample> samples, Optional<Instant> nextSince) {
  /** Copies the list. */
  public StreamMetrics {
    samples = List.copyOf(samples);
  }

  /**
   * A moment.
   *
   * @param at when
   * @param viewers who watched then
   * @param chatMessages since the sample before
   * @param bitrateKbps kbit/s of the encoder over the seconds before
   * @param frameRate pictures a second
   * @param connectionState disconnected, connecting, connected, reconnecting, failed or ended
   */
  public record Sample(
      Instant at,
      int viewers,
      int chatMessages,
      int bitrateKbps,
      double frameRate,
      String connectionState) {}
}
