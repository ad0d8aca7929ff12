package com.wavlake.ingest.moderation;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The rules of the chats that somebody writes in, at hand: a message must not cost a look into the
 * database. Safe for use by many threads.
 */
public final class ChatBook {
  private static final int MAX_STREAMS = 1_000;

  private final ChatRulesStore store;
  private final Map<String, ChatRules> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ChatRules> eldest) {
          return size() > MAX_STREAMS;
        }
      };

  /** Nothing looked up yet. */
  public ChatBook(ChatRulesStore store) {
    this.store = store;
  }

  /** A stream's rules. */
  public synchronized ChatRules rules(String streamId) {
    return known.computeIfAbsent(streamId, store::rules);
  }

  /** Other rules from now on. */
  public synchronized void keep(String streamId, ChatRules rules) {
    store.keep(streamId, rules);
    known.put(streamId, rules);
  }

  /** Bans somebody; false when too many are. */
  public synchronized boolean ban(
      String streamId, PublicKey who, Optional<Instant> until, Instant now) {
    known.remove(streamId);
    return store.ban(streamId, who, until, now);
  }

  /** A stream is gone. */
  public synchronized void forget(String streamId) {
    known.remove(streamId);
  }
}
