package com.wavlake.ingest.outbox;

import com.wavlake.ingest.delivery.DeliveryLoop;
import com.wavlake.ingest.outbox.OutboxStore.Settled;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.ingest.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps last wills, releases them when nobody is left to end the stream, and brings what was
 * released to the relays for as long as it takes. A will is released not before its own time, once
 * the encoder is past its grace and nothing was deposited for a while; as long as the encoder goes
 * on without its streamer, the will waits.
 */
public final class Outbox implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Outbox.class);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(15);
  private static final Duration GIVE_UP_AFTER = Duration.ofDays(2);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
  private static final int AT_A_TIME = 10_000;

  private final OutboxStore store;
  private final StreamRegistry registry;
  private final Postman postman;
  private final String ownRelay;
  private final Duration quiet;
  private final Time time;
  private final DeliveryLoop<Delivery> deliveries;
  private final Time.Alarm looking;

  /**
   * Begins to look after what is there.
   *
   * @param ownRelay where every release goes too
   * @param quiet how long no heartbeat comes until its streamer counts as gone
   */
  public Outbox(
      OutboxStore store,
      StreamRegistry registry,
      Postman postman,
      String ownRelay,
      Duration quiet,
      Time time) {
    this.quiet = quiet;
    this.store = store;
    this.registry = registry;
    this.postman = postman;
    this.ownRelay = ownRelay;
    this.time = time;
    this.deliveries = new DeliveryLoop<>(store::due, this::deliver, time);
    this.looking = time.repeat(LOOK_EVERY, this::releaseOverdue);
  }

  /** Keeps a will that was checked, in place of the one before. */
  public void deposit(LastWill will) {
    store.deposit(will);
  }

  /** Its streamer ended the stream themselves; false when there is no will. */
  public boolean withdraw(String streamId) {
    return store.withdraw(streamId);
  }

  /** A stream's will. */
  public Optional<LastWill> will(String streamId) {
    return store.will(streamId);
  }

  /** What was last released for a stream. */
  public Optional<Release> released(String streamId) {
    return store.released(streamId);
  }

  /** A stream is about to be deleted: its will goes out, as soon as its time has come. */
  public void releaseNow(String streamId) {
    store.will(streamId).ifPresent(this::release);
  }

  private void releaseOverdue() {
    Instant now = time.now();
    for (LastWill will : store.overdue(now, now.minus(quiet), AT_A_TIME)) {
      try {
        if (registry.record(will.streamId()).map(Outbox::isWithoutEncoder).orElse(true)) {
          release(will);
        }
      } catch (RuntimeException e) { // one stream's trouble is not the others'
        log.error("stream {}: its last will could not be looked after", will.streamId(), e);
      }
    }
  }

  /** Past its grace: what is waited for reads as reconnecting. */
  private static boolean isWithoutEncoder(StreamRecord stream) {
    return stream.status().isFinal()
        || (stream.status() == StreamState.CREATED && !stream.connection().isUp());
  }

  private void release(LastWill will) {
    Instant now = time.now();
    Instant notBefore = will.releaseAt().isAfter(now) ? will.releaseAt() : now;
    List<String> relays = WillCheck.relays(will.event(), ownRelay);
    if (store.release(will, relays, notBefore, now)) {
      log.info(
          "stream {}: its streamer is gone, the last will {} goes to {} relays",
          will.streamId(),
          will.event().id(),
          relays.size());
      deliveries.look();
    }
  }

  private void deliver(Delivery delivery) {
    switch (postman.bring(delivery.event(), delivery.url())) {
      case Postman.Receipt.Accepted() -> {
        log.info("last will {}: {} has it", delivery.event().id(), delivery.url());
        store.settle(delivery, Settled.ACCEPTED, "");
      }
      case Postman.Receipt.Rejected(String reason) -> {
        log.warn("last will {}: {}: {}", delivery.event().id(), delivery.url(), reason);
        store.settle(delivery, Settled.REJECTED, reason);
      }
      case Postman.Receipt.Later(String reason) -> {
        Instant now = time.now();
        if (delivery.releasedAt().plus(GIVE_UP_AFTER).isBefore(now)) {
          log.warn("last will {}: {} given up: {}", delivery.event().id(), delivery.url(), reason);
          store.settle(delivery, Settled.GIVEN_UP, reason);
        } else {
          store.retry(delivery, now.plus(backoff(delivery.attempts())), reason);
        }
      }
    }
  }

  private static Duration backoff(int attempts) {
    Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(attempts, 10));
    return wait.compareTo(LONGEST_RETRY) < 0 ? wait : LONGEST_RETRY;
  }

  /** How many deliveries are on their way. */
  int underWay() {
    return deliveries.underWay();
  }

  @Override
  public void close() {
    looking.cancel();
    deliveries.close();
  }
}
