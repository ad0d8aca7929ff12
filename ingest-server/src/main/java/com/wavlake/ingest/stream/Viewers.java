package com.wavlake.ingest.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who watches: distinct by address, program and playback session, counted from the second playlist on, forgotten after a
 * while without one. Bounded. Safe for use by many threads.
 */
public final class Viewers {
  private static final int MAX_TRACKED = 10_000;

  private final Duration alive;
  private final Map<Viewer, Visit> visits = new LinkedHashMap<>(16, 0.75f, true);
  private int current;
  private int peak;
  private int total;

  /** Viewers that stay {@code alive} so long after a request. */
  public Viewers(Duration alive, int peak, int total) {
    this.alive = alive;
    this.peak = peak;
    this.total = total;
  }

  /** What tells one viewer from another. */
  public record Viewer(String address, String userAgent, String playbackSession) {}

  private record Visit(Instant last, int requests) {}

  /** A playlist request. False when this is somebody new and {@code room} says that there is none. */
  public synchronized boolean visit(Viewer viewer, Instant now, boolean room) {
    Visit before = visits.get(viewer);
    boolean counted = before != null && before.requests() >= 2;
    if (!counted && (!room || visits.size() >= MAX_TRACKED)) {
      return false;
    }
    int requests = before == null ? 1 : before.requests() + 1;
    visits.put(viewer, new Visit(now, Math.min(requests, 2)));
    if (!counted && requests >= 2) {
      current++;
      total++;
      peak = Math.max(peak, current);
    }
    return true;
  }

  /** Forgets those who are gone. */
  public synchronized void sweep(Instant now) {
    var oldest = visits.values().iterator();
    while (oldest.hasNext()) {
      Visit visit = oldest.next();
      if (visit.last().plus(alive).isAfter(now)) {
        break; // in the order of the last request
      }
      oldest.remove();
      current -= visit.requests() >= 2 ? 1 : 0;
    }
  }

  /** How many watch. */
  public synchronized int current() {
    return current;
  }

  /** The most at a time. */
  public synchronized int peak() {
    return peak;
  }

  /** All there were. */
  public synchronized int total() {
    return total;
  }
}
