package com.wavlake.ingest.stream;

import java.util.List;

/**
 * How an encoder is doing.
 *
 * @param bitrateKbps what it sent over the last seconds, in kbit/s
 * @param frameRate pictures a second, 0 without video
 * @param keyFrameIntervalMillis between the last two key frames; 0 before there were two
 * @param jitterMillis how unevenly media arrived over the last seconds: the latest against the
 *     earliest; what lies below 100 is our own reading, which merges
 * @param warnings what its streamer should change, in words
 */
public record Health(
    int bitrateKbps,
    double frameRate,
    long keyFrameIntervalMillis,
    int jitterMillis,
    List<String> warnings) {
  /** Before anything was measured. */
  public static final Health UNKNOWN = new Health(0, 0, 0, 0, List.of());

  /** Copies the list. */
  public Health {
    warnings = List.copyOf(warnings);
  }
}
