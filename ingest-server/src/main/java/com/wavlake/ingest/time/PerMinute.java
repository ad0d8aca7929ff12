package com.wavlake.ingest.time;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * So many uses a minute for each of a bounded number of names, addresses for one. Safe for use by
 * many threads.
 */
public final class PerMinute {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_NAMES = 10_000;

  private record Uses(Instant since, int count) {}

  private final int allowed;
  private final Map<String, Uses> uses =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Uses> eldest) {
          return size() > MAX_NAMES;
        }
      };

  /** {@code allowed} uses a minute. */
  public PerMinute(int allowed) {
    this.allowed = allowed;
  }

  /** Whether there is none left for {@code name}. */
  public synchronized boolean isUsedUp(String name, Instant now) {
    Uses before = uses.get(name);
    return before != null && isCurrent(before, now) && before.count() >= allowed;
  }

  /** A clock that was set back must not lock anybody out. */
  private static boolean isCurrent(Uses uses, Instant now) {
    return uses.since().plus(WINDOW).isAfter(now) && !uses.since().isAfter(now);
  }

  /** How long until there is one again for {@code name}; zero when there is one. */
  public synchronized Duration wait(String name, Instant now) {
    Uses before = uses.get(name);
    return before != null && isUsedUp(name, now)
        ? Duration.between(now, before.since().plus(WINDOW))
        : Duration.ZERO;
  }

  /** Uses one; false when there was none left. */
  public synchronized boolean use(String name, Instant now) {
    if (isUsedUp(name, now)) {
      return false;
    }
    Uses before = uses.get(name);
    if (before == null || !isCurrent(before, now)) {
      uses.put(name, new Uses(now, 1));
    } else {
      uses.put(name, new Uses(before.since(), before.count() + 1));
    }
    return true;
  }
}
