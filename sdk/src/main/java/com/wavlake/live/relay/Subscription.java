package com.wavlake.live.relay;

/** A running REQ. It survives reconnects; closing it sends CLOSE. */
public interface Subscription extends AutoCloseable {

  /** No more events after this returns, but for one that may be under way. */
  @Override
  void close();
}
