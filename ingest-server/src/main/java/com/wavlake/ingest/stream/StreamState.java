package com.wavlake.ingest.stream;

import java.util.Locale;

/** Where a stream stands in its life. */
public enum StreamState {
  /** It exists; its encoder may come and go. */
  CREATED,
  /** On air. */
  LIVE,
  /** On air, and its encoder is gone for a moment. */
  RECONNECTING,
  /** Over. */
  ENDED,
  /** Over, because its media could not be handled. */
  ERROR;

  /** As in the API and the database. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads {@link #wire}. */
  public static StreamState of(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }

  /** Whether nothing will change any more. */
  public boolean isFinal() {
    return this == ENDED || this == ERROR;
  }
}
