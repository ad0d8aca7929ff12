package com.wavlake.examples;

import com.wavlake.live.chat.ChatItem;
import com.wavlake.live.chat.ChatListener;
import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.RelayPool;
import java.util.function.Consumer;

/** Follows a chat: what is said, zaps, raids, clips, and what is taken back. */
public final class TailChat {
  private TailChat() {}

  /** A line for each thing that happens; closing the chat ends it. */
  public static LiveChat run(RelayPool relays, EventAddress stream, Consumer<String> lines) {
    return LiveChat.of(relays, stream)
        .open(
            new ChatListener() {
              @Override
              public void onItem(ChatItem item) {
                String who = item.author().npub().substring(0, 12);
                lines.accept(
                    switch (item) {
                      case ChatItem.Said said -> who + ": " + said.message().text();
                      case ChatItem.Zapped zapped ->
                          who
                              + " zapped "
                              + zapped.zap().sats()
                              + " sats "
                              + zapped.zap().comment();
                      case ChatItem.Raided raided -> "everybody to " + raided.raid().to().naddr();
                      case ChatItem.Clipped clipped -> who + " clipped " + clipped.clip().title();
                    });
              }

              @Override
              public void onRemoved(ChatItem item, Removal why) {
                lines.accept("(" + why + ": " + item.event().id().note() + ")");
              }

              @Override
              public void onStream(LiveStream stream) {
                lines.accept(
                    "# " + stream.title().orElse("") + ", " + stream.status().orElse(null));
              }
            });
  }
}
