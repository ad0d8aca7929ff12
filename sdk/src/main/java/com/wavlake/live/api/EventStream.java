package com.wavlake.live.api;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import okio.BufferedSource;

/** Reads server-sent events (WHATWG HTML, section 9.2). */
final class EventStream {
  private static final long MAX_LINE_BYTES = 256 << 10;

  private EventStream() {}

  /** Why there is no more. */
  enum End {
    /** The stream is over. */
    STREAM_ENDED,
    /** The provider wants it asked for anew. */
    KEY_REPLACED,
    /** The connection was lost. */
    LOST
  }

  /** Tells what comes, until there is no more. */
  static End read(BufferedSource source, Consumer<StreamEvent> listener) throws IOException {
    String name = "message";
    StringBuilder data = new StringBuilder();
    while (!source.exhausted()) {
      String line = source.readUtf8LineStrict(MAX_LINE_BYTES);
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          Optional<StreamEvent> event = Json.streamEvent(name, data.toString());
          event.ifPresent(listener);
          End end = event.map(EventStream::end).orElse(End.LOST);
          if (end != End.LOST) {
            return end;
          }
        }
        name = "message";
        data.setLength(0);
      } else if (line.startsWith("event:")) {
        name = line.substring(6).strip();
      } else if (line.startsWith("data:")) {
        data.append(data.isEmpty() ? "" : "\n").append(line.substring(5).stripLeading());
      }
    }
    return End.LOST;
  }

  private static End end(StreamEvent event) {
    return switch (event) {
      case StreamEvent.Ended ended -> End.STREAM_ENDED;
      case StreamEvent.KeyReplaced replaced -> End.KEY_REPLACED;
      default -> End.LOST;
    };
  }
}
