package com.wavlake.ingest.server;

import com.wavlake.live.nostr.PublicKey;
import java.util.HashMap;
import java.util.Map;

/** How many follow events, in all and of one caller. Safe for use by many threads. */
final class Followers {
  private static final int MAX = 200;
  private static final int MAX_OF_ONE = 10;

  private final Map<PublicKey, Integer> byCaller = new HashMap<>();
  private int all;

  /** Another; false when there is no room. */
  synchronized boolean enter(PublicKey caller) {
    if (all >= MAX || byCaller.getOrDefault(caller, 0) >= MAX_OF_ONE) {
      return false;
    }
    all++;
    byCaller.merge(caller, 1, Integer::sum);
    return true;
  }

  /** One that had entered has gone. */
  synchronized void leave(PublicKey caller) {
    all--;
    byCaller.computeIfPresent(caller, (_, count) -> count == 1 ? null : count - 1);
  }
}
