package com.wavlake.cli.event;

import com.wavlake.cli.command.Reports;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code wlk event publish}. */
@Command(
    name = "publish",
    description = {
      "Publish signed events, or sign and publish templates, from stdin; prints each relay's answer.",
      "Stops at the first line at fault, and names the line and the field. Exit 1 when no relay took one."
    },
    footer = {
      "",
      "Example: wlk event sign < templates.jsonl | wlk event publish --relay wss://relay.example"
    })
final class PublishCommand extends WlkCommand {
  private @Nullable Signer signer;
  private int refused;

  @Override
  public Integer call() throws IOException {
    try (RelayPool relays = workspace().relays(List.of())) {
      EventLines.each((line, number) -> publish(relays, line, number));
    } finally {
      console().status("");
      if (signer != null) {
        signer.close();
      }
    }
    return refused == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private void publish(RelayPool relays, String line, int number) {
    Event event = EventLines.isSigned(line) ? Event.parse(line) : signed(line);
    if (!event.verify()) {
      throw new InvalidEvent("sig", "id or signature is wrong");
    }
    console()
        .status(
            "line " + number + ": publishing" + (refused > 0 ? ", " + refused + " failed" : ""));
    PublishResult result = relays.publish(event, globals().timeout());
    refused += result.acceptedCount() == 0 ? 1 : 0;
    console().data(Reports.json(result), event.id() + "  " + Reports.sentence(result));
  }

  /** Unlocked for the first template, once for all. */
  private Event signed(String template) {
    EventTemplate parsed = EventTemplate.parse(template, Instant.now().getEpochSecond());
    Signer known = signer == null ? workspace().signer() : signer;
    signer = known;
    return known.sign(parsed);
  }
}
