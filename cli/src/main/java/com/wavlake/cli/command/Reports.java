package com.wavlake.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.relay.PublishOutcome;
import com.wavlake.live.relay.PublishResult;
import java.util.Locale;
import java.util.stream.Collectors;

/** Results of publishing, in words and as JSON. */
public final class Reports {
  private Reports() {}

  public static void published(Console console, String what, PublishResult result) {
    console.say(String.format("%-9s %s", what, sentence(result)));
  }

  public static String sentence(PublishResult result) {
    String failures =
        result.failures().stream()
            .map(f ->
                Console.plain(f.relay())
                    + ": "
                    + Console.plain(f.reason().isEmpty() ? status(f) : f.reason()))
            .collect(Collectors.joining("; "));
    return "accepted by "
        + result.acceptedCount()
        + " of "
        + result.outcomes().size()
        + " relays"
        + (failures.isEmpty() ? "" : " (" + failures + ")");
  }

  public static ObjectNode json(PublishResult result) {
    ObjectNode json =
        Console.object()
            .put("id", result.event().id().hex())
            .put("accepted", result.acceptedCount());
    ArrayNode relays = json.putArray("relays");
    for (PublishOutcome outcome : result.outcomes()) {
      relays
          .addObject()
          .put("relay", outcome.relay())
          .put("status", status(outcome))
          .put("reason", outcome.reason());
    }
    return json;
  }

  private static String status(PublishOutcome outcome) {
    return outcome.status().name().toLowerCase(Locale.ROOT);
  }
}
