package com.wavlake.live.broadcast;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.Subscription;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one's own stream on relays: planned, live with a heartbeat, ended. Edits made
 * elsewhere are taken over before the next heartbeat. Closing it ends the stream. Safe for use by
 * many threads.
 */
public final class Broadcast implements AutoCloseable {
  /** The most time between two versions while live. */
  public static final Duration HEARTBEAT = Duration.ofSeconds(60);

  private static final Logger log = LoggerFactory.getLogger(Broadcast.class);
  private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(10);

  private final RelayPool relays;
  private final Signer signer;
  private final InstantSource clock;
  private final Duration heartbeat;
  private final Consumer<PublishResult> onHeartbeat;
  private final ReentrantLock lock = new ReentrantLock();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Subscription ownVersions;

  private LiveStream current;
  private Optional<Event> published = Optional.empty();
  private OptionalInt viewers = OptionalInt.empty();
  private volatile boolean detached;

  private Broadcast(
      LiveStream stream,
      RelayPool relays,
      Signer signer,
      InstantSource clock,
      Duration heartbeat,
      Consumer<PublishResult> onHeartbeat) {
    this.current = stream;
    this.relays = relays;
    this.signer = signer;
    this.clock = clock;
    this.heartbeat = heartbeat;
    this.onHeartbeat = onHeartbeat;
    this.ownVersions =
        relays.subscribe(List.of(Filter.at(stream.addressBy(signer.publicKey()))), this::adopt);
  }

  /**
   * Takes a stream in hand; nothing is published yet.
   *
   * @param relays not closed by this broadcast
   * @param signer the streamer; not closed by this broadcast
   * @param onHeartbeat told of each heartbeat's outcome, on a thread of ours
   */
  public static Broadcast of(
      LiveStream stream, RelayPool relays, Signer signer, Consumer<PublishResult> onHeartbeat) {
    return of(stream, relays, signer, onHeartbeat, InstantSource.system(), HEARTBEAT);
  }

  /** With another clock and interval. */
  public static Broadcast of(
      LiveStream stream,
      RelayPool relays,
      Signer signer,
      Consumer<PublishResult> onHeartbeat,
      InstantSource clock,
      Duration heartbeat) {
    return new Broadcast(stream, relays, signer, clock, heartbeat, onHeartbeat);
  }

  /** Where the stream is found. */
  public EventAddress address() {
    return current().addressBy(signer.publicKey());
  }

  /** The newest version, published here or elsewhere. */
  public LiveStream current() {
    lock.lock();
    try {
      return current;
    } finally {
      lock.unlock();
    }
  }

  /** Publishes it as planned. */
  public PublishResult plan() {
    return publish(LiveStream.Builder::planned);
  }

  /**
   * Publishes it as live and starts the heartbeat.
   *
   * @throws LiveException REFUSED when no relay took it: then it is not live
   */
  public PublishResult goLive() {
    PublishResult result = publish(edit -> edit.live(clock.instant())).requireAccepted(1);
    Thread.ofVirtual().name("heartbeat").start(this::beat);
    return result;
  }

  /** Changes the newest version and publishes it at once. */
  public PublishResult edit(UnaryOperator<LiveStream.Builder> change) {
    return publish(change);
  }

  /** How many watch now; told by the next heartbeat. */
  public void viewers(int count) {
    lock.lock();
    try {
      viewers = OptionalInt.of(count);
    } finally {
      lock.unlock();
    }
  }

  /** Publishes it as ended, unless the newest version is ended already. */
  public Optional<PublishResult> end() {
    return end(UnaryOperator.identity());
  }

  /**
   * Publishes it as ended, with more of it changed, unless the newest version is ended already.
   * When every relay refuses, somebody else may have been quicker: the newest version is looked up,
   * and ended if it is not.
   */
  public Optional<PublishResult> end(UnaryOperator<LiveStream.Builder> more) {
    over.countDown();
    if (isEnded()) {
      return Optional.empty();
    }
    PublishResult result = publish(edit -> more.apply(edit.ended(clock.instant())));
    if (result.acceptedCount() > 0) {
      return Optional.of(result);
    }
    Optional<Event> newest = relays.newest(address(), PUBLISH_TIMEOUT);
    if (newest.isEmpty() || newest.get().equals(result.event())) {
      return Optional.of(result);
    }
    takeOver(newest.get());
    return isEnded()
        ? Optional.empty()
        : Optional.of(publish(edit -> more.apply(edit.ended(clock.instant()))));
  }

  private boolean isEnded() {
    return current().status().equals(Optional.of(Status.ENDED));
  }

  private void takeOver(Event newest) {
    lock.lock();
    try {
      current = LiveStream.parse(newest);
      published = Optional.of(newest);
    } finally {
      lock.unlock();
    }
  }

  /** Stops the heartbeat and leaves the stream as it is; closing it then changes nothing. */
  public void detach() {
    detached = true;
    over.countDown();
    ownVersions.close();
  }

  /** Ends the stream if it is live and was not detached; what is only planned stays planned. */
  @Override
  public void close() {
    if (!detached && current().status().equals(Optional.of(Status.LIVE))) {
      var unused = end();
    }
    detach();
  }

  private void beat() {
    try {
      while (!over.await(heartbeat.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          if (current().status().equals(Optional.of(Status.LIVE))) {
            onHeartbeat.accept(publish(edit -> edit));
          }
        } catch (RuntimeException e) { // one that fails must not be the last
          log.warn("a heartbeat failed", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private PublishResult publish(UnaryOperator<LiveStream.Builder> change) {
    Event event;
    lock.lock();
    try {
      LiveStream.Builder edit = current.toBuilder();
      viewers.ifPresent(edit::currentParticipants);
      event = signer.sign(change.apply(edit).build().toTemplate(clock.instant()));
      current = LiveStream.parse(event);
      published = Optional.of(event);
    } finally {
      lock.unlock();
    }
    return relays.publish(event, PUBLISH_TIMEOUT);
  }

  /** A version that another terminal published is the one to go on from. */
  private void adopt(Event event) {
    lock.lock();
    try {
      boolean newer =
          published.map(event::supersedes).orElseGet(() -> event.createdAt() > current.createdAt());
      if (newer) {
        current = LiveStream.parse(event);
        published = Optional.of(event);
      }
    } catch (InvalidEvent e) {
      // signed by the streamer, yet no live stream: what we have stays
    } finally {
      lock.unlock();
    }
  }
}
