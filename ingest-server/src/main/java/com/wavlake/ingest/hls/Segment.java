package com.wavlake.ingest.hls;

import java.time.Instant;
import java.util.List;

/**
 * A media segment, whole or under way.
 *
 * @param sequence its media sequence number
 * @param init which init segment it needs
 * @param discontinuity whether it does not continue the one before
 * @param seconds its length
 * @param programDateTime when its first picture was taken in
 * @param parts its bytes in order
 * @param bytes how many
 */
public record Segment(
    long sequence,
    int init,
    boolean discontinuity,
    double seconds,
    Instant programDateTime,
    List<Part> parts,
    long bytes) {
  /** Copies the list. */
  public Segment {
    parts = List.copyOf(parts);
  }

  /** Holds all of it; false, and nothing held, when some was given back already. */
  public boolean retain() {
    for (int i = 0; i < parts.size(); i++) {
      if (!parts.get(i).bytes().retain()) {
        parts.subList(0, i).forEach(held -> held.bytes().release());
        return false;
      }
    }
    return true;
  }

  /** Lets go of all of it. */
  public void release() {
    parts.forEach(part -> part.bytes().release());
  }

  static Segment of(
      long sequence,
      int init,
      boolean discontinuity,
      double seconds,
      Instant programDateTime,
      List<Part> parts) {
    long bytes = 0;
    for (Part part : parts) {
      bytes += part.bytes().size();
    }
    return new Segment(sequence, init, discontinuity, seconds, programDateTime, parts, bytes);
  }
}
