package com.wavlake.ingest.stream;

/** Which streams are recorded. */
public enum RecordingMode {
  /** None. */
  OFF,
  /** Those whose owners ask for it. */
  ASKED,
  /** All. */
  ALWAYS;

  boolean applies(boolean asked) {
    return this == ALWAYS || (this == ASKED && asked);
  }
}
