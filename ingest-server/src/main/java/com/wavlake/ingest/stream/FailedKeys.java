package com.wavlake.ingest.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Wrong keys by address over the last minute, a bounded number of addresses. Safe for use by many
 * threads.
 */
final class FailedKeys {
  static final int ALLOWED = 10;
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_ADDRESSES = 10_000;

  private record Count(Instant since, int failures) {}

  private final Map<String, Count> counts =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  synchronized boolean areTooMany(String address, Instant now) {
    Count count = counts.get(address);
    return count != null && count.failures() >= ALLOWED && count.since().plus(WINDOW).isAfter(now);
  }

  synchronized void count(String address, Instant now) {
    Count before = counts.get(address);
    if (before == null || !before.since().plus(WINDOW).isAfter(now)) {
      counts.put(address, new Count(now, 1));
    } else {
      counts.put(address, new Count(before.since(), before.failures() + 1));
    }
  }
}
