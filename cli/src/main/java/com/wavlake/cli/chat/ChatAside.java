package com.wavlake.cli.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.chat.ChatItem;
import com.wavlake.live.chat.ChatListener;
import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.RelayPool;
import java.util.Optional;
import java.util.function.Consumer;

/** A chat beside something else that a command tells: each item a line, or an event of its own. */
public final class ChatAside implements AutoCloseable {
  private final Console console;
  private final Names names;
  private final ChatTail lines;
  private final Happenings happenings;
  private final LiveChat chat;

  private ChatAside(
      Console console,
      RelayPool relays,
      EventAddress stream,
      Consumer<ChatItem> onItem,
      Consumer<LiveStream> onStream) {
    this.console = console;
    this.names = ChatTail.names(relays, stream, Optional.empty());
    this.lines = new ChatTail(console, names);
    this.happenings = new Happenings(names, this::tell);
    this.chat =
        LiveChat.of(relays, stream)
            .open(
                new ChatListener() {
                  @Override
                  public void onItem(ChatItem item) {
                    onItem.accept(item); // before anybody's name is looked up
                    happenings.onItem(item);
                  }

                  @Override
                  public void onStream(LiveStream newest) {
                    onStream.accept(newest);
                  }
                });
  }

  /**
   * Tells from now on, the history first.
   *
   * @param relays not closed by it
   * @param onItem hears of each item at once
   * @param onStream hears of each newer version of the stream's own event
   */
  public static ChatAside open(
      Console console,
      RelayPool relays,
      EventAddress stream,
      Consumer<ChatItem> onItem,
      Consumer<LiveStream> onStream) {
    return new ChatAside(console, relays, stream, onItem, onStream);
  }

  private void tell(Happenings.Happening happening) {
    if (happening instanceof Happenings.Happening.Item(ChatItem item)) {
      ObjectNode json = ItemJson.item(item, names.name(item.author()));
      String type = json.remove("type").asText();
      console.event(type.equals("message") ? "chat" : type, json, "chat      " + lines.line(item));
    }
  }

  @Override
  public void close() {
    chat.close();
    try {
      happenings.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
