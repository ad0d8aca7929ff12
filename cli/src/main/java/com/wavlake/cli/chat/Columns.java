package com.wavlake.cli.chat;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.WCWidth;

/** Text measured in columns of a terminal. */
final class Columns {
  private Columns() {}

  static int of(CharSequence text) {
    return text.codePoints().map(Columns::of).sum();
  }

  private static int of(int codePoint) {
    return Math.max(0, WCWidth.wcwidth(codePoint));
  }

  /** As much of the beginning as has room. */
  static String first(String text, int columns) {
    return text.substring(0, fitting(text, 0, columns));
  }

  /** Where what begins at {@code from} has filled so many columns. */
  private static int fitting(CharSequence text, int from, int columns) {
    int used = 0;
    int at = from;
    while (at < text.length()) {
      int codePoint = Character.codePointAt(text, at);
      used += of(codePoint);
      if (used > columns) {
        break;
      }
      at += Character.charCount(codePoint);
    }
    return at;
  }

  /** Cut between words, or within one that is longer than a line. At least one line. */
  static List<AttributedString> wrap(AttributedString text, int first, int others) {
    List<AttributedString> lines = new ArrayList<>();
    int at = 0;
    int room = Math.max(8, first);
    do {
      int end = fitting(text, at, room);
      int next = end;
      if (end < text.length()) {
        int space = lastSpace(text, at, end);
        if (space > at) {
          end = space;
          next = space + 1;
        } else if (next == at) {
          next = at + Character.charCount(Character.codePointAt(text, at));
          end = next;
        }
      }
      lines.add(text.subSequence(at, end));
      at = next;
      room = Math.max(8, others);
    } while (at < text.length());
    return lines;
  }

  /** The last space within, or just behind. */
  private static int lastSpace(CharSequence text, int from, int end) {
    for (int i = end; i > from; i--) {
      if (text.charAt(i) == ' ') {
        return i;
      }
    }
    return from;
  }
}
