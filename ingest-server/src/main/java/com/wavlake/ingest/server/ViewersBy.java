package com.wavlake.ingest.server;

/** How viewers are told apart and counted. */
public enum ViewersBy {
  /** By address, program and playback session, at each playlist request. */
  REQUESTS,
  /** By a signed token in the multivariant playlist. */
  TOKEN,
  /** By beacons that players send: behind a CDN playlist requests do not come here. */
  BEACON
}
