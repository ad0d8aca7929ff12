package com.wavlake.examples;

import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A chat bot: answers whoever says {@code !echo}. */
public final class EchoBot {
  private EchoBot() {}

  /** Answers {@code times} messages, then leaves. */
  public static void run(RelayPool relays, EventAddress stream, Signer bot, int times)
      throws InterruptedException {
    BlockingQueue<ChatMessage> asked = new LinkedBlockingQueue<>(100);
    Instant start =
        Instant.now().truncatedTo(ChronoUnit.SECONDS); // the history was answered before
    try (LiveChat chat =
        LiveChat.open(
            relays,
            stream,
            message -> {
              boolean question =
                  message.text().startsWith("!echo ")
                      && !message.text().substring(6).isBlank()
                      && !message.createdAt().isBefore(start)
                      && !message.author().equals(bot.publicKey());
              if (question && !asked.offer(message)) {
                System.err.println("too busy for " + message.author().npub());
              }
            })) {
      for (int i = 0; i < times; i++) {
        ChatMessage message = asked.take();
        chat.reply(message, message.text().substring(6), bot);
        Thread.sleep(LiveChat.SEND_INTERVAL); // one message a second, whoever asks
      }
    }
  }
}
