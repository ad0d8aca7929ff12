package com.wavlake.live.relay;

import com.wavlake.live.nostr.EventId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The ids seen last, a bounded number of them. Safe for use by many threads. */
final class RecentIds {
  private final Set<EventId> ids;

  RecentIds(int capacity) {
    ids =
        Collections.synchronizedSet(
            Collections.newSetFromMap(
                new LinkedHashMap<>() {
                  private static final long serialVersionUID = 1L;

                  @Override
                  protected boolean removeEldestEntry(Map.Entry<EventId, Boolean> eldest) {
                    return size() > capacity;
                  }
                }));
  }

  boolean contains(EventId id) {
    return ids.contains(id);
  }

  /** False when it was there already. */
  boolean add(EventId id) {
    return ids.add(id);
  }
}
