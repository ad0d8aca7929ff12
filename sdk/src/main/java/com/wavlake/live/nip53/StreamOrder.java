package com.wavlake.live.nip53;

import com.wavlake.live.nip53.LiveStream.Status;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * The order of streams in a list: live ones, newest first; then planned ones, soonest first; then
 * ended ones, newest first; then those without a status. A fixed moment decides what is stale.
 */
public final class StreamOrder implements Comparator<LiveStream> {
  private static final int PLANNED = 1;

  private final StalePolicy stale;
  private final Instant now;

  private StreamOrder(StalePolicy stale, Instant now) {
    this.stale = stale;
    this.now = now;
  }

  /** At this moment, with stale streams where that policy puts them. */
  public static StreamOrder at(Instant now, StalePolicy stale) {
    return new StreamOrder(stale, now);
  }

  @Override
  public int compare(LiveStream a, LiveStream b) {
    int byStatus = Integer.compare(rank(a), rank(b));
    if (byStatus != 0) {
      return byStatus;
    }
    int byTime = time(a).compareTo(time(b));
    int inOrder = rank(a) == PLANNED ? byTime : -byTime;
    return inOrder != 0 ? inOrder : a.identifier().compareTo(b.identifier());
  }

  private int rank(LiveStream stream) {
    Optional<Status> status = stale.statusOf(stream, now);
    if (status.isEmpty()) {
      return 3;
    }
    return switch (status.get()) {
      case LIVE -> 0;
      case PLANNED -> PLANNED;
      case ENDED -> 2;
    };
  }

  private static Instant time(LiveStream stream) {
    return stream.starts().orElse(Instant.ofEpochSecond(stream.createdAt()));
  }
}
