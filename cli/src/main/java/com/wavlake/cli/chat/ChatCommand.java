package com.wavlake.cli.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Relays;
import com.wavlake.cli.command.Reports;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Interrupts;
import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk chat}: reads a stream's chat, and writes to it. */
@Command(
    name = "chat",
    description = "Print a stream's chat: the last 100 messages, then what comes, until Ctrl-C.",
    subcommands = ChatCommand.Send.class,
    footer = {"", "Example: wlk chat naddr1…"})
public final class ChatCommand extends WlkCommand {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  @Parameters(
      arity = "0..1",
      paramLabel = "REF",
      description = "naddr, stream id, or current (default).")
  String ref = "current";

  @Option(names = "--for", paramLabel = "SECONDS", description = "Stop after this time.")
  @Nullable Integer seconds;

  @Override
  public Integer call() throws InterruptedException {
    EventAddress stream = workspace().address(ref);
    CountDownLatch over = new CountDownLatch(1);
    Interrupts.onInterrupt(over::countDown);
    try (RelayPool relays = workspace().relays(stream.relays());
        LiveChat chat = LiveChat.open(relays, stream, message -> print(console(), message))) {
      Relays.requireOne(relays, globals().timeout());
      if (seconds == null) {
        over.await();
      } else {
        var _ = over.await(seconds, TimeUnit.SECONDS);
      }
    }
    return ExitCode.OK;
  }

  public static void print(Console console, ChatMessage message) {
    ObjectNode json =
        Console.object()
            .put("id", message.event().id().hex())
            .put("pubkey", message.author().hex())
            .put("created_at", message.event().createdAt())
            .put("content", message.text())
            .put("reply_to", message.replyTo().map(EventId::hex).orElse(null));
    console.data(json, line(console, message));
  }

  public static String line(Console console, ChatMessage message) {
    String who = message.author().npub().substring(0, 12);
    return Console.dim(TIME.format(message.createdAt()))
        + "  "
        + who
        + "  "
        + Console.plain(message.text());
  }

  @Command(
      name = "send",
      description = "Send a message to a stream's chat.",
      footer = {"", "Example: wlk chat send \"Great song!\" --to naddr1…"})
  public static final class Send extends WlkCommand {
    @Parameters(paramLabel = "TEXT", description = "1 to 500 characters.")
    String text = "";

    @Option(
        names = "--to",
        paramLabel = "REF",
        defaultValue = "current",
        description = "naddr, stream id, or current (default).")
    String ref = "current";

    @Override
    public Integer call() {
      EventAddress stream = workspace().address(ref);
      try (Signer signer = workspace().signer();
          RelayPool relays = workspace().relays(stream.relays());
          LiveChat chat = LiveChat.open(relays, stream, _ -> {})) {
        PublishResult result = chat.send(text, signer, globals().timeout());
        console().data(Reports.json(result), Reports.sentence(result));
        return ExitCode.OK;
      }
    }
  }
}
