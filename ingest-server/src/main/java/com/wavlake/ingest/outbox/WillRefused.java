package com.wavlake.ingest.outbox;

/** A last will that cannot be kept, and which part of it is at fault. */
public final class WillRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final String field;

  WillRefused(String field, String reason) {
    super(reason);
    this.field = field;
  }

  /** The part at fault. */
  public String field() {
    return field;
  }
}
