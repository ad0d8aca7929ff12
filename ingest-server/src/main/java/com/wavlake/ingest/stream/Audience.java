package com.wavlake.ingest.stream;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The viewers of all streams together. Safe for use by many threads. */
final class Audience {
  private static final int MAX_PER_PEER = 100;

  private final AtomicInteger watching = new AtomicInteger();
  private final Map<String, Integer> faces = new ConcurrentHashMap<>();

  /** How many are counted. */
  int watching() {
    return watching.get();
  }

  void count(int change) {
    watching.addAndGet(change);
  }

  /** One more face of a peer; false when it has shown too many. */
  boolean enter(String peer) {
    if (faces.getOrDefault(peer, 0) >= MAX_PER_PEER) {
      return false;
    }
    faces.merge(peer, 1, Integer::sum);
    return true;
  }

  void leave(String peer) {
    faces.computeIfPresent(peer, (_, count) -> count == 1 ? null : count - 1);
  }
}
