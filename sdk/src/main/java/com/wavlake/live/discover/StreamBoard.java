package com.wavlake.live.discover;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nip53.StreamOrder;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The streams that match a query, out of many relays: the newest version of each, in the order in
 * which lists show them. Kept up to date until it is closed. Safe for use by many threads.
 */
public final class StreamBoard implements AutoCloseable {
  /** How many streams are kept; beyond, those that were not updated for longest go. */
  static final int MAX_STREAMS = 2_000;

  /** No naddr can name a longer one (NIP-19). */
  static final int MAX_IDENTIFIER_BYTES = 255;

  private final StreamQuery query;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Seen> newest = new HashMap<>();
  private final Optional<Subscription> subscription;

  /** A version, read once; empty when it cannot be: an older one does not come back for that. */
  private record Seen(Event event, Optional<LiveStream> stream) {}

  private StreamBoard(StreamQuery query, Optional<RelayPool> relays, List<Filter> filters) {
    this.query = query;
    this.subscription = relays.map(pool -> pool.subscribe(filters, this::offer));
  }

  /** Follows what these relays have and get; fills while it is open. */
  public static StreamBoard open(RelayPool relays, StreamQuery query) {
    return new StreamBoard(query, Optional.of(relays), query.filters(Instant.now()));
  }

  /** Follows one stream, wherever it stands; see {@link #stream}. */
  public static StreamBoard open(RelayPool relays, EventAddress stream) {
    return new StreamBoard(
        StreamQuery.of(Status.values()), Optional.of(relays), List.of(Filter.at(stream).limit(1)));
  }

  /**
   * One stream as these relays know it, by NIP-53's rules. Waits as {@link RelayPool#query} does.
   *
   * @throws InvalidEvent when its newest version cannot be read
   */
  public static Optional<FoundStream> newest(
      RelayPool relays, EventAddress stream, Duration timeout) {
    Instant now = Instant.now();
    StreamQuery query = StreamQuery.of(Status.values());
    return relays.query(Filter.at(stream).limit(1), timeout).stream()
        .filter(event -> isBelievable(event, now))
        .findFirst()
        .map(event -> found(query, event, LiveStream.parse(event), now));
  }

  /**
   * What these relays have now, in the order of {@link StreamOrder}. Waits as {@link
   * RelayPool#query} does; nothing may also mean that nobody answered.
   */
  public static List<FoundStream> find(RelayPool relays, StreamQuery query, Duration timeout) {
    Instant now = Instant.now();
    try (StreamBoard board = new StreamBoard(query, Optional.empty(), List.of())) {
      relays.query(query.filters(now), timeout).forEach(board::offer);
      return board.streams(now);
    }
  }

  /** Those that match at {@code now}, in the order of {@link StreamOrder}. */
  public List<FoundStream> streams(Instant now) {
    StreamOrder order = StreamOrder.at(now, query.stalePolicy());
    lock.lock();
    try {
      return newest.values().stream()
          .flatMap(seen -> found(seen, now).stream())
          .filter(found -> query.matches(found, now))
          .sorted(Comparator.comparing(FoundStream::stream, order))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** One of them, whether it matches or not; empty while nothing of it was seen. */
  public Optional<FoundStream> stream(EventAddress address, Instant now) {
    lock.lock();
    try {
      return Optional.ofNullable(newest.get(address.coordinate()))
          .flatMap(seen -> found(seen, now));
    } finally {
      lock.unlock();
    }
  }

  private Optional<FoundStream> found(Seen seen, Instant now) {
    return seen.stream().map(stream -> found(query, seen.event(), stream, now));
  }

  private static FoundStream found(StreamQuery query, Event event, LiveStream stream, Instant now) {
    return new FoundStream(
        event,
        stream,
        query.hostPolicy().hostOf(stream, event.author()),
        query.stalePolicy().statusOf(stream, now));
  }

  /** A time may be any number, even one that no calendar has; a name may be too long for NIP-19. */
  private static boolean isBelievable(Event event, Instant now) {
    return event.kind() == Kind.LIVE_STREAM
        && event.createdAt() <= now.plus(StreamQuery.AHEAD).getEpochSecond()
        && event.identifier().getBytes(StandardCharsets.UTF_8).length <= MAX_IDENTIFIER_BYTES;
  }

  private void offer(Event event) {
    if (!isBelievable(event, Instant.now())) {
      return;
    }
    String coordinate = event.address().coordinate();
    lock.lock();
    try {
      Seen before = newest.get(coordinate);
      if (before != null && !event.supersedes(before.event())) {
        return;
      }
      newest.put(coordinate, new Seen(event, read(event)));
      if (newest.size() > MAX_STREAMS) {
        newest.values().stream()
            .min(Comparator.comparingLong(seen -> seen.event().createdAt()))
            .ifPresent(oldest -> newest.remove(oldest.event().address().coordinate()));
      }
    } finally {
      lock.unlock();
    }
  }

  private static Optional<LiveStream> read(Event event) {
    try {
      return Optional.of(LiveStream.parse(event));
    } catch (InvalidEvent malformed) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    subscription.ifPresent(Subscription::close);
  }
}
