package com.wavlake.ingest.hls;

/**
 * What a playlist has to go on with when another process serves it (RFC 8216 §6.2.1, §6.2.2).
 *
 * @param nextSequence the first media sequence number that was never used
 * @param discontinuitySequence how many discontinuities there were, listed ones included
 * @param targetDuration EXT-X-TARGETDURATION, in seconds; 0 before it is fixed
 */
public record Continuation(long nextSequence, long discontinuitySequence, int targetDuration) {
  /** Of a stream that never had a segment. */
  public static final Continuation START = new Continuation(0, 0, 0);
}
