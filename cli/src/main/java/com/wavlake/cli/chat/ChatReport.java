package com.wavlake.cli.chat;

import com.wavlake.cli.shell.CliError;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.social.Report.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk chat report}: a message that should not be. */
@Command(
    name = "report",
    description = "Report a message (NIP-56): signed by you, read by relays and other people.",
    footer = {"", "Example: wlk chat report note1… --reason spam"})
final class ChatReport extends ChatAction {
  @Parameters(index = "0", paramLabel = "ID", description = "Message: hex, note1… or nevent1….")
  String id = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "REF",
      description = "Stream, default: the current one.")
  String ref = "current";

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "REASON",
      description = "nudity, malware, profanity, illegal, spam, impersonation or other.")
  String reason = "";

  @Option(names = "--words", paramLabel = "TEXT", description = "More about it; public.")
  String words = "";

  @Override
  public Integer call() {
    EventId message = messageId(id);
    Reason why =
        SlashCommands.reason(reason)
            .orElseThrow(() -> CliError.usage("--reason: one of " + SlashCommands.REASONS, ""));
    return act(ref, (moderator, _, _) -> moderator.report(moderator.message(message), why, words));
  }
}
