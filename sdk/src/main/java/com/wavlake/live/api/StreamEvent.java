package com.wavlake.live.api;

import java.util.List;
import java.util.Optional;

/** What a provider tells the owner of a stream while it happens (server-sent events). */
public sealed interface StreamEvent {

  /**
   * The encoder came or went, or the stream changed its status.
   *
   * @param status created, live, reconnecting, ended or error
   * @param connectionState disconnected, connecting, connected, reconnecting, failed or ended
   * @param tracks what the encoder sends
   */
  record Connection(String status, String connectionState, List<StreamStatus.TrackInfo> tracks)
      implements StreamEvent {
    /** Copies the tracks. */
    public Connection {
      tracks = List.copyOf(tracks);
    }
  }

  /**
   * Somebody can watch now.
   *
   * @param afterMillis since the encoder was let in
   * @param hlsPlayback where
   */
  record FirstSegment(long afterMillis, String hlsPlayback) implements StreamEvent {}

  /** Who watch now, and the most at a time. */
  record Viewers(int current, int peak) implements StreamEvent {}

  /**
   * How the encoder is doing.
   *
   * @param bitrateKbps over the last seconds
   * @param frameRate pictures a second
   * @param keyframeIntervalMillis the last distance between key frames, 0 when unknown
   * @param jitterMillis how unevenly media arrived over the last seconds
   * @param warnings what to change, in the streamer's words
   * @param recording where it can be watched afterwards, once something is recorded
   * @param thumbnail a picture of it, where the provider makes them
   */
  record Health(
      int bitrateKbps,
      double frameRate,
      long keyframeIntervalMillis,
      int jitterMillis,
      List<String> warnings,
      Optional<String> recording,
      Optional<String> thumbnail)
      implements StreamEvent {
    /** Copies the warnings. */
    public Health {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * The stream has another key: who held the old one may follow no more, its owner follows again.
   */
  record KeyReplaced() implements StreamEvent {}

  /**
   * It is over.
   *
   * @param reason in words
   * @param durationSeconds how long it was live
   * @param recording where it can be watched from now on, if it was recorded
   */
  record Ended(String reason, long durationSeconds, Optional<String> recording)
      implements StreamEvent {}
}
