package com.wavlake.ingest.rtmp;

import java.time.Duration;

/**
 * How long an encoder is waited for.
 *
 * @param handshake for the whole handshake
 * @param publish from then on, until it publishes
 * @param silence between bytes while it publishes
 */
public record RtmpLimits(Duration handshake, Duration publish, Duration silence) {
  /** 10 s, 20 s, 10 s. */
  public static final RtmpLimits DEFAULT =
      new RtmpLimits(Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(10));
}
