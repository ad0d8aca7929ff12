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
 * @param values in all filters of one subscription; twice that in all of a connection
 * @param limit stored events of one filter
 * @param unsentBytes output waiting for a slow reader
 * @param connections in all
 * @param connectionsOfOne of one address, or of one /64 of IPv6
 * @param requestsPerMinute REQ and COUNT of one address
 */
public record RelayLimits(
    int frameBytes,
    int eventBytes,
    int tags,
    Duration ahead,
    int subscriptions,
    int filters,
    int values,
    int limit,
    int unsentBytes,
    int connections,
    int connectionsOfOne,
    int requestsPerMinute) {
  /** As documented. */
  public static final RelayLimits DEFAULT =
      new RelayLimits(
          128 << 10,
          64 << 10,
          2_000,
          Duration.ofMinutes(15),
          20,
          10,
          2_500,
          500,
          32 << 20,
          2_000,
          100,
          1_200);

  /** With other numbers of clients. */
  public RelayLimits counting(int all, int ofOne, int requests) {
    return new RelayLimits(
        frameBytes,
        eventBytes,
        tags,
        ahead,
        subscriptions,
        filters,
        values,
        limit,
        unsentBytes,
        all,
        ofOne,
        requests);
  }
}
