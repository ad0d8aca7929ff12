package com.wavlake.live.relay;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames of one relay on their way to the listeners: prepared on all cores, handed out in the order
 * of arrival on one thread. Bounded in number and in size; a full one makes the reader wait, which
 * stops the reading of that socket alone.
 */
final class Inbox {
  /** Frames read but not yet handed out. */
  static final int FRAMES = 1_024;

  /** Characters in all of them. */
  static final int CHARACTERS = 16 << 20;

  private static final Logger log = LoggerFactory.getLogger(Inbox.class);

  private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(FRAMES);
  private final Semaphore room = new Semaphore(CHARACTERS);
  private final Thread dispatcher;
  private final Runnable first;

  /**
   * Starts handing out.
   *
   * @param first runs before each frame, and after {@link #wake}
   */
  Inbox(String name, Runnable first) {
    this.first = first;
    this.dispatcher = Thread.ofVirtual().name(name).start(this::dispatch);
  }

  private record Entry(FutureTask<Runnable> step, int characters) {}

  /**
   * Takes a frame, waiting for room; false when it is of no use any more before there was any.
   *
   * @param characters its size
   * @param prepare runs on a core; what it returns runs on the dispatching thread
   */
  boolean put(int characters, Callable<Runnable> prepare, BooleanSupplier isClosed)
      throws InterruptedException {
    int size = Math.min(characters, CHARACTERS);
    while (!room.tryAcquire(size, 1, TimeUnit.SECONDS)) {
      if (isClosed.getAsBoolean()) {
        return false;
      }
    }
    Entry entry = new Entry(new FutureTask<>(prepare), size);
    boolean queued = false;
    try {
      while (!queued) {
        queued = queue.offer(entry, 1, TimeUnit.SECONDS);
        if (!queued && isClosed.getAsBoolean()) {
          return false;
        }
      }
    } finally {
      if (!queued) {
        room.release(size);
      }
    }
    Verifier.CORES.execute(entry.step());
    return true;
  }

  /** Has {@code first} run soon. When the queue is full it runs anyway. */
  void wake() {
    FutureTask<Runnable> nothing = new FutureTask<>(() -> () -> {});
    nothing.run();
    var unused = queue.offer(new Entry(nothing, 0));
  }

  private void dispatch() {
    try {
      while (true) {
        Entry next = queue.take();
        try {
          first.run();
          next.step().get().run();
        } catch (ExecutionException e) {
          log.debug("{}: a frame could not be read", Thread.currentThread().getName(), e);
        } catch (InterruptedException e) {
          throw e;
        } catch (Throwable e) { // one that fails, an assertion for one, must not be the last
          log.warn("a listener of {} failed", Thread.currentThread().getName(), e);
        } finally {
          room.release(next.characters());
        }
      }
    } catch (InterruptedException closed) {
      log.trace("{} closed", Thread.currentThread().getName());
    }
  }

  void close() {
    dispatcher.interrupt();
  }
}
