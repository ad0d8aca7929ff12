package com.wavlake.cli.chat;

import com.wavlake.live.nip53.ChatMessage;
import java.util.HashMap;
import java.util.List;
import java.util.function.IntFunction;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedString;
import org.jline.utils.InfoCmp;
import org.jline.utils.Status;

/**
 * The line that is typed on: as long as a message may be, with a count when that comes near. What
 * is printed above, the status below and the line itself take turns on the terminal.
 */
final class InputLine extends LineReaderImpl {
  /** From so many characters on, they are counted. */
  static final int COUNTED_FROM = 400;

  private static final int MOST_PASTED = 4_000;

  private final IntFunction<List<AttributedString>> above;
  private AttributedString bottom = AttributedString.EMPTY;

  /**
   * Of a terminal.
   *
   * @param above what stands above, for so many rows: a window of another size is laid out anew
   */
  InputLine(Terminal terminal, IntFunction<List<AttributedString>> above) {
    super(terminal, "wlk", new HashMap<>());
    this.above = above;
    option(Option.ERASE_LINE_ON_FINISH, true);
    option(Option.DISABLE_EVENT_EXPANSION, true);
    option(Option.HISTORY_IGNORE_SPACE, false);
    option(Option.AUTO_FRESH_LINE, false);
    setVariable(LineReader.BELL_STYLE, "none");
    setVariable(LineReader.HISTORY_SIZE, 200);
    setParser(InputLine::wholeLine);
  }

  /** One word is all of it: a message has no syntax, and its apostrophes are no quotes. */
  private static ParsedLine wholeLine(String line, int cursor, Parser.ParseContext context) {
    return new ParsedLine() {
      @Override
      public String word() {
        return line.substring(0, cursor);
      }

      @Override
      public int wordCursor() {
        return cursor;
      }

      @Override
      public int wordIndex() {
        return 0;
      }

      @Override
      public List<String> words() {
        return List.of(line);
      }

      @Override
      public String line() {
        return line;
      }

      @Override
      public int cursor() {
        return cursor;
      }
    };
  }

  private int typed() {
    return buf.toString().codePointCount(0, buf.toString().length());
  }

  @Override
  protected boolean selfInsert() {
    boolean full = typed() >= ChatMessage.MAX_CHARACTERS && buf.atChar(0) != '/';
    return full ? beep() : super.selfInsert();
  }

  /** A message is one line. */
  @Override
  public boolean beginPaste() {
    boolean pasted = super.beginPaste();
    String all = buf.toString();
    String oneLine = all.replaceAll("\\s*[\\r\\n]+\\s*", " ");
    if (oneLine.length() > MOST_PASTED) {
      oneLine = oneLine.substring(0, oneLine.offsetByCodePoints(MOST_PASTED, -1));
    }
    if (!oneLine.equals(all)) {
      buf.clear();
      buf.write(oneLine);
    }
    return pasted;
  }

  /** What is too long stays to be shortened. */
  @Override
  protected boolean acceptLine() {
    boolean tooLong =
        buf.atChar(0) != '/'
            && buf.toString().strip().length() > 0
            && typed() > ChatMessage.MAX_CHARACTERS;
    return tooLong ? beep() : super.acceptLine();
  }

  @Override
  protected void redisplay(boolean flush) {
    int count = typed();
    boolean counted = count >= COUNTED_FROM && buf.atChar(0) != '/';
    String style = count > ChatMessage.MAX_CHARACTERS ? "\u001b[1;31m" : "\u001b[2m";
    setRightPrompt(counted ? style + count + "/" + ChatMessage.MAX_CHARACTERS + "\u001b[0m" : "");
    super.redisplay(flush);
  }

  /** Puts a text back that could not be sent; false when something else is typed already. */
  boolean putBack(String text) {
    lock.lock();
    try {
      if (!isReading() || buf.length() > 0) {
        return false;
      }
      buf.write(text);
      redisplay(true);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Shows the line at the bottom. */
  void status(AttributedString line) {
    lock.lock();
    try {
      bottom = line;
      Status.getStatus(terminal).update(List.of(line));
      terminal.flush();
    } finally {
      lock.unlock();
    }
  }

  /** Begins at the bottom, as what comes stands above. */
  void toTheBottom() {
    printAbove("\n".repeat(Math.max(0, terminal.getSize().getRows() - 3)));
  }

  /** Terminals move and wrap lines each in its own way: all of it is written again. */
  @Override
  protected void handleSignal(Terminal.Signal signal) {
    super.handleSignal(signal);
    if (signal == Terminal.Signal.WINCH) {
      lock.lock();
      try {
        layOut();
      } finally {
        lock.unlock();
      }
    }
  }

  private void layOut() {
    Status status = Status.getStatus(terminal);
    status.hide();
    int rows = Math.max(1, terminal.getSize().getRows() - 2);
    List<AttributedString> lines = above.apply(rows);
    terminal.puts(InfoCmp.Capability.clear_screen);
    status.update(List.of(bottom)); // before the rest: it makes room for itself by scrolling
    terminal.puts(InfoCmp.Capability.cursor_address, 0, 0);
    terminal.writer().print("\n".repeat(rows - lines.size()));
    lines.forEach(line -> terminal.writer().println(line.toAnsi(terminal)));
    redrawLine();
    redisplay(false);
    terminal.flush();
  }

  /** Gives the last line of the terminal back. */
  void hideStatus() {
    lock.lock();
    try {
      Status.getExistingStatus(terminal)
          .ifPresent(status -> {
            status.hide();
            status.close();
          });
      terminal.flush();
    } finally {
      lock.unlock();
    }
  }
}
