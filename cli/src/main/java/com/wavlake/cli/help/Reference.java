package com.wavlake.cli.help;

import java.util.List;
import java.util.stream.Stream;

/** The reference of all commands in Markdown: what docs/cli.md is made of. */
public final class Reference {
  /** Where the hand-written page has a table of the exit codes. */
  private static final String EXIT_STATUS = "<!-- exit status -->";

  private static final String COMMON = "<!-- common options -->";
  private static final String ENVIRONMENT = "<!-- environment -->";
  private static final String FILES = "<!-- files -->";
  private static final String COMMANDS = "<!-- commands -->";

  private final StringBuilder out = new StringBuilder();

  private Reference() {}

  /** The hand-written page with what is made of the commands where its marks are. */
  public static String fill(String page, Topic root) {
    return page.replace(EXIT_STATUS, facts("exit code", Facts.EXIT_STATUS))
        .replace(COMMON, table("option", root.common().stream().map(Reference::row)))
        .replace(ENVIRONMENT, facts("variable", Facts.ENVIRONMENT))
        .replace(FILES, facts("file", Facts.FILES))
        .replace(COMMANDS, commands(root));
  }

  private static String commands(Topic root) {
    Reference reference = new Reference();
    List<Section> sections = Section.of(root.topics());
    for (Section section : sections) {
      reference.line("- " + section.title() + ":");
      section.topics().stream().flatMap(Topic::all).forEach(reference::entry);
    }
    for (Section section : sections) {
      reference.block("## " + section.title());
      section.topics().stream().flatMap(Topic::all).forEach(reference::command);
    }
    return reference.out.toString().strip();
  }

  /** A line of the table of contents. */
  private void entry(Topic topic) {
    int depth = topic.below().split(" ", -1).length;
    line(
        "  ".repeat(depth)
            + "- [`"
            + topic.below()
            + "`](#"
            + topic.path().replace(' ', '-')
            + "): "
            + escaped(topic.summary()));
  }

  private void command(Topic topic) {
    block("### " + topic.path());
    topic.paragraphs().forEach(paragraph -> block(escaped(paragraph)));
    code(topic.synopsis());
    if (!topic.operands().isEmpty()) {
      block(
          table(
              "argument", topic.operands().stream().map(o -> List.of(o.name(), o.description()))));
    }
    if (!topic.flags().isEmpty()) {
      block(table("option", topic.flags().stream().map(Reference::row)));
    }
    if (!topic.notes().isEmpty()) {
      code(topic.notes());
    }
    if (topic.topics().isEmpty() || topic.runs()) {
      code(topic.examples());
    }
  }

  private static List<String> row(Flag flag) {
    return List.of(flag.usage(), (flag.required() ? "Required. " : "") + flag.description());
  }

  private static String facts(String title, List<Facts.Fact> facts) {
    return table(title, facts.stream().map(fact -> List.of(fact.name(), fact.meaning())));
  }

  private static String table(String title, Stream<List<String>> rows) {
    StringBuilder table = new StringBuilder("| " + title + " | |\n|---|---|\n");
    rows.forEach(row ->
        table
            .append("| `")
            .append(row.getFirst().replace("|", "\\|"))
            .append("` | ")
            .append(escaped(row.getLast()).replace("|", "\\|").replace('\n', ' '))
            .append(" |\n"));
    return table.toString().strip();
  }

  private void code(List<String> lines) {
    block("```\n" + String.join("\n", lines) + "\n```");
  }

  /** Nothing in a text of ours is meant as Markdown. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;");
  }

  private void block(String text) {
    line("");
    line(text);
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
