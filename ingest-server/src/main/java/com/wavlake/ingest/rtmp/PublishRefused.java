package com.wavlake.ingest.rtmp;

/** Why an encoder is not let in; the encoder's user reads the message. */
public final class PublishRefused extends Exception {
  private static final long serialVersionUID = 1L;

  /** With a sentence that a person understands. */
  public PublishRefused(String sentence) {
    super(sentence);
  }
}
