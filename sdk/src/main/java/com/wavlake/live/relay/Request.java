package com.wavlake.live.relay;

import com.wavlake.live.nostr.ClientMessage;

/**
 * Something asked of one relay that it may refuse until we have authenticated (NIP-42). Guarded by
 * its connection's lock.
 */
abstract sealed class Request permits Pending, Counting, RunningSubscription {
  private boolean held;
  private boolean repeated;

  /** What to send, now or again. */
  abstract ClientMessage message();

  /** It waits for an authentication under way. */
  final void hold() {
    held = true;
  }

  final boolean isHeld() {
    return held;
  }

  /** It is sent again after an authentication: once is enough. */
  final void repeat() {
    held = false;
    repeated = true;
  }

  final boolean wasRepeated() {
    return repeated;
  }

  /** A new socket: everything is sent anew. */
  final void reset() {
    held = false;
    repeated = false;
  }
}
