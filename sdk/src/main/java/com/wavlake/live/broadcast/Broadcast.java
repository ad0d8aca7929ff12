package com.wavlake.live.broadcast;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.relay.PublishOutcome;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.Subscription;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one's own stream on relays: planned, live with a heartbeat, ended. Before each
 * version that says live, the will that ends it is deposited. Edits made elsewhere are taken over
 * before the next heartbeat. Closing it ends the stream; {@link #detach} leaves it live, and {@link
 * #resume} takes it up again, in another process too. Safe for use by many threads.
 */
public final class Broadcast implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Broadcast.class);
  private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_ATTEMPTS = 3;

  private final RelayPool relays;
  private final Signer signer;
  private final BroadcastSettings settings;

  /** One version after the other; a remote signer may hold it for a minute. */
  private final ReentrantLock publishing = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Subscription ownVersions;

  /** What stands on the relays as far as we know; before that, the draft. */
  private LiveStream current;

  private Optional<Event> published;

  /** The latest second that a version was stamped with, whether a relay took it or not. */
  private long latest;

  private OptionalInt viewers = OptionalInt.empty();
  private boolean beating;

  /** The stamp of the will that is deposited: what is published before it is ended by it. */
  private long coveredUntil;

  private volatile boolean detached;

  private Broadcast(
      LiveStream stream,
      Optional<Event> published,
      RelayPool relays,
      Signer signer,
      BroadcastSettings settings) {
    this.current = stream;
    this.published = published;
    this.latest = stream.createdAt();
    this.relays = relays;
    this.signer = signer;
    this.settings = settings;
    this.ownVersions =
        relays.subscribe(List.of(Filter.at(stream.addressBy(signer.publicKey()))), this::adopt);
  }

  /**
   * Takes a stream in hand; nothing is published yet.
   *
   * @param relays not closed by this broadcast
   * @param signer the streamer; not closed by this broadcast
   */
  public static Broadcast of(
      LiveStream stream, RelayPool relays, Signer signer, BroadcastSettings settings) {
    return new Broadcast(stream, Optional.empty(), relays, signer, settings);
  }

  /**
   * Takes up a stream that was published before; one that is live gets its heartbeat again, the
   * first at once.
   *
   * @param address where it is found
   * @throws LiveException NOT_FOUND when these relays do not know it, UNREACHABLE when none
   *     answers, UNAUTHORIZED when it is not the signer's
   */
  public static Broadcast resume(
      EventAddress address, RelayPool relays, Signer signer, BroadcastSettings settings) {
    if (!address.author().equals(signer.publicKey())) {
      throw new LiveException(
          Category.UNAUTHORIZED, address.coordinate() + " is not a stream of this signer's");
    }
    Event newest =
        relays
            .lookUp(address, PUBLISH_TIMEOUT)
            .orElseThrow(() ->
                new LiveException(
                    Category.NOT_FOUND, "no relay knows the stream " + address.coordinate()));
    Broadcast broadcast =
        new Broadcast(LiveStream.parse(newest), Optional.of(newest), relays, signer, settings);
    if (broadcast.is(Status.LIVE)) {
      broadcast.startBeating(Duration.ZERO);
    }
    return broadcast;
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
    return edit(LiveStream.Builder::planned);
  }

  /**
   * Publishes it as live and starts the heartbeat.
   *
   * @throws LiveException REFUSED when no relay took it: then it is not live; CONFLICT when this
   *     broadcast has ended or was detached
   */
  public PublishResult goLive() {
    if (over.getCount() == 0) {
      throw new LiveException(
          Category.CONFLICT, "this broadcast is over: start another, or resume it");
    }
    boolean wasLive = is(Status.LIVE);
    PublishResult result = edit(edit -> edit.live(settings.clock().instant()));
    boolean refused = // an answer that was lost may have been a yes
        result.outcomes().stream().allMatch(o -> o.status() == PublishOutcome.Status.REJECTED);
    if (refused && !wasLive) {
      withdrawWill(); // what never began needs no end
    }
    var unused = result.requireAccepted(1);
    startBeating(settings.heartbeat());
    return result;
  }

  /** Changes the newest version and publishes it at once. */
  public PublishResult edit(UnaryOperator<LiveStream.Builder> change) {
    return publish(change, newest -> true).orElseThrow();
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
   * and ended if it is not. The will is withdrawn once a relay has an end.
   */
  public Optional<PublishResult> end(UnaryOperator<LiveStream.Builder> more) {
    over.countDown();
    Optional<PublishResult> result = publishEnd(more);
    if (result.isPresent()
        && result.get().acceptedCount() == 0
        && takeOverNewer(result.get().event())) {
      result = publishEnd(more);
    }
    if (result.isEmpty() || result.get().acceptedCount() > 0) {
      withdrawWill();
    }
    return result;
  }

  private Optional<PublishResult> publishEnd(UnaryOperator<LiveStream.Builder> more) {
    return publish(
        edit -> more.apply(edit.ended(settings.clock().instant())),
        newest -> !newest.status().equals(Optional.of(Status.ENDED)));
  }

  private boolean is(Status status) {
    return current().status().equals(Optional.of(status));
  }

  private void withdrawWill() {
    try {
      settings.lastWill().withdraw();
    } catch (LiveException e) {
      settings.onProblem().accept(e);
    }
  }

  /** Goes on from what stands on the relays, when that is no older than what they refused. */
  private boolean takeOverNewer(Event refused) {
    Optional<Event> newest = relays.newest(address(), PUBLISH_TIMEOUT);
    if (newest.isEmpty()
        || newest.get().equals(refused)
        || newest.get().createdAt() < refused.createdAt()) {
      return false;
    }
    lock.lock();
    try {
      current = LiveStream.parse(newest.get());
      published = newest;
      latest = Math.max(latest, newest.get().createdAt());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops the heartbeat and leaves the stream as it is; closing it then changes nothing. The will
   * stays where it is: it is released only if the encoder goes too.
   */
  public void detach() {
    detached = true;
    over.countDown();
    ownVersions.close();
  }

  /**
   * Ends the stream if it is live and was not detached; what is only planned stays planned. That no
   * relay took the end is told as a problem.
   */
  @Override
  public void close() {
    try {
      if (!detached && is(Status.LIVE)) {
        end().ifPresent(result -> result.requireAccepted(1));
      }
    } catch (LiveException e) {
      settings.onProblem().accept(e);
    } finally {
      detach();
    }
  }

  private void startBeating(Duration first) {
    lock.lock();
    try {
      if (!beating) {
        beating = true;
        Thread.ofVirtual().name("heartbeat").start(() -> beat(first));
      }
    } finally {
      lock.unlock();
    }
  }

  private void beat(Duration first) {
    try {
      Duration wait = first;
      while (!over.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        wait = settings.heartbeat();
        try {
          Optional<PublishResult> result =
              publish(
                  UnaryOperator.identity(),
                  newest -> newest.status().equals(Optional.of(Status.LIVE)),
                  true);
          if (result.isPresent()) {
            if (result.get().acceptedCount() == 0) {
              var unused = takeOverNewer(result.get().event());
            }
            settings.onHeartbeat().accept(result.get());
          }
        } catch (LiveException e) { // one that fails must not be the last
          settings.onProblem().accept(e);
        } catch (RuntimeException e) {
          log.warn("a heartbeat failed", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Signs and publishes the next version. When another terminal publishes one while ours is being
   * signed, ours is made again out of theirs.
   *
   * @param wanted whether there is to be a next version of this one
   * @return empty when there is not
   */
  private Optional<PublishResult> publish(
      UnaryOperator<LiveStream.Builder> change, Predicate<LiveStream> wanted) {
    return publish(change, wanted, false);
  }

  /**
   * The same.
   *
   * @param covered whether it must not be the first that no will ends: a heartbeat is not worth a
   *     stream that is live for ever
   */
  private Optional<PublishResult> publish(
      UnaryOperator<LiveStream.Builder> change, Predicate<LiveStream> wanted, boolean covered) {
    publishing.lock();
    try {
      Event event;
      Optional<Event> base;
      int attempts = 0;
      do {
        LiveStream newest;
        Instant stamp;
        lock.lock();
        try {
          newest = current;
          base = published;
          stamp =
              Instant.ofEpochSecond(
                  Math.max(settings.clock().instant().getEpochSecond(), latest + 1));
        } finally {
          lock.unlock();
        }
        if (!wanted.test(newest)) {
          return Optional.empty();
        }
        event = signed(change.apply(withViewers(newest.toBuilder())).build(), stamp, covered);
      } while (isOvertaken(event, base) && ++attempts < MAX_ATTEMPTS);
      PublishResult result = relays.publish(event, PUBLISH_TIMEOUT);
      if (result.acceptedCount() > 0) {
        goOnFrom(event);
      }
      return Optional.of(result);
    } finally {
      publishing.unlock();
    }
  }

  private LiveStream.Builder withViewers(LiveStream.Builder edit) {
    lock.lock();
    try {
      viewers.ifPresent(edit::currentParticipants);
      return edit;
    } finally {
      lock.unlock();
    }
  }

  /** Whether another version has come since {@code base}; the event's second is used up anyway. */
  private boolean isOvertaken(Event event, Optional<Event> base) {
    lock.lock();
    try {
      latest = Math.max(latest, event.createdAt());
      return !published.equals(base);
    } finally {
      lock.unlock();
    }
  }

  /** Before a version that says live, its end: whoever dies in between has left a newer one. */
  private Event signed(LiveStream next, Instant stamp, boolean covered) {
    EventTemplate template = next.toTemplate(stamp);
    boolean live = next.status().equals(Optional.of(Status.LIVE));
    if (live && !settings.lastWill().equals(LastWill.NONE)) {
      Instant end = Instant.ofEpochSecond(template.createdAt()).plus(LastWill.AHEAD);
      try {
        settings
            .lastWill()
            .deposit(signer.sign(next.toBuilder().ended(end).build().toTemplate(end)));
        coveredUntil = end.getEpochSecond();
      } catch (LiveException e) {
        if (covered && isCovered() && template.createdAt() >= coveredUntil) {
          throw e; // the will that is deposited would be older than this, and end nothing
        }
        settings.onProblem().accept(e); // without a will it is still live
      }
    }
    return signer.sign(template);
  }

  /** Whether the will that is deposited would end what the relays have. */
  private boolean isCovered() {
    lock.lock();
    try {
      return published.map(event -> event.createdAt() < coveredUntil).orElse(false);
    } finally {
      lock.unlock();
    }
  }

  /** A version that another terminal published. One older than our draft is not our draft. */
  private void adopt(Event event) {
    lock.lock();
    try {
      latest = Math.max(latest, event.createdAt());
      if (published.isPresent() || current.createdAt() > 0) {
        goOnFrom(event);
      }
    } finally {
      lock.unlock();
    }
  }

  /** What stands on a relay is what the next version is made of, if it is newer. */
  private void goOnFrom(Event event) {
    lock.lock();
    try {
      boolean newer =
          published.map(event::supersedes).orElseGet(() -> event.createdAt() > current.createdAt());
      if (newer) {
        current = LiveStream.parse(event);
        published = Optional.of(event);
      }
    } catch (InvalidEvent e) {
      log.debug("signed by the streamer, yet no live stream: {}", e.getMessage());
    } finally {
      lock.unlock();
    }
  }
}
