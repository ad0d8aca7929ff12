package com.wavlake.ingest.stream;

/** Not possible in the stream's present state; the message says why, to its owner. */
public final class StreamConflict extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a sentence. */
  public StreamConflict(String sentence) {
    super(sentence);
  }
}
