package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.forward.Forwards;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The body of {@code POST /api/v1/streams/ID/forwards}.
 *
 * @param name what its owner calls the target
 * @param server {@code rtmp://…} or {@code rtmps://…}
 * @param key the other service's stream key
 */
record ForwardRequest(String name, String server, String key) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_NAME = 50;
  private static final int MAX_URL = 255;
  private static final int MAX_PORT = 65_535;

  static ForwardRequest parse(byte[] body, Forwards forwards) {
    JsonNode json = object(body);
    Map<String, String> errors = new LinkedHashMap<>();
    json.fieldNames()
        .forEachRemaining(field -> {
          if (!field.equals("name") && !field.equals("server") && !field.equals("stream_key")) {
            errors.put(field, "is not known");
          }
        });
    String name = json.path("name").asText("").strip();
    if (name.isEmpty() || name.length() > MAX_NAME || hasControls(name)) {
      errors.put("name", "has to have 1 to " + MAX_NAME + " characters");
    }
    String server = json.path("server").asText("").strip();
    String wrong = problem(server, forwards);
    if (!wrong.isEmpty()) {
      errors.put("server", wrong);
    }
    String key = json.path("stream_key").asText("").strip();
    if (key.isEmpty() || key.length() > MAX_URL || hasControls(key)) {
      errors.put("stream_key", "is required, up to " + MAX_URL + " characters");
    }
    if (!errors.isEmpty()) {
      throw Problem.validation(errors);
    }
    return new ForwardRequest(name, server, key);
  }

  /** The body of PATCH. */
  static boolean parseEnabled(byte[] body) {
    JsonNode enabled = object(body).path("enabled");
    if (!enabled.isBoolean()) {
      throw Problem.validation(Map.of("enabled", "is not true or false"));
    }
    return enabled.asBoolean();
  }

  private static JsonNode object(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      if (json.isObject()) {
        return json;
      }
    } catch (IOException e) {
      // said below
    }
    throw Problem.validation(Map.of("body", "is not a JSON object"));
  }

  private static String problem(String server, Forwards forwards) {
    if (server.length() > MAX_URL) {
      return "is over " + MAX_URL + " characters";
    }
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

  private static boolean hasControls(String text) {
    return text.codePoints().anyMatch(Character::isISOControl);
  }
}
