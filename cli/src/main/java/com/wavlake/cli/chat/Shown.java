package com.wavlake.cli.chat;

import com.wavlake.live.chat.ChatItem;
import com.wavlake.live.nostr.EventId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The last items of a window by the short numbers that they have there, so that {@code /pin 12} can
 * be typed. Safe for use by many threads.
 */
final class Shown {
  static final int KEPT = 1_000;

  private final Map<Integer, ChatItem> byNumber =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, ChatItem> eldest) {
          boolean full = size() > KEPT;
          if (full) {
            numbers.remove(eldest.getValue().event().id());
          }
          return full;
        }
      };

  private final Map<EventId, Integer> numbers = new LinkedHashMap<>();
  private int last;

  /** Its number: a new one, or the one that it had when it was shown before. */
  synchronized int number(ChatItem item) {
    Integer before = numbers.get(item.event().id());
    if (before != null) {
      return before;
    }
    last++;
    numbers.put(item.event().id(), last);
    byNumber.put(last, item);
    return last;
  }

  synchronized Optional<ChatItem> item(int number) {
    return Optional.ofNullable(byNumber.get(number));
  }

  synchronized Optional<ChatItem> item(EventId id) {
    return Optional.ofNullable(numbers.get(id)).map(byNumber::get);
  }

  synchronized OptionalInt numberOf(EventId id) {
    Integer number = numbers.get(id);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }
}
