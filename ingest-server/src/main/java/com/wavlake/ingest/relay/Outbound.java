package com.wavlake.ingest.relay;

/** The way back to a client. Safe for use by many threads; never blocks. */
@FunctionalInterface
public interface Outbound {

  /** Sends a frame, or drops the connection when its reader is too slow. */
  void send(String frame);
}
