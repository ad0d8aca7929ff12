package com.wavlake.ingest.relay;

/** What the relay asks for authentication (NIP-42) for. */
public enum AuthDemand {
  /** Nothing: it is offered, and protected events (NIP-70) need it. */
  OFFERED,
  /** Writing. */
  WRITES,
  /** Reading too. */
  ALL
}
