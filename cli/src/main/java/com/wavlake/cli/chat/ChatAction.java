package com.wavlake.cli.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Reports;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventPointer;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import picocli.CommandLine.Command;

/** A command that does one thing about a chat, and prints what each relay did. */
@Command
abstract class ChatAction extends WlkCommand {

  /** What it does. */
  @FunctionalInterface
  interface Deed {
    PublishResult on(Moderator moderator, RelayPool relays, EventAddress stream);
  }

  /** Does it with the identity in force. */
  final int act(String ref, Deed deed) {
    EventAddress stream = workspace().address(ref);
    try (Signer signer = workspace().signer();
        RelayPool relays = workspace().relays(stream.relays())) {
      Moderator moderator =
          new Moderator(stream, relays, signer, workspace()::client, globals().timeout());
      return report(deed.on(moderator, relays, stream), "");
    }
  }

  /** Each relay's answer; failed when none took it. */
  final int report(PublishResult result, String hint) {
    if (result.acceptedCount() > 0) {
      console().data(Reports.json(result), Reports.sentence(result));
      return ExitCode.OK;
    }
    CliError refusal = new CliError("refused", Reports.sentence(result), hint);
    if (!console().isJson()) {
      throw refusal;
    }
    ObjectNode json = Reports.json(result).put("error", "refused");
    json.put("detail", refusal.getMessage());
    if (!hint.isEmpty()) {
      json.put("hint", hint);
    }
    console().raw(json.toString());
    return ExitCode.FAILED;
  }

  /** A message as people have it: hex, note1… or nevent1…. */
  static EventId messageId(String written) {
    try {
      return written.startsWith("nevent1") || written.startsWith("nostr:nevent1")
          ? EventPointer.parse(written).id()
          : EventId.parse(written);
    } catch (InvalidEvent e) {
      throw CliError.usage(
          "ID: " + e.getMessage(),
          "64 hex digits, note1… or nevent1…: wlk chat --json prints them");
    }
  }
}
