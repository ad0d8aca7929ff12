package com.wavlake.cli.check;

/** The provider has no such thing, and need not have it. */
final class NotOffered extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotOffered(String what) {
    super(what);
  }
}
