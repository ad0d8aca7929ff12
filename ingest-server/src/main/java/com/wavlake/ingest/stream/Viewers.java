package com.wavlake.ingest.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Who watches: distinct by address, program and playback session, counted from the second playlist
 * on, forgotten after a while without one. Bounded. Safe for use by many threads.
 */
public final class Viewers {
  private static final int MAX_TRACKED = 10_000;
  private static final int MAX_PER_ADDRESS = 100;

  private final Map<Viewer, Visit> visits = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Integer> perAddress = new HashMap<>();
  private int current;
  private int peak;
  private int total;

  /** Nobody yet; the counts go on from earlier. */
  public Viewers(int peak, int total) {
    this.peak = peak;
    this.total = total;
  }

  /** What tells one viewer from another. */
  public record Viewer(String address, String userAgent, String playbackSession) {}

  private record Visit(Instant last, int requests) {}

  /**
   * A playlist request. False when this is somebody new and {@code room} says that there is none.
   * Who cannot be told apart any more, because an address shows too many faces, is served and not
   * counted.
   */
  public synchronized boolean visit(Viewer viewer, Instant now, BooleanSupplier room) {
    Visit before = visits.get(viewer);
    boolean counted = before != null && before.requests() >= 2;
    if (!counted && !room.getAsBoolean()) {
      return false;
    }
    if (before == null) {
      if (visits.size() >= MAX_TRACKED
          || perAddress.getOrDefault(viewer.address(), 0) >= MAX_PER_ADDRESS) {
        return true;
      }
      perAddress.merge(viewer.address(), 1, Integer::sum);
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

  /** Forgets those who made no request for {@code alive}. */
  public synchronized void sweep(Instant now, Duration alive) {
    var oldest = visits.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Viewer, Visit> entry = oldest.next();
      Visit visit = entry.getValue();
      if (visit.last().plus(alive).isAfter(now)) {
        break; // in the order of the last request
      }
      perAddress.computeIfPresent(
          entry.getKey().address(), (_, count) -> count == 1 ? null : count - 1);
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
