package com.wavlake.ingest.server;

import com.wavlake.ingest.rtmp.RtmpLimits;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many connections there are, and who has to make room. Those that have not shown a key yet are
 * few: the oldest of them goes when another comes, so that nobody can hold the door by standing in
 * it. Safe for use by many threads.
 */
final class Admissions<C extends Closeable> {
  private final RtmpLimits limits;
  private final Map<C, String> all = new LinkedHashMap<>();
  private final Map<C, String> pending = new LinkedHashMap<>();
  private final Map<String, Integer> perAddress = new HashMap<>();

  Admissions(RtmpLimits limits) {
    this.limits = limits;
  }

  /** Everybody who is in. */
  synchronized List<C> all() {
    return new ArrayList<>(all.keySet());
  }

  /** How many have not shown a key yet. */
  synchronized int pending() {
    return pending.size();
  }

  /** A new one; false when there is no room. */
  boolean enter(C connection, String address) {
    C evicted = null;
    synchronized (this) {
      if (perAddress.getOrDefault(address, 0) >= limits.connectionsPerAddress()) {
        evicted = oldestPending(address);
        if (evicted == null) {
          return false;
        }
      } else if (all.size() >= limits.connections()) {
        if (pending.isEmpty()) {
          return false;
        }
        evicted = pending.keySet().iterator().next();
      } else if (pendingOf(address) >= limits.pendingPerAddress()) {
        evicted = oldestPending(address);
      } else if (pending.size() >= limits.pending()) {
        evicted = pending.keySet().iterator().next();
      }
      if (evicted != null) {
        leave(evicted);
      }
      all.put(connection, address);
      pending.put(connection, address);
      perAddress.merge(address, 1, Integer::sum);
    }
    if (evicted != null) {
      try {
        evicted.close();
      } catch (IOException e) {
        // gone is what it should be
      }
    }
    return true;
  }

  /** It has shown a key. */
  synchronized void admitted(C connection) {
    pending.remove(connection);
  }

  /** It has gone. */
  synchronized void leave(C connection) {
    String address = all.remove(connection);
    pending.remove(connection);
    if (address != null) {
      perAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  private long pendingOf(String address) {
    return pending.values().stream().filter(address::equals).count();
  }

  private @Nullable C oldestPending(String address) {
    for (Map.Entry<C, String> one : pending.entrySet()) {
      if (one.getValue().equals(address)) {
        return one.getKey();
      }
    }
    return null;
  }
}
