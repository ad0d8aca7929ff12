package com.wavlake.ingest.stream;

import java.util.Locale;

/** How a stream's encoder stands. */
public enum ConnectionState {
  /** None has come, or it left before the stream went live. */
  DISCONNECTED,
  /** Let in, nothing playable yet. */
  CONNECTING,
  /** It sends. */
  CONNECTED,
  /** Lost while live; waited for. */
  RECONNECTING,
  /** Its media could not be handled. */
  FAILED,
  /** The stream is over. */
  ENDED;

  /** As in the API and the database. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads {@link #wire}. */
  public static ConnectionState of(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }

  /** Whether an encoder's connection stands. */
  public boolean isUp() {
    return this == CONNECTING || this == CONNECTED;
  }
}
