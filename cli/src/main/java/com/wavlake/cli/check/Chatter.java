package com.wavlake.cli.check;

import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** One of two who talk: reads the chat, and writes to it. */
final class Chatter implements AutoCloseable {
  private static final int MAX_UNREAD = 100;

  private final BlockingQueue<String> heard = new ArrayBlockingQueue<>(MAX_UNREAD);
  private final LiveChat chat;

  Chatter(RelayPool relays, EventAddress stream) {
    this.chat = LiveChat.open(relays, stream, this::hear);
  }

  private void hear(ChatMessage message) {
    var _ = heard.offer(message.text()); // a chat with more in it than this is not ours
  }

  /** Writes, and waits until the other has read it. */
  void tell(Chatter other, String text, Signer signer) throws InterruptedException {
    var _ = chat.send(text, signer);
    while (!other.heard.take().equals(text)) {
      // what somebody else said
    }
  }

  @Override
  public void close() {
    chat.close();
  }
}
