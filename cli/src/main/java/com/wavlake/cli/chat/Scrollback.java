package com.wavlake.cli.chat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jline.utils.AttributedString;

/**
 * What stands in the window, so that it can be laid out anew when that gets another size. Safe for
 * use by many threads.
 */
final class Scrollback {
  static final int KEPT = 200;

  private final Deque<Function<ChatLine, AttributedString>> entries = new ArrayDeque<>();

  synchronized void add(Function<ChatLine, AttributedString> entry) {
    if (entries.size() == KEPT) {
      entries.removeFirst();
    }
    entries.addLast(entry);
  }

  /** The last ones that have room in so many rows, for a window as {@code line} knows it. */
  synchronized List<AttributedString> last(ChatLine line, int rows) {
    List<AttributedString> last = new ArrayList<>();
    int left = rows;
    for (var entries = this.entries.descendingIterator(); entries.hasNext() && left > 0; ) {
      AttributedString text = entries.next().apply(line);
      List<AttributedString> lines = text.columnSplitLength(Integer.MAX_VALUE);
      for (AttributedString one : lines.reversed()) {
        if (left-- > 0) {
          last.addFirst(one);
        }
      }
    }
    return last;
  }
}
