package com.wavlake.live.chat;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.social.Reaction;

/**
 * Hears what happens in a chat. Never called twice at a time; it may block and send, and then holds
 * up this chat alone. Texts are strangers': strip control characters before a terminal sees them.
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
