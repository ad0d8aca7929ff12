package com.wavlake.cli.chat;

import com.wavlake.live.nostr.EventAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk chat raid}: everybody over there. */
@Command(
    name = "raid",
    description =
        "Send your viewers to another stream: their players follow within a minute. For the host"
            + " alone.",
    footer = {"", "Example: wlk chat raid naddr1… --words \"Say hi!\""})
final class ChatRaid extends ChatAction {
  @Parameters(paramLabel = "REF", description = "Where to: naddr, or another stream of yours.")
  String to = "";

  @Option(
      names = "--from",
      paramLabel = "REF",
      description = "Your stream; default: the current one.")
  String from = "current";

  @Option(names = "--words", paramLabel = "TEXT", description = "What to say with it.")
  String words = "";

  @Override
  public Integer call() {
    EventAddress target = workspace().address(to);
    return act(from, (moderator, _, _) -> moderator.raid(target, words));
  }
}
