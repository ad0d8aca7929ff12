package com.wavlake.live.relay;

/** Where a {@link RelayConnection} stands. */
public enum RelayState {
  /** The socket is being opened for the first time or again. */
  CONNECTING,
  /** Frames go both ways. */
  CONNECTED,
  /** Lost; the next attempt waits for its back-off to pass. */
  WAITING,
  /** Closed by us, for good. */
  CLOSED
}
