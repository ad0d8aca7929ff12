package com.wavlake.ingest.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * One writer for all: what has come while the last transaction went to the disk goes into the next
 * one together, because the disk takes as long for many changes as for one. Each change is all or
 * nothing by itself. A thread of its own, so that virtual threads do not hold on to their carriers.
 */
final class GroupCommit implements AutoCloseable {
  private static final int MAX_WAITING = 1_024;
  private static final int MAX_TOGETHER = 256;
  private static final long POLL_MILLIS = 200;
  private static final String SAVEPOINT = "one";

  private final Jdbi jdbi;
  private final BlockingQueue<Change<?>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Thread thread;
  private volatile boolean closed;

  GroupCommit(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.thread = Thread.ofPlatform().name("db-writer").daemon().start(this::run);
  }

  /** Returns when it is on the disk, or throws what {@code work} or the commit threw. */
  <R> R write(HandleCallback<R, RuntimeException> work) {
    if (Thread.currentThread().equals(thread)) {
      throw new IllegalStateException("a change must not write by itself");
    }
    Change<R> change = new Change<>(work);
    enqueue(change);
    try {
      return change.done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void enqueue(Change<?> change) {
    boolean interrupted = false;
    try {
      while (true) {
        if (closed) {
          throw new DatabaseException("the database is closed");
        }
        try {
          if (waiting.offer(change, POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            break;
          }
        } catch (InterruptedException e) {
          interrupted = true; // a write is not given up half-way
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (closed && waiting.remove(change)) { // nobody would take it any more
      throw new DatabaseException("the database is closed");
    }
  }

  private void run() {
    List<Change<?>> together = new ArrayList<>();
    while (!closed || !waiting.isEmpty()) {
      try {
        Change<?> first = waiting.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          together.add(first);
          waiting.drainTo(together, MAX_TOGETHER - 1);
          commit(together);
          together.clear();
        }
      } catch (InterruptedException e) {
        return; // nobody interrupts it
      }
    }
  }

  private void commit(List<Change<?>> together) {
    try {
      jdbi.useTransaction(handle -> {
        for (Change<?> change : together) {
          change.apply(handle, together.size() > 1);
        }
      });
      together.forEach(Change::committed);
    } catch (RuntimeException | Error e) {
      together.forEach(change -> change.failed(e));
    }
  }

  /** What is waiting is written first. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Change<R> {
    private final HandleCallback<R, RuntimeException> work;
    private final CompletableFuture<R> done = new CompletableFuture<>();
    private @Nullable R result;
    private @Nullable RuntimeException problem;

    Change(HandleCallback<R, RuntimeException> work) {
      this.work = work;
    }

    /** One that fails must not take the others with it. */
    void apply(Handle handle, boolean amongOthers) {
      if (!amongOthers) {
        result = work.withHandle(handle);
        return;
      }
      handle.savepoint(SAVEPOINT);
      try {
        result = work.withHandle(handle);
        handle.releaseSavepoint(SAVEPOINT);
      } catch (RuntimeException e) {
        problem = e;
        handle.rollbackToSavepoint(SAVEPOINT);
      }
    }

    @SuppressWarnings("NullAway") // null is an answer where the caller wants none
    void committed() {
      if (problem == null) {
        done.complete(result);
      } else {
        done.completeExceptionally(problem);
      }
    }

    void failed(Throwable e) {
      done.completeExceptionally(problem == null ? e : problem);
    }
  }
}
