package com.wavlake.cli.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.InvalidEvent;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code wlk event verify}. */
@Command(
    name = "verify",
    description =
        "Say of each event from stdin whether id and signature are right, and why not; exit 1 when one is not.",
    footer = {"", "Example: wlk event verify < events.jsonl"})
final class VerifyCommand extends WlkCommand {
  private boolean failed;

  @Override
  public Integer call() throws IOException {
    EventLines.each((line, _) -> {
      Optional<String> problem = problem(line);
      failed |= problem.isPresent();
      String id = EventLines.id(line);
      ObjectNode json = Console.object().put("id", id).put("valid", problem.isEmpty());
      problem.ifPresent(p -> json.put("reason", p));
      console().data(json, id + "  " + problem.map(p -> "INVALID " + p).orElse("valid"));
    });
    return failed ? ExitCode.FAILED : ExitCode.OK;
  }

  private static Optional<String> problem(String line) {
    try {
      Event event = Event.parse(line);
      if (!event.hasValidId()) {
        return Optional.of(
            "id: is not the digest of the content, that is "
                + event.template().idFor(event.author()));
      }
      return event.hasValidSignature()
          ? Optional.empty()
          : Optional.of("sig: is not this author's over this id");
    } catch (InvalidEvent e) {
      return Optional.of(e.getMessage());
    }
  }
}
