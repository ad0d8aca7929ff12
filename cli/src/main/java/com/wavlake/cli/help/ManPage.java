package com.wavlake.cli.help;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A manual page of section 1, in the man macros that groff and mandoc read. */
public final class ManPage {
  private static final String SECTION = "1";
  private static final Pattern LABEL = Pattern.compile("[A-Z][A-Z|]+…?");

  private final StringBuilder out = new StringBuilder();
  private final Topic topic;
  private final Topic root;

  private ManPage(Topic topic, Topic root) {
    this.topic = topic;
    this.root = root;
  }

  /** Its file's name: {@code wlk-stream-create.1}. */
  public static String fileName(Topic topic) {
    return title(topic) + "." + SECTION;
  }

  /** The page of a command that is {@code root} or somewhere in it. */
  public static String of(Topic topic, Topic root, String version, LocalDate date) {
    ManPage page = new ManPage(topic, root);
    page.write(version, date);
    return page.out.toString();
  }

  private void write(String version, LocalDate date) {
    String name = title(topic);
    macro(
        "TH",
        quoted(name.toUpperCase(Locale.ROOT)),
        SECTION,
        quoted(date.toString()),
        quoted("wlk " + version),
        quoted("wlk manual"));
    macro("SH", "NAME");
    line(escaped(name) + " \\- " + escaped(lowered(topic.summary())));
    synopsis();
    macro("SH", "DESCRIPTION");
    paragraphs(topic.paragraphs());
    if (!topic.notes().isEmpty()) {
      macro("PP");
      verbatim(topic.notes());
    }
    commands();
    options();
    if (topic.equals(root)) {
      facts("ENVIRONMENT", Facts.ENVIRONMENT);
    }
    facts("EXIT STATUS", Facts.EXIT_STATUS);
    facts("FILES", Facts.FILES);
    macro("SH", "EXAMPLES");
    verbatim(topic.examples());
    seeAlso();
  }

  private void synopsis() {
    macro("SH", "SYNOPSIS");
    List<String> forms = topic.synopsis();
    for (int i = 0; i < forms.size(); i++) {
      if (i > 0) {
        macro("br");
      }
      line(
          "\\fB"
              + escaped(topic.path())
              + "\\fR"
              + marked(forms.get(i).substring(topic.path().length())));
    }
  }

  private void commands() {
    if (topic.topics().isEmpty()) {
      return;
    }
    macro("SH", "COMMANDS");
    List<Section> sections =
        topic.equals(root) ? Section.of(topic.topics()) : List.of(new Section("", topic.topics()));
    for (Section section : sections) {
      if (!section.title().isEmpty()) {
        macro("SS", quoted(section.title()));
      }
      for (Topic command : section.topics()) {
        item("\\fB" + escaped(title(command)) + "\\fR(" + SECTION + ")", command.summary() + ".");
      }
    }
  }

  private void options() {
    macro("SH", "OPTIONS");
    topic.operands().forEach(o -> item(marked(o.name()), o.description()));
    topic.flags().forEach(this::option);
    if (topic.equals(root)) {
      topic.common().forEach(this::option);
    } else {
      if (!topic.operands().isEmpty() || !topic.flags().isEmpty()) {
        macro("PP");
      }
      line("Options of every command are explained in");
      macro("BR", title(root), "(" + SECTION + "):");
      String names =
          topic.common().stream()
              .map(flag -> "\\fB" + escaped(flag.name()) + "\\fR")
              .collect(Collectors.joining(",\n"));
      line(names + ".");
    }
  }

  private void option(Flag flag) {
    String names =
        flag.names().stream()
            .map(name -> "\\fB" + escaped(name) + "\\fR")
            .collect(Collectors.joining(", "));
    String required = flag.required() ? " Required." : "";
    item(
        names + (flag.takesValue() ? " \\fI" + escaped(flag.label()) + "\\fR" : ""),
        flag.description() + required);
  }

  private void facts(String title, List<Facts.Fact> facts) {
    macro("SH", quoted(title));
    facts.forEach(fact -> item("\\fB" + escaped(fact.name()) + "\\fR", fact.meaning()));
  }

  private void seeAlso() {
    List<Topic> others = new ArrayList<>();
    parent().ifPresent(others::add);
    others.addAll(topic.equals(root) ? List.of() : topic.topics());
    parent()
        .filter(group -> !group.equals(root))
        .ifPresent(
            group -> group.topics().stream().filter(t -> !t.equals(topic)).forEach(others::add));
    if (others.isEmpty()) {
      others.addAll(topic.topics());
    }
    macro("SH", quoted("SEE ALSO"));
    for (int i = 0; i < others.size(); i++) {
      String end = i < others.size() - 1 ? ")," : ")";
      macro("BR", escaped(title(others.get(i))), quoted("(" + SECTION + end));
    }
  }

  private Optional<Topic> parent() {
    return root.all().filter(group -> group.topics().contains(topic)).findFirst();
  }

  private static String title(Topic topic) {
    return topic.path().replace(' ', '-');
  }

  private void paragraphs(List<String> paragraphs) {
    for (int i = 0; i < paragraphs.size(); i++) {
      if (i > 0) {
        macro("PP");
      }
      text(paragraphs.get(i));
    }
  }

  private void item(String head, String text) {
    macro("TP");
    line(head);
    text(text);
  }

  /** Sentences on lines of their own, which formatters fill. */
  private void text(String text) {
    for (String sentence : text.strip().split("(?<=[.:;]) +|\n+", -1)) {
      line(guarded(escaped(sentence)));
    }
  }

  private void verbatim(List<String> lines) {
    macro("nf");
    lines.forEach(text -> line(guarded(escaped(text))));
    macro("fi");
  }

  /** What people replace is set apart. */
  private static String marked(String text) {
    return LABEL.matcher(escaped(text)).replaceAll(found -> "\\\\fI" + found.group() + "\\\\fR");
  }

  /** A line that began with a dot or a quote would be an order. */
  private static String guarded(String text) {
    if (text.isEmpty()) {
      return "\\&";
    }
    return text.startsWith(".") || text.startsWith("'") ? "\\&" + text : text;
  }

  /** Backslashes are themselves, dashes are those that can be typed, quotes stay upright. */
  static String escaped(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("`", "\\(ga")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti");
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\"", "\\(dq") + "\"";
  }

  private static String lowered(String text) {
    boolean isWord = text.length() > 1 && Character.isLowerCase(text.charAt(1));
    return isWord ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1) : text;
  }

  private void macro(String name, String... arguments) {
    line(("." + name + " " + String.join(" ", arguments)).stripTrailing());
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
