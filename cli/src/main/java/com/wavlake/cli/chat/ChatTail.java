package com.wavlake.cli.chat;

import com.wavlake.cli.command.Relays;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.Interrupts;
import com.wavlake.cli.shell.Strangers;
import com.wavlake.live.chat.ChatItem;
import com.wavlake.live.chat.ChatListener.Removal;
import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A chat as lines: where there is no terminal to type on, or programs read. */
final class ChatTail {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private final Console console;
  private final Names names;

  ChatTail(Console console, Names names) {
    this.console = console;
    this.names = names;
  }

  /** Profiles of the chat's relays. */
  static Names names(RelayPool relays, EventAddress stream, Optional<Signer> viewer) {
    return new Names(
        stream.author(),
        viewer.map(Signer::publicKey),
        people ->
            relays.query(
                Filter.kinds(Kind.PROFILE).by(people.toArray(PublicKey[]::new)),
                Duration.ofSeconds(5)));
  }

  /** Prints until Ctrl-C, or for so long. */
  static void run(
      Console console,
      RelayPool relays,
      EventAddress stream,
      Optional<Signer> viewer,
      Optional<Duration> howLong,
      Duration timeout)
      throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    Interrupts.onInterrupt(over::countDown);
    Names names = names(relays, stream, viewer);
    ChatTail tail = new ChatTail(console, names);
    LiveChat.Builder chat = LiveChat.of(relays, stream);
    viewer.ifPresent(chat::viewer);
    try (Happenings happenings = new Happenings(names, tail::print);
        LiveChat _ = chat.open(happenings)) {
      Relays.requireOne(relays, timeout);
      if (howLong.isPresent()) {
        var _ = over.await(howLong.get().toMillis(), TimeUnit.MILLISECONDS);
      } else {
        over.await();
      }
    }
  }

  private void print(Happenings.Happening happening) {
    switch (happening) {
      case Happenings.Happening.Item(ChatItem item) ->
          console.data(ItemJson.item(item, names.name(item.author())), line(item));
      case Happenings.Happening.Removed(ChatItem item, Removal why) ->
          console.data(
              ItemJson.removed(item, why),
              Console.dim(
                  "          "
                      + names.person(item.author()).name()
                      + "  removed: "
                      + ItemJson.removed(item, why).path("reason").asText()
                      + "  "
                      + Strangers.text(item.text())));
      case Happenings.Happening.Stream(var stream) -> {
        if (console.isJson()) {
          console.raw(ItemJson.stream(stream).toString());
        }
      }
      case Happenings.Happening.Note(String text) -> console.say(text);
      case Happenings.Happening.End() -> {}
    }
  }

  String line(ChatItem item) {
    Person author = names.person(item.author());
    String name = author.name() + (author.isHost() ? " ★" : "");
    String what =
        switch (item) {
          case ChatItem.Said _ -> "";
          case ChatItem.Zapped zapped -> String.format("⚡ %,d sats  ", zapped.zap().sats());
          case ChatItem.Raided raided -> "⇒ raid to " + ChatLine.named(raided.raid().to()) + "  ";
          case ChatItem.Clipped clipped -> "✂ clip " + clipped.clip().video() + "  ";
        };
    return line(item.event().createdAt(), name, what + item.text());
  }

  private static String line(long second, String name, String text) {
    return Console.dim(TIME.format(Instant.ofEpochSecond(Math.min(second, 253_402_300_799L))))
        + "  "
        + name
        + "  "
        + Strangers.text(text);
  }
}
