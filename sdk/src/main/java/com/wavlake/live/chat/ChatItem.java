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

  /** The host sends everybody to another stream, or another host everybody to here. */
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

  /** The event behind it, verified. */
  Event event();

  /** Whose doing it is: for a zap the one who paid, not the payment server. */
  PublicKey author();
}
