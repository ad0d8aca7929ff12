package com.wavlake.ingest.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.RelayMessage;

/**
 * The answer to a frame that is not understood: under the id that its sender waits for, where there
 * is one.
 */
final class Misread {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_ID = 64;

  private Misread() {}

  static RelayMessage answer(String frame, String problem) {
    JsonNode message;
    try {
      message = JSON.readTree(frame);
    } catch (JsonProcessingException e) {
      return new RelayMessage.Notice("error: " + problem);
    }
    String id = message.path(1).asText("");
    return switch (message.path(0).asText("")) {
      case "REQ", "COUNT" ->
          id.isEmpty() || id.length() > MAX_ID
              ? new RelayMessage.Notice("error: " + problem)
              : new RelayMessage.Closed(id, "error: " + problem);
      case "EVENT" -> refused(message.path(1).path("id").asText(""), problem);
      default -> new RelayMessage.Notice("error: " + problem);
    };
  }

  private static RelayMessage refused(String id, String problem) {
    try {
      return new RelayMessage.Ok(EventId.parse(id), false, "invalid: " + problem);
    } catch (InvalidEvent e) {
      return new RelayMessage.Notice("invalid: " + problem);
    }
  }
}
