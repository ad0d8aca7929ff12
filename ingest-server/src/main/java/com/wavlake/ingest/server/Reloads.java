package com.wavlake.ingest.server;

import com.wavlake.ingest.hls.TimelineView;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.time.Time;
import io.vertx.core.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one event loop that wait for media to come. {@link #changed} may be called by any
 * thread, everything else on the loop alone.
 */
final class Reloads {
  /** Somebody who waits; one of the two answers comes. */
  interface Waiter {
    /** Whether nobody waits any more. */
    boolean isGone();

    /** What was waited for is there, or the stream has ended. */
    void reached(TimelineView now);

    /** It has not come in time. */
    void gaveUp();

    /** Too many wait already, in all or of one peer. */
    void refused();
  }

  private record Waiting(
      StreamSession session, String peer, long sequence, int part, Instant until, Waiter waiter) {}

  private static final int LEAST_PER_PEER = 20;

  private final Context loop;
  private final Time time;
  private final AtomicInteger all;
  private final int most;
  private final Map<String, List<Waiting>> waiting = new HashMap<>();
  private final Map<String, Integer> peers = new HashMap<>();
  private final Set<String> awaited = ConcurrentHashMap.newKeySet();

  /**
   * Nobody yet.
   *
   * @param all how many wait, all loops together
   * @param most how many may
   */
  Reloads(Context loop, Time time, AtomicInteger all, int most) {
    this.loop = loop;
    this.time = time;
    this.all = all;
    this.most = most;
  }

  /** Waits until the media reaches that position. */
  void await(
      StreamSession session, String peer, long sequence, int part, int seconds, Waiter waiter) {
    if (peers.getOrDefault(peer, 0) >= Math.max(LEAST_PER_PEER, most / 2)) {
      waiter.refused();
      return;
    }
    if (all.incrementAndGet() > most) {
      all.decrementAndGet();
      waiter.refused();
      return;
    }
    peers.merge(peer, 1, Integer::sum);
    String id = session.record().id();
    Instant until = time.now().plus(Duration.ofSeconds(seconds));
    waiting
        .computeIfAbsent(id, _ -> new ArrayList<>())
        .add(new Waiting(session, peer, sequence, part, until, waiter));
    awaited.add(id);
    if (session.media().reaches(sequence, part)) {
      release(id); // it came before we were on the list of those to be told
    }
  }

  /** New media; costs next to nothing where nobody waits for it. */
  void changed(StreamSession session) {
    String id = session.record().id();
    if (awaited.contains(id)) {
      loop.runOnContext(_ -> release(id));
    }
  }

  private void leave(Waiting one) {
    all.decrementAndGet();
    peers.computeIfPresent(one.peer(), (_, count) -> count == 1 ? null : count - 1);
  }

  private void release(String id) {
    sweep(id, waiting.get(id), time.now());
  }

  /** Lets go of those whose time is over; called several times a second. */
  void sweep() {
    Instant now = time.now();
    for (String id : List.copyOf(waiting.keySet())) {
      sweep(id, waiting.get(id), now);
    }
  }

  private void sweep(String id, @Nullable List<Waiting> here, Instant now) {
    if (here == null) {
      return;
    }
    List<Runnable> answers = new ArrayList<>();
    for (Iterator<Waiting> each = here.iterator(); each.hasNext(); ) {
      Waiting one = each.next();
      TimelineView view = one.session().media();
      boolean reached = view.reaches(one.sequence(), one.part());
      if (one.waiter().isGone()) {
        each.remove();
        leave(one);
      } else if (reached || !one.until().isAfter(now)) {
        each.remove();
        leave(one);
        answers.add(reached ? () -> one.waiter().reached(view) : one.waiter()::gaveUp);
      }
    }
    if (here.isEmpty()) {
      waiting.remove(id);
      awaited.remove(id);
    }
    answers.forEach(Runnable::run); // after our lists are right: an answer may ask again
  }
}
