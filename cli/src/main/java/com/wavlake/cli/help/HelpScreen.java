package com.wavlake.cli.help;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * What {@code --help} shows: what the command does, how it is typed, its own options, and only then
 * those that every command has.
 */
public final class HelpScreen {
  private static final String SECTION = "all";
  private static final int WIDEST = 100;
  private static final int INDENT = 2;
  private static final int WIDEST_NAME = 28;
  private static final char GLUE = '\u00a0';

  private final StringBuilder out = new StringBuilder();
  private final int width;
  private final Ansi ansi;

  private HelpScreen(int width, Ansi ansi) {
    this.width = Math.min(width, WIDEST);
    this.ansi = ansi;
  }

  /** Makes picocli show ours, for a command and all that are in it already. */
  public static void install(CommandLine line) {
    line.setHelpSectionKeys(List.of(SECTION));
    var sections = line.getHelpSectionMap();
    sections.put(
        SECTION,
        help ->
            render(
                Topic.of(help.commandSpec().commandLine()),
                help.commandSpec().usageMessage().width(),
                help.colorScheme().ansi()));
    line.setHelpSectionMap(sections);
  }

  static String render(Topic topic, int width, Ansi ansi) {
    HelpScreen screen = new HelpScreen(width, ansi);
    screen.show(topic);
    return screen.out.toString();
  }

  private void show(Topic topic) {
    for (String paragraph : topic.paragraphs()) {
      out.append(out.isEmpty() ? "" : "\n");
      wrapped(paragraph, 0);
    }
    heading("Usage");
    topic.synopsis().forEach(form -> wrapped(form, INDENT));
    rows("Arguments", topic.operands().stream().map(o -> row(o.name(), o.description())).toList());
    boolean isRoot = topic.below().isEmpty();
    if (isRoot) {
      Section.of(topic.topics()).forEach(s -> commands(s.title(), s.topics(), topic.topics()));
    } else {
      commands("Commands", topic.topics(), topic.topics());
    }
    rows("Options", topic.flags().stream().map(HelpScreen::row).toList());
    if (isRoot) {
      rows("Options of every command", topic.common().stream().map(HelpScreen::row).toList());
    } else {
      heading("Options of every command, explained by wlk --help");
      wrapped(String.join(", ", topic.common().stream().map(HelpScreen::brief).toList()), INDENT);
    }
    if (!topic.notes().isEmpty()) {
      line("");
      topic.notes().forEach(this::line);
    }
    if (!topic.examples().isEmpty()) {
      heading("Examples");
      topic.examples().forEach(example -> line("  " + example));
    }
    if (!topic.topics().isEmpty()) {
      line("");
      line("More of a command: wlk help" + (" " + topic.below()).stripTrailing() + " COMMAND");
    }
  }

  private record Row(String name, String text) {}

  private static Row row(String name, String text) {
    return new Row(name, text);
  }

  /** Long names begin in one column, whether there is a short one or not. */
  private static Row row(Flag flag) {
    boolean isLong = flag.names().getFirst().startsWith("--");
    String required = flag.required() ? " Required." : "";
    return new Row((isLong ? "    " : "") + flag.usage(), flag.description() + required);
  }

  /** With a space that no line ends at. */
  private static String brief(Flag flag) {
    return flag.names().getFirst() + (flag.takesValue() ? GLUE + flag.label() : "");
  }

  /** All sections of a list have the same columns. */
  private void commands(String title, List<Topic> topics, List<Topic> list) {
    int longest = list.stream().mapToInt(topic -> topic.name().length()).max().orElse(0);
    rows(title, topics.stream().map(t -> row(t.name(), t.summary())).toList(), longest);
  }

  private void rows(String title, List<Row> rows) {
    rows(title, rows, rows.stream().mapToInt(row -> row.name().length()).max().orElse(0));
  }

  private void rows(String title, List<Row> rows, int longest) {
    if (rows.isEmpty()) {
      return;
    }
    heading(title);
    int column = INDENT + Math.min(longest, WIDEST_NAME) + 2;
    for (Row row : rows) {
      String name = " ".repeat(INDENT) + row.name();
      if (name.length() + 2 > column) {
        line(name);
        name = "";
      }
      List<String> lines = fold(row.text(), Math.max(20, width - column));
      line((name + " ".repeat(column - name.length()) + lines.getFirst()).stripTrailing());
      lines.stream().skip(1).forEach(more -> line(" ".repeat(column) + more));
    }
  }

  private void heading(String title) {
    line("");
    line(ansi.enabled() ? ansi.string("@|bold " + title + ":|@") : title + ":");
  }

  private void wrapped(String text, int indent) {
    fold(text, width - indent).forEach(line -> line(" ".repeat(indent) + line));
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  /** Words in lines of at most so many columns; at least one line. */
  private static List<String> fold(String text, int columns) {
    StringBuilder folded = new StringBuilder();
    int used = 0;
    for (String word : text.split("\\s+", -1)) {
      int length = (int) word.codePoints().count();
      if (used > 0 && used + 1 + length > columns) {
        folded.append('\n');
        used = 0;
      }
      folded.append(used > 0 ? " " : "").append(word);
      used += length + (used > 0 ? 1 : 0);
    }
    return folded.isEmpty() ? List.of("") : folded.toString().replace(GLUE, ' ').lines().toList();
  }
}
