package com.wavlake.cli.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.chat.ChatItem;
import com.wavlake.live.chat.ChatListener.Removal;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.EventId;
import java.util.Locale;
import java.util.Optional;

/** What happens in a chat as objects for programs: texts are as they were signed. */
final class ItemJson {
  private ItemJson() {}

  /** An item; {@code name} is null while nobody knows it. */
  static ObjectNode item(ChatItem item, Optional<String> name) {
    Optional<EventId> replyTo = Optional.empty();
    ObjectNode more = Console.object();
    String type =
        switch (item) {
          case ChatItem.Said said -> {
            replyTo = said.message().replyTo();
            yield "message";
          }
          case ChatItem.Zapped zapped -> {
            more.put("amount_sats", zapped.zap().sats());
            yield "zap";
          }
          case ChatItem.Raided raided -> {
            more.put("from", raided.raid().from().coordinate());
            more.put("to", raided.raid().to().coordinate());
            yield "raid";
          }
          case ChatItem.Clipped clipped -> {
            more.put("url", clipped.clip().video());
            yield "clip";
          }
        };
    ObjectNode json =
        Console.object()
            .put("type", type)
            .put("id", item.event().id().hex())
            .put("pubkey", item.author().hex())
            .put("name", name.orElse(null))
            .put("created_at", item.event().createdAt())
            .put("content", item.text())
            .put("reply_to", replyTo.map(EventId::hex).orElse(null));
    json.setAll(more);
    return json;
  }

  static ObjectNode removed(ChatItem item, Removal why) {
    return Console.object()
        .put("type", "removed")
        .put("id", item.event().id().hex())
        .put("pubkey", item.author().hex())
        .put("reason", why.name().toLowerCase(Locale.ROOT));
  }

  static ObjectNode stream(LiveStream stream) {
    ObjectNode json =
        Console.object()
            .put("type", "stream")
            .put("stream_id", stream.identifier())
            .put("title", stream.title().orElse(null))
            .put("status", stream.status().map(LiveStream.Status::tagValue).orElse(null))
            .put("created_at", stream.createdAt());
    if (stream.currentParticipants().isPresent()) {
      json.put("current_participants", stream.currentParticipants().getAsInt());
    }
    ArrayNode pinned = json.putArray("pinned");
    stream.pinned().forEach(id -> pinned.add(id.hex()));
    return json;
  }
}
