package com.wavlake.ingest.codec;

/** A decoder configuration that cannot be read. */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CodecException(String problem) {
    super(problem);
  }
}
