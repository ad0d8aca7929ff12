package com.wavlake.live.relay;

/** Where a {@link RelayConnection} stands. */
public enum RelayState {
  /** The socket is being opened for the first time or again. */
  CONNECTING,
  /** Frames go both ways. */
  CONNECTED,
  /** It was connected and was lost; the next attempt waits for its back-off to pass. */
  LOST,
  /** The last attempt did not connect; the next one waits for its back-off to pass. */
  FAILED,
  /** Closed by us, for good. */
  CLOSED
}
