package com.wavlake.ingest.hls;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/**
 * A media segment: whole fragments, one a part, in shared direct buffers.
 *
 * @param sequence its media sequence number
 * @param init which init segment it needs
 * @param discontinuity whether it does not continue the one before
 * @param seconds its length
 * @param programDateTime when its first picture was taken in
 * @param parts its bytes in order; take a duplicate before reading
 */
public record Segment(
    long sequence,
    int init,
    boolean discontinuity,
    double seconds,
    Instant programDateTime,
    List<ByteBuffer> parts) {
  /** Copies the list. */
  public Segment {
    parts = List.copyOf(parts);
  }

  /** How many bytes. */
  public long bytes() {
    return parts.stream().mapToLong(ByteBuffer::remaining).sum();
  }
}
