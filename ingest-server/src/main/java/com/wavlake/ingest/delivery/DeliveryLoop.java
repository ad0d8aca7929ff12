package com.wavlake.ingest.delivery;

import com.wavlake.ingest.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every so often for what is due and lets each be delivered on a thread of its own, none of
 * them twice at a time. What is due, and what became of it, is kept elsewhere, durably.
 *
 * @param <D> something to deliver, a value
 */
public final class DeliveryLoop<D> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeliveryLoop.class);
  private static final int AT_ONCE = 16;
  private static final Duration EVERY = Duration.ofSeconds(2);

  /** What is due. */
  @FunctionalInterface
  public interface Due<D> {
    /** At {@code now}; {@code most} at most. May block. */
    List<D> at(Instant now, int most);
  }

  private final Due<D> due;
  private final Consumer<D> deliver;
  private final Time time;
  private final Set<D> underWay = ConcurrentHashMap.newKeySet();

  /** Attempts that ended during this look: what it has read of them is of before. */
  private final Set<D> over = ConcurrentHashMap.newKeySet();

  private final ReentrantLock looking = new ReentrantLock();
  private final Semaphore free = new Semaphore(AT_ONCE);
  private final Time.Alarm ticking;

  /**
   * Begins to look.
   *
   * @param deliver tries once, and keeps what became of it; may block
   */
  public DeliveryLoop(Due<D> due, Consumer<D> deliver, Time time) {
    this.due = due;
    this.deliver = deliver;
    this.time = time;
    this.ticking = time.repeat(EVERY, this::look);
  }

  /** Looks now: something new may be due. */
  public void look() {
    looking.lock();
    try {
      over.clear();
      if (free.availablePermits() == 0) {
        return;
      }
      for (D item : due.at(time.now(), 2 * AT_ONCE)) {
        if (underWay.contains(item) || over.contains(item)) {
          continue;
        }
        if (!free.tryAcquire()) {
          return;
        }
        underWay.add(item);
        Thread.ofVirtual().name("delivery").start(() -> attempt(item));
      }
    } finally {
      looking.unlock();
    }
  }

  private void attempt(D item) {
    try {
      deliver.accept(item);
    } catch (RuntimeException e) { // it is due still, and tried again
      log.error("a delivery failed", e);
    } finally {
      over.add(item); // first: it is always in one of the two
      underWay.remove(item);
      free.release();
    }
  }

  /** How many are on their way. */
  public int underWay() {
    return underWay.size();
  }

  /** Looks no more. What is on its way either settles or is due again at the next start. */
  @Override
  public void close() {
    ticking.cancel();
  }
}
