package com.wavlake.live.chat;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.social.Reaction;

/**
 * Hears what happens in a chat, in order, on one thread of the chat's own and without any lock: it
 * may block, send, and ask the chat for its history. When it is far behind, the relays wait for it.
 * Texts are strangers': strip control characters before a terminal sees them.
 */
@FunctionalInterface
public interface ChatListener {

  /** Why something is not shown any more. */
  enum Removal {
    /** Its author took it back (NIP-09). */
    DELETED,
    /** The host or the viewer does not want to see it (NIP-51). */
    MUTED,
    /** The host had silenced its author at that time. */
    TIMED_OUT
  }

  /** Something to show; the history first, in order. */
  void onItem(ChatItem item);

  /** Something shown is to go. */
  default void onRemoved(ChatItem item, Removal why) {}

  /** Somebody reacted to something shown. */
  default void onReaction(ChatItem item, Reaction reaction) {}

  /** A newer version of the stream's own event: title, pins, status. */
  default void onStream(LiveStream stream) {}
}
