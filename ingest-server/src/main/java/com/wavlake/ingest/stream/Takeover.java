package com.wavlake.ingest.stream;

/** Whether an encoder may take the place of one that is connected with the same key. */
public enum Takeover {
  /** It may: what holds the place is most often a connection that nobody uses any more. */
  ALWAYS,
  /** It may once the other has been silent for some seconds. */
  STALE,
  /** It may not. */
  NEVER
}
