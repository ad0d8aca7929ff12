package com.wavlake.live.relay;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What was seen last, a bounded number of it. Safe for use by many threads. */
final class Recent<T> {
  private final Set<T> seen;

  Recent(int capacity) {
    seen =
        Collections.synchronizedSet(
            Collections.newSetFromMap(
                new LinkedHashMap<>() {
                  private static final long serialVersionUID = 1L;

                  @Override
                  protected boolean removeEldestEntry(Map.Entry<T, Boolean> eldest) {
                    return size() > capacity;
                  }
                }));
  }

  boolean contains(T value) {
    return seen.contains(value);
  }

  /** False when it was there already. */
  boolean add(T value) {
    return seen.add(value);
  }
}
