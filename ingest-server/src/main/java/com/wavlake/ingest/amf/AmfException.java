package com.wavlake.ingest.amf;

/** Bytes that are no AMF0, or more of it than anybody needs. */
public final class AmfException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AmfException(String problem, int offset) {
    super("AMF0: " + problem + " at byte " + offset);
  }
}
