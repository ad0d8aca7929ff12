package com.wavlake.ingest.stream;

import com.wavlake.ingest.media.Track;
import java.util.List;

/** Something that happened to a stream; told after it is durable. */
public sealed interface StreamEvent {

  /** Which stream, as it is since then. */
  StreamRecord stream();

  /** The encoder came or went, the stream changed its status, or its tracks became known. */
  record Changed(StreamRecord stream, List<Track> tracks) implements StreamEvent {}

  /** It can be watched now, so many milliseconds after its encoder was let in. */
  record FirstSegment(StreamRecord stream, long afterMillis) implements StreamEvent {}

  /** The number of viewers changed. */
  record ViewersChanged(StreamRecord stream, int current) implements StreamEvent {}

  /** How the encoder is doing; told every few seconds while it is connected. */
  record Measured(StreamRecord stream, Health health) implements StreamEvent {}

  /** Another key opens it now; who follows it has to come again. */
  record KeyReplaced(StreamRecord stream) implements StreamEvent {}

  /** It is over. */
  record Ended(StreamRecord stream, String reason) implements StreamEvent {}
}
