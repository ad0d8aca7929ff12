package com.wavlake.ingest.stream;

import com.wavlake.ingest.time.PeerGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who watches: distinct by address, program and playback session, counted from the second playlist
 * on, forgotten after a while without one. Bounded. Safe for use by many threads.
 */
public final class Viewers {
  private static final int MAX_TRACKED = 10_000;

  private final Map<Viewer, Visit> visits = new LinkedHashMap<>(16, 0.75f, true);
  private final Audience audience;
  private boolean closed;
  private int current;
  private int peak;
  private int total;

  /** Nobody yet; the counts go on from earlier. */
  Viewers(Audience audience, int peak, int total) {
    this.audience = audience;
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
  public synchronized boolean visit(Viewer viewer, Instant now, boolean room) {
    if (closed) {
      return true;
    }
    Visit before = visits.get(viewer);
    boolean counted = before != null && before.requests() >= 2;
    if (!counted && !room) {
      return false;
    }
    if (before == null) {
      if (visits.size() >= MAX_TRACKED || !audience.enter(PeerGroup.of(viewer.address()))) {
        return true;
      }
    }
    int requests = before == null ? 1 : before.requests() + 1;
    visits.put(viewer, new Visit(now, Math.min(requests, 2)));
    if (!counted && requests >= 2) {
      current++;
      audience.count(1);
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
      oldest.remove();
      forget(entry.getKey(), visit);
    }
  }

  /** Forgets everybody, for good. */
  synchronized void clear() {
    closed = true;
    visits.forEach(this::forget);
    visits.clear();
  }

  private void forget(Viewer viewer, Visit visit) {
    audience.leave(PeerGroup.of(viewer.address()));
    if (visit.requests() >= 2) {
      current--;
      audience.count(-1);
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
