package com.wavlake.live.chat;

import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.Clip;
import com.wavlake.live.nip53.Raid;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.social.ZapReceipt;

/** Something that happened in a chat, to be shown at its place. */
public sealed interface ChatItem {

  /** Somebody said something. */
  record Said(ChatMessage message) implements ChatItem {
    @Override
    public Event event() {
      return message.event();
    }

    @Override
    public PublicKey author() {
      return message.author();
    }
  }

  /** Somebody paid the host; the recipient's payment server has signed that. */
  record Zapped(ZapReceipt zap) implements ChatItem {
    @Override
    public Event event() {
      return zap.event();
    }

    @Override
    public PublicKey author() {
      return zap.sender();
    }
  }

  /** The host sends everybody to another stream, or the host of another one everybody to here. */
  record Raided(Raid raid) implements ChatItem {
    @Override
    public Event event() {
      return raid.event();
    }

    @Override
    public PublicKey author() {
      return raid.event().author();
    }
  }

  /** Somebody cut a clip. */
  record Clipped(Clip clip) implements ChatItem {
    @Override
    public Event event() {
      return clip.event();
    }

    @Override
    public PublicKey author() {
      return clip.event().author();
    }
  }

  /** What its author said with it: a message, the words of a zap or a raid, a clip's title. */
  default String text() {
    return switch (this) {
      case Said said -> said.message().text();
      case Zapped zapped -> zapped.zap().comment();
      case Raided raided -> raided.raid().event().content();
      case Clipped clipped -> clipped.clip().title();
    };
  }

  /** The event behind it, verified. */
  Event event();

  /** Whose doing it is: for a zap the one who paid, not the payment server. */
  PublicKey author();
}
