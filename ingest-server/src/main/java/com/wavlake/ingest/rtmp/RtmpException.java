package com.wavlake.ingest.rtmp;

/** A peer that does not keep to RTMP, or to our limits: its connection ends. */
public final class RtmpException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong. */
  public RtmpException(String problem) {
    super(problem);
  }
}
