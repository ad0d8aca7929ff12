package com.wavlake.ingest;

/** A setting that cannot be used; the message names the key. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a sentence that names the key. */
  public ConfigException(String problem) {
    super(problem);
  }
}
