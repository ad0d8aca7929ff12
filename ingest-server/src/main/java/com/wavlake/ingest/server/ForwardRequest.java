package com.wavlake.ingest.server;

import com.wavlake.ingest.forward.Forwards;
import java.net.URI;
import java.util.Set;

/**
 * The body of {@code POST /api/v1/streams/ID/forwards}.
 *
 * @param name what its owner calls the target
 * @param server {@code rtmp://…} or {@code rtmps://…}
 * @param key the other service's stream key
 */
record ForwardRequest(String name, String server, String key) {
  private static final int MAX_NAME = 50;
  private static final int MAX_URL = 255;
  private static final int MAX_PORT = 65_535;

  static ForwardRequest parse(byte[] body, Forwards forwards) {
    Fields fields = Fields.of(body, Set.of("name", "server", "stream_key"));
    ForwardRequest request =
        new ForwardRequest(
            fields.text("name", 1, MAX_NAME),
            fields.text("server", 1, MAX_URL),
            fields.text("stream_key", 1, MAX_URL));
    if (!request.server().isEmpty()) {
      String wrong = problem(request.server(), forwards);
      if (!wrong.isEmpty()) {
        fields.wrong("server", wrong);
      }
    }
    if (request.name().concat(request.key()).codePoints().anyMatch(Character::isISOControl)) {
      fields.wrong("name", "has control characters, or the stream_key has");
    }
    fields.check();
    return request;
  }

  /** The body of PATCH. */
  static boolean parseEnabled(byte[] body) {
    Fields fields = Fields.of(body, Set.of("enabled"));
    boolean enabled = fields.flag("enabled", true);
    if (!fields.has("enabled")) {
      fields.wrong("enabled", "is required");
    }
    fields.check();
    return enabled;
  }

  private static String problem(String server, Forwards forwards) {
    try {
      URI uri = URI.create(server);
      boolean rtmp = "rtmp".equals(uri.getScheme()) || "rtmps".equals(uri.getScheme());
      if (!rtmp
          || uri.getHost() == null
          || uri.getUserInfo() != null
          || uri.getPort() == 0
          || uri.getPort() > MAX_PORT
          || uri.getPath().length() < 2) {
        return "is no rtmp://host/app or rtmps://host/app";
      }
      return forwards.isAllowed(uri) ? "" : "is not on the public internet";
    } catch (IllegalArgumentException e) {
      return "is no URL";
    }
  }
}
