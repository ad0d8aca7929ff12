package com.wavlake.live.api;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import okio.BufferedSource;

/** Reads server-sent events (WHATWG HTML, section 9.2). */
final class EventStream {
  private static final long MAX_LINE_BYTES = 256 << 10;

  private EventStream() {}

  /** True when the stream has ended, false when the connection was lost before. */
  static boolean read(BufferedSource source, Consumer<StreamEvent> listener) throws IOException {
    String name = "message";
    StringBuilder data = new StringBuilder();
    while (!source.exhausted()) {
      String line = source.readUtf8LineStrict(MAX_LINE_BYTES);
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          Optional<StreamEvent> event = Json.streamEvent(name, Json.parse(data.toString()));
          event.ifPresent(listener);
          if (event.isPresent() && event.get() instanceof StreamEvent.Ended) {
            return true;
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
    return false;
  }
}
