package com.wavlake.ingest.rtmp;

import java.time.Duration;

/**
 * How long an encoder is waited for, and how many may come.
 *
 * @param handshake for the whole handshake, TLS included
 * @param publish from then on, until it publishes
 * @param silence between bytes while it publishes, and for it to read what it is told
 * @param connections in all
 * @param connectionsPerAddress of one address
 * @param pending that have not shown a key yet, in all
 * @param pendingPerAddress that have not shown a key yet, of one address
 */
public record RtmpLimits(
    Duration handshake,
    Duration publish,
    Duration silence,
    int connections,
    int connectionsPerAddress,
    int pending,
    int pendingPerAddress) {
  /** 10 s, 20 s, 10 s; 1,024, 64, 256, 32. */
  public static final RtmpLimits DEFAULT =
      new RtmpLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          1_024,
          64,
          256,
          32);

  /** With other times. */
  public RtmpLimits waiting(Duration forHandshake, Duration forPublish, Duration forBytes) {
    return new RtmpLimits(
        forHandshake,
        forPublish,
        forBytes,
        connections,
        connectionsPerAddress,
        pending,
        pendingPerAddress);
  }

  /** With other numbers. */
  public RtmpLimits counting(int all, int perAddress, int allPending, int pendingOfOne) {
    return new RtmpLimits(handshake, publish, silence, all, perAddress, allPending, pendingOfOne);
  }
}
