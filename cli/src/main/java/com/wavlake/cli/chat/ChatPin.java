package com.wavlake.cli.chat;

import com.wavlake.live.nostr.EventId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code wlk chat pin} and {@code unpin}. */
@Command(
    name = "pin",
    description =
        "Pin a message: it is named in the stream's event, of which nothing else changes. For the"
            + " host alone.",
    footer = {"", "Example: wlk chat pin note1… current"})
class ChatPin extends ChatAction {
  @Parameters(index = "0", paramLabel = "ID", description = "Message: hex, note1… or nevent1….")
  String id = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "REF",
      description = "Stream, default: the current one.")
  String ref = "current";

  @Override
  public Integer call() {
    EventId message = messageId(id);
    return act(ref, (moderator, _, _) -> moderator.pin(message));
  }

  @Command(
      name = "unpin",
      description = "Unpin a message. For the host alone.",
      footer = {"", "Example: wlk chat unpin note1… current"})
  static final class Unpin extends ChatPin {
    @Override
    public Integer call() {
      EventId message = messageId(id);
      return act(ref, (moderator, _, _) -> moderator.unpin(message));
    }
  }
}
