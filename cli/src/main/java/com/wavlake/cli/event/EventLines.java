package com.wavlake.cli.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Json;
import com.wavlake.cli.shell.Lines;
import com.wavlake.live.nostr.InvalidEvent;
import java.io.IOException;
import java.util.Optional;

/** Events or templates on stdin, one JSON object a line. */
final class EventLines {
  /** What to do with a line. */
  interface EachLine {
    void accept(String line, int number) throws IOException;
  }

  private EventLines() {}

  /** Stops at the first line at fault, and says which it is; what came before it is done. */
  static void each(EachLine each) throws IOException {
    Lines lines = new Lines(System.in);
    for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
      try {
        each.accept(line.get(), lines.number());
      } catch (InvalidEvent e) {
        throw new CliError("invalid", "line " + lines.number() + ": " + e.getMessage(), "");
      }
    }
  }

  /** Whether it is signed, or a template. */
  static boolean isSigned(String line) {
    try {
      return Json.read(line).has("sig");
    } catch (JsonProcessingException e) {
      return false; // whoever reads it as a template says what is wrong with it
    }
  }

  /** The id that a line claims, or "?". */
  static String id(String line) {
    try {
      String id = Json.read(line).path("id").asText("");
      return id.matches("[0-9a-f]{64}") ? id : "?";
    } catch (JsonProcessingException e) {
      return "?";
    }
  }
}
