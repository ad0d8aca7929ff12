package com.wavlake.ingest.moderation;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where the rules of chats are kept. Every call is durable when it returns, and may block. */
public interface ChatRulesStore {

  /** A stream's rules; {@link ChatRules#NONE} where its host made none. */
  ChatRules rules(String streamId);

  /** Keeps rules in place of those before. */
  void keep(String streamId, ChatRules rules);

  /**
   * Bans somebody, unless they are banned for longer already; those whose time is over at {@code
   * now} make room.
   *
   * @param until empty for good
   * @return false when there are {@link ChatRules#MAX_BANS} already
   */
  boolean ban(String streamId, PublicKey who, Optional<Instant> until, Instant now);

  /** Keeps when people last wrote. */
  void keepPace(List<ChatPace.Message> newest);

  /** Who wrote since then, and when last. */
  List<ChatPace.Message> paceSince(Instant since);
}
