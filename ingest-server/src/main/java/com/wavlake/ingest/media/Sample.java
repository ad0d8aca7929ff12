package com.wavlake.ingest.media;

import java.nio.ByteBuffer;

/**
 * One access unit.
 *
 * @param track which track it belongs to
 * @param dts decoding time, in the track's ticks
 * @param compositionOffset presentation time minus decoding time, in ticks; may be negative
 * @param keyFrame whether decoding can start here
 * @param payload its bytes, by reference: position to limit, not to be changed
 */
public record Sample(
    Track track, long dts, int compositionOffset, boolean keyFrame, ByteBuffer payload) {

  /** How many bytes. */
  public int size() {
    return payload.remaining();
  }
}
