package com.wavlake.cli.chat;

import com.wavlake.cli.shell.Strangers;
import java.time.Instant;
import java.util.Locale;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** The line at the bottom of the window: how the stream is doing, and the relays. */
final class StatusLine {
  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle RED = PLAIN.foreground(160).bold();
  private static final AttributedStyle AMBER = PLAIN.foreground(136).bold();
  private static final String BETWEEN = " · ";

  private StatusLine() {}

  /**
   * One line, cut at the width.
   *
   * @param connected relays that are connected
   * @param relays relays there are
   * @param title the stream's, at the right where there is room; strangers' text
   */
  static AttributedString of(
      Vitals vitals, Instant now, int connected, int relays, String title, int width) {
    AttributedStringBuilder line = new AttributedStringBuilder().append(" ");
    switch (vitals.state()) {
      case LIVE -> line.styled(RED, "● LIVE");
      case RECONNECTING -> line.styled(AMBER, "◌ LIVE, encoder away");
      case PLANNED -> line.styled(PLAIN.bold(), "○ planned");
      case ENDED -> line.styled(PLAIN.bold(), "■ ended");
      case UNKNOWN -> line.styled(PLAIN.faint(), "○ not announced");
    }
    vitals.seconds(now).ifPresent(seconds -> line.append(" " + clock(seconds)));
    vitals.viewers().ifPresent(viewers -> line.append(BETWEEN + counted(viewers, "viewer")));
    vitals
        .kbps()
        .ifPresent(
            kbps -> line.append(String.format(Locale.ROOT, "%s%.1f Mb/s", BETWEEN, kbps / 1000.0)));
    line.append(BETWEEN);
    if (connected == 0) {
      line.styled(AMBER, "no relay, reconnecting");
    } else if (connected < relays) {
      line.append(counted(connected, "relay")).styled(AMBER, " of " + relays);
    } else {
      line.append(counted(connected, "relay"));
    }
    int room = width - Columns.of(line) - 4;
    if (room >= 8) {
      String shown = ChatLine.cut(Strangers.text(title).strip(), room);
      line.append(" ".repeat(room + 3 - Columns.of(shown))).styled(PLAIN.faint(), shown);
    }
    return line.columnSubSequence(0, Math.max(1, width - 1));
  }

  private static String counted(int count, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
  }

  static String clock(long seconds) {
    return seconds < 3600
        ? String.format(Locale.ROOT, "%02d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
