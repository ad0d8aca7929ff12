package com.wavlake.cli.event;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.nostr.Event;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code wlk event show}. */
@Command(
    name = "show",
    description = {
      "Fetch an event from the relays and print it: naddr, nevent, note, npub (the profile), event id, a"
          + " link that ends with one of them, stream id or current.",
      "With --json it is printed as it was signed."
    },
    footer = {"", "Example: wlk event show current", "Example: wlk event show npub1… --json"})
final class ShowCommand extends WlkCommand {
  /** Of the year 9999; events may claim any. */
  private static final long LAST_SECOND = 253_402_300_799L;

  @Parameters(
      arity = "0..1",
      paramLabel = "REF",
      description = "Default: the current stream's live event.")
  String ref = "current";

  @Override
  public Integer call() throws InterruptedException {
    Event event = Fetch.one(this, ref);
    if (console().isJson()) {
      console().raw(event.toJson());
      return ExitCode.OK;
    }
    console().line("id       " + event.id());
    console().line("author   " + event.author().npub());
    console().line("kind     " + event.kind());
    console().line("created  " + Instant.ofEpochSecond(Math.min(event.createdAt(), LAST_SECOND)));
    event
        .tags()
        .forEach(tag -> console().line("  " + Console.plain(String.join("  ", tag.values()))));
    console().line("content  " + Console.plain(event.content()));
    return ExitCode.OK;
  }
}
