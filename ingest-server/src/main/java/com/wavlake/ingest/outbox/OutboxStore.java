package com.wavlake.ingest.outbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where last wills and what was released are kept. Every change is durable when the call returns,
 * all of it or nothing; all may block.
 */
public interface OutboxStore {

  /** How a delivery ended. */
  enum Settled {
    /** The relay has it. */
    ACCEPTED,
    /** The relay will never take it. */
    REJECTED,
    /** It was tried for long enough. */
    GIVEN_UP
  }

  /**
   * Keeps a will in place of the one before. What was released for that stream and has not arrived
   * is withdrawn: its streamer lives.
   */
  void deposit(LastWill will);

  /** Discards a stream's will; false when there is none. */
  boolean withdraw(String streamId);

  /** A stream's will. */
  Optional<LastWill> will(String streamId);

  /**
   * Wills stamped not after {@code now} and deposited not after {@code quietSince}, oldest first.
   */
  List<LastWill> overdue(Instant now, Instant quietSince, int most);

  /**
   * Takes a will out of its place and puts it on its way to relays, unless another one was
   * deposited meanwhile; false then.
   *
   * @param notBefore of the first attempts
   */
  boolean release(LastWill will, List<String> relays, Instant notBefore, Instant now);

  /** What is to be tried at {@code now}. */
  List<Delivery> due(Instant now, int most);

  /** A delivery is over. */
  void settle(Delivery delivery, Settled how, String detail);

  /** A delivery is tried again. */
  void retry(Delivery delivery, Instant next, String detail);

  /** What was last released for a stream. */
  Optional<Release> released(String streamId);

  /** Forgets what was released before {@code then}. */
  void forgetReleased(Instant then);
}
