package com.wavlake.ingest.server;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * So many uses a minute from one address: keys are free, addresses less so. Bounded. Safe for use
 * by many threads.
 */
final class AddressQuota {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_ADDRESSES = 10_000;

  private final int perMinute;

  AddressQuota(int perMinute) {
    this.perMinute = perMinute;
  }

  private record Use(Instant since, int events) {}

  private final Map<String, Use> uses =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Use> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  synchronized boolean use(String address, Instant now) {
    Use before = uses.get(address);
    if (before == null || !before.since().plus(WINDOW).isAfter(now)) {
      uses.put(address, new Use(now, 1));
      return true;
    }
    if (before.events() >= perMinute) {
      return false;
    }
    uses.put(address, new Use(before.since(), before.events() + 1));
    return true;
  }
}
