package com.wavlake.cli.chat;

import com.wavlake.cli.shell.Strangers;
import com.wavlake.live.chat.ChatItem;
import com.wavlake.live.chat.ChatListener.Removal;
import com.wavlake.live.nip53.Raid;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * What happened in a chat as styled lines of a window: time, number, name and mark to the left of a
 * bar, the words to its right, however many lines they take. Knows nothing of terminals.
 */
final class ChatLine {
  static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  static final AttributedStyle DIM = PLAIN.faint();
  static final AttributedStyle GOLD = PLAIN.foreground(136).bold();

  /** None of the line-drawing letters: those become letters of another character set on the way. */
  private static final String BAR = "▏ ";

  private static final int NARROW = 50;
  private static final int QUOTED = 24;

  private final Function<PublicKey, Person> people;
  private final DateTimeFormatter time;
  private final int width;

  /**
   * For a window.
   *
   * @param width its columns
   */
  ChatLine(Function<PublicKey, Person> people, ZoneId zone, int width) {
    this.people = people;
    this.time = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(zone);
    this.width = Math.max(20, width);
  }

  /**
   * An item.
   *
   * @param number its short number
   * @param answered what it answers, where that is known
   */
  AttributedString item(ChatItem item, OptionalInt number, Optional<ChatItem> answered) {
    Person author = people.apply(item.author());
    Words words = new Words();
    switch (item) {
      case ChatItem.Said said -> {
        if (said.message().replyTo().isPresent()) {
          quote(words, answered);
        }
        boolean toMe = answered.filter(a -> people.apply(a.author()).isSelf()).isPresent();
        words.add(item.text(), toMe ? PLAIN.bold() : PLAIN);
      }
      case ChatItem.Zapped zapped -> {
        words.add(String.format(Locale.ROOT, "⚡ %,d sats", zapped.zap().sats()), GOLD);
        words.add(item.text(), PLAIN);
      }
      case ChatItem.Raided raided -> raid(words, raided.raid());
      case ChatItem.Clipped clipped -> {
        words.add("✂ clip", GOLD);
        words.add(item.text(), PLAIN);
        words.add(clipped.clip().video(), PLAIN.underline());
      }
    }
    return laidOut(item, number, author, words);
  }

  private void quote(Words words, Optional<ChatItem> answered) {
    if (answered.isEmpty()) {
      words.add("↳ an older message:", DIM);
      return;
    }
    Person whom = people.apply(answered.get().author());
    words.add("↳", DIM);
    words.add(whom.name() + whom.mark().strip(), PLAIN.foreground(whom.color()));
    words.add("“" + cut(Strangers.text(answered.get().text()), QUOTED) + "”", DIM);
  }

  private void raid(Words words, Raid raid) {
    Person to = people.apply(raid.to().author());
    words.add("⇒ raid", GOLD);
    words.add("from " + people.apply(raid.from().author()).name() + " to " + to.name(), PLAIN);
    words.add(raid.event().content(), PLAIN);
    words.add(named(raid.to()), DIM);
  }

  /** Its naddr, or the coordinate when its name is too long for one. */
  static String named(EventAddress stream) {
    try {
      return stream.naddr();
    } catch (LiveException tooLong) {
      return stream.coordinate();
    }
  }

  /** Told once: what a terminal has printed stays. */
  AttributedString removed(ChatItem item, OptionalInt number, Removal why) {
    String which = number.isPresent() ? "message " + number.getAsInt() : "a message";
    String reason =
        switch (why) {
          case DELETED -> "taken back";
          case MUTED -> "muted";
          case TIMED_OUT -> "said in a timeout";
        };
    return note("✕ " + which + " of " + people.apply(item.author()).name() + ": " + reason);
  }

  /** Words of our own, dimly. */
  AttributedString note(String text) {
    Words words = new Words();
    words.add(text, DIM);
    return laidOut(new AttributedString(" ".repeat(isNarrow() ? 0 : left() - 2), DIM), words);
  }

  private boolean isNarrow() {
    return width < NARROW;
  }

  private int nameWidth() {
    return Math.clamp(width / 6, 8, 16);
  }

  /** Up to the words: time, number, name, mark, bar. */
  private int left() {
    return 5 + 5 + 2 + nameWidth() + 1 + 1 + 1 + 2;
  }

  private AttributedString laidOut(ChatItem item, OptionalInt number, Person author, Words words) {
    AttributedStyle name = PLAIN.foreground(author.color());
    AttributedStringBuilder head = new AttributedStringBuilder();
    String shown = cut(author.name(), nameWidth());
    String label = number.isPresent() ? Integer.toString(number.getAsInt()) : "";
    AttributedStyle mark = author.isHost() ? GOLD : name.bold();
    if (isNarrow()) {
      head.styled(DIM, label + " ").styled(name.bold(), shown).styled(mark, author.mark());
      return laidOut(head.append(author.mark().isBlank() ? "" : " ").toAttributedString(), words);
    }
    Instant when = Instant.ofEpochSecond(Math.min(item.event().createdAt(), 253_402_300_799L));
    head.styled(DIM, time.format(when));
    head.styled(DIM, String.format(Locale.ROOT, "%5s  ", label));
    head.append(" ".repeat(Math.max(0, nameWidth() - Columns.of(shown))));
    head.styled(author.isSelf() || author.isHost() ? name.bold() : name, shown);
    head.append(" ").styled(mark, author.mark()).append(" ");
    return laidOut(head.toAttributedString(), words);
  }

  private AttributedString laidOut(AttributedString head, Words words) {
    AttributedStringBuilder out = new AttributedStringBuilder();
    int indent = isNarrow() ? 2 : left();
    int first = isNarrow() ? Columns.of(head.toString()) : indent;
    boolean begun = false;
    for (AttributedString line : words.lines(width - first, width - indent)) {
      if (begun) {
        out.append("\n").append(" ".repeat(isNarrow() ? indent : indent - 2));
      } else {
        out.append(head);
      }
      begun = true;
      if (!isNarrow()) {
        out.styled(DIM, BAR);
      }
      out.append(line);
    }
    return out.toAttributedString();
  }

  /** At most so many columns, an ellipsis at the end of what was longer. */
  static String cut(String text, int columns) {
    return Columns.of(text) <= columns ? text : Columns.first(text, columns - 1).strip() + "…";
  }

  /** Words with their styles, a space between. */
  private static final class Words {
    private final AttributedStringBuilder text = new AttributedStringBuilder();

    void add(String words, AttributedStyle style) {
      String harmless = Strangers.text(words).strip();
      if (!harmless.isEmpty()) {
        text.styled(PLAIN, text.length() == 0 ? "" : " ").styled(style, harmless);
      }
    }

    List<AttributedString> lines(int first, int others) {
      return Columns.wrap(text.toAttributedString(), first, others);
    }
  }
}
