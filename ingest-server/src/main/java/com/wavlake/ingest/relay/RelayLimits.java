package com.wavlake.ingest.relay;

import java.time.Duration;

/**
 * What the relay enforces, and what it says that it enforces (NIP-11): one object for both.
 *
 * @param frameBytes a frame
 * @param eventBytes an event's JSON
 * @param tags an event's tags
 * @param ahead how far in the future an event may be dated
 * @param subscriptions of one connection
 * @param filters of one subscription
 * @param limit stored events of one filter
 * @param unsentBytes output waiting for a slow reader
 */
public record RelayLimits(
    int frameBytes,
    int eventBytes,
    int tags,
    Duration ahead,
    int subscriptions,
    int filters,
    int limit,
    int unsentBytes) {
  /** As documented. */
  public static final RelayLimits DEFAULT =
      new RelayLimits(128 << 10, 64 << 10, 2_000, Duration.ofMinutes(15), 20, 10, 500, 32 << 20);
}
