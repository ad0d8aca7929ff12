package com.wavlake.live.relay;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** An event published to one relay and not yet answered. Guarded by its connection's lock. */
final class Pending extends Request {
  private static final int MAX_REPEATS = 2;

  final Event event;
  final CompletableFuture<PublishOutcome> future = new CompletableFuture<>();
  private final long deadlineNanos;
  private int repeats;

  Pending(Event event, Duration timeout) {
    this.event = event;
    this.deadlineNanos = System.nanoTime() + timeout.toNanos();
  }

  /** The same, sent once: "too fast" is an answer. */
  static Pending once(Event event, Duration timeout) {
    Pending pending = new Pending(event, timeout);
    pending.repeats = MAX_REPEATS;
    return pending;
  }

  /** Whoever waits goes on elsewhere: not on the timer, nor under a lock. */
  void complete(PublishOutcome outcome) {
    future.completeAsync(() -> outcome);
  }

  @Override
  ClientMessage message() {
    return new ClientMessage.Publish(event);
  }

  /** How long to wait before it is sent again; negative when that is too late or too often. */
  long nextRepeatMillis() {
    if (repeats >= MAX_REPEATS) {
      return -1;
    }
    long wait = 1_000L << repeats++;
    return System.nanoTime() + wait * 1_000_000 < deadlineNanos ? wait : -1;
  }
}
