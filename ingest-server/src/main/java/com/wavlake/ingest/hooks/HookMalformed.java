package com.wavlake.ingest.hooks;

/** A call that is not as its engine writes it. */
public final class HookMalformed extends Exception {
  private static final long serialVersionUID = 1L;

  HookMalformed(String message) {
    super(message);
  }
}
