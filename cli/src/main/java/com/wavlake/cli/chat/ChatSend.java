package com.wavlake.cli.chat;

import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.CliError;
import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.NotPublished;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk chat send}: one message. */
@Command(
    name = "send",
    description =
        "Send a message to a stream's chat. A refusal, of slow mode for instance, is told at once.",
    footer = {
      "",
      "Example: wlk chat send \"Great song!\" --to naddr1…",
      "Example: wlk chat send \"Thanks!\" --reply-to note1…"
    })
final class ChatSend extends ChatAction {
  @Parameters(paramLabel = "TEXT", description = "1 to 500 characters.")
  String text = "";

  @Option(
      names = "--to",
      paramLabel = "REF",
      defaultValue = "current",
      description = "naddr, id of a stream of your own, or current (default).")
  String ref = "current";

  @Option(
      names = "--reply-to",
      paramLabel = "ID",
      description = "The message that it answers: hex, note1… or nevent1….")
  @Nullable String replyTo;

  @Override
  public Integer call() {
    EventAddress stream = workspace().address(ref);
    var _ = ChatMessage.to(stream).text(text, Instant.EPOCH); // before any relay
    try (Signer signer = workspace().signer();
        RelayPool relays = workspace().relays(stream.relays());
        LiveChat chat = LiveChat.open(relays, stream, _ -> {})) {
      return report(send(chat, signer, relays, stream), "");
    } catch (NotPublished refused) {
      return report(refused.result(), hint(stream));
    }
  }

  private PublishResult send(LiveChat chat, Signer signer, RelayPool relays, EventAddress stream) {
    Optional<ChatMessage> parent =
        Optional.ofNullable(replyTo)
            .map(ChatAction::messageId)
            .map(id ->
                new Moderator(stream, relays, signer, workspace()::client, globals().timeout())
                    .message(id))
            .map(ChatMessage::parse);
    return parent.isPresent()
        ? chat.reply(parent.get(), text, signer, globals().timeout())
        : chat.send(text, signer, globals().timeout());
  }

  /** An id says nothing of whose stream it is: without an naddr it is one's own. */
  private String hint(EventAddress stream) {
    if (Workspace.isAddress(ref)) {
      return "";
    }
    try (RelayPool relays = workspace().relays(stream.relays())) {
      return relays.newest(stream, globals().timeout()).isPresent()
          ? ""
          : "no stream '"
              + stream.identifier()
              + "' of yours is known: for somebody else's give"
              + " its naddr1…";
    } catch (CliError none) {
      return "";
    }
  }
}
