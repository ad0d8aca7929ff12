package com.wavlake.cli.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jline.utils.WCWidth;

/**
 * Cells in columns, as wide as the terminal at most: the widest columns are cut first. Wide
 * characters count as what they take.
 */
public final class Table {
  private static final String GAP = "  ";
  private static final int NARROWEST = 6;

  /** What stands in a column, and how it is coloured: after it was cut. */
  public record Cell(String text, UnaryOperator<String> style) {
    public Cell {
      text = Strangers.text(text);
    }

    /** Without colour. */
    public static Cell of(String text) {
      return new Cell(text, UnaryOperator.identity());
    }
  }

  private final int width;
  private final List<List<Cell>> rows = new ArrayList<>();

  private Table(int width) {
    this.width = width;
  }

  /** At most this many columns of a terminal. */
  public static Table within(int width) {
    return new Table(width);
  }

  /** Another row; rows may have fewer cells than others. */
  public Table row(Cell... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /** The same without colour. */
  public Table row(String... cells) {
    rows.add(Arrays.stream(cells).map(Cell::of).toList());
    return this;
  }

  /** The rows as lines. */
  public List<String> lines() {
    int[] widths = widths();
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private int[] widths() {
    int[] widths = new int[rows.stream().mapToInt(List::size).max().orElse(0)];
    for (List<Cell> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], columns(row.get(i).text()));
      }
    }
    int room = width - GAP.length() * Math.max(0, widths.length - 1);
    for (int over = Arrays.stream(widths).sum() - room; over > 0; over--) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] > widths[widest] ? i : widest;
      }
      if (widths[widest] <= NARROWEST) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private static String line(List<Cell> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      String text = cut(row.get(i).text(), widths[i]);
      line.append(i == 0 ? "" : GAP);
      line.append(text.isEmpty() ? "" : row.get(i).style().apply(text));
      if (i < row.size() - 1) {
        line.repeat(" ", widths[i] - columns(text));
      }
    }
    return line.toString().stripTrailing();
  }

  /** How many columns of a terminal a text takes. */
  public static int columns(String text) {
    return text.codePoints().map(Table::columns).sum();
  }

  private static int columns(int codePoint) {
    return Math.max(0, WCWidth.wcwidth(codePoint));
  }

  /** A text that takes no more columns than that, with … where something is missing. */
  public static String cut(String text, int columns) {
    if (columns(text) <= columns) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    int taken = 1;
    for (int c : text.codePoints().toArray()) {
      taken += columns(c);
      if (taken > columns) {
        break;
      }
      kept.appendCodePoint(c);
    }
    return kept.toString().stripTrailing() + "…";
  }
}
