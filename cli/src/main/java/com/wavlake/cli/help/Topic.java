package com.wavlake.cli.help;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ScopeType;

/**
 * A command, as everything that tells of commands sees it.
 *
 * @param path what is typed: {@code wlk stream create}
 * @param paragraphs what it does; the first sentence is all that a list shows
 * @param flags its own options
 * @param common those that every command has
 * @param notes lines to be shown as they are
 * @param examples command lines, pipes and all
 * @param runs whether it does something without a command behind it
 * @param topics the commands in it
 */
public record Topic(
    String path,
    List<String> paragraphs,
    List<Operand> operands,
    List<Flag> flags,
    List<Flag> common,
    List<String> notes,
    List<String> examples,
    boolean runs,
    List<Topic> topics) {

  private static final String EXAMPLE = "Example: ";
  private static final Pattern SENTENCE = Pattern.compile("(?s)(.+?)\\.(\\s+.*)?");
  private static final int SHORT = 60;

  /** A command and all in it. */
  public static Topic of(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    List<Topic> topics =
        line.getSubcommands().values().stream()
            .distinct()
            .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
            .map(Topic::of)
            .toList();
    List<String> words = List.copyOf(spec.root().subcommands().keySet());
    List<String> footer = ownFooter(spec);
    List<String> examples =
        footer.stream()
            .filter(text -> text.startsWith(EXAMPLE))
            .map(text -> text.substring(EXAMPLE.length()).strip())
            .toList();
    return new Topic(
        spec.qualifiedName(),
        Stream.of(spec.usageMessage().description()).map(Topic::plain).toList(),
        spec.positionalParameters().stream()
            .filter(parameter -> !parameter.hidden())
            .map(parameter -> Operand.of(parameter, words))
            .toList(),
        options(spec, false).map(option -> Flag.of(option, words)).toList(),
        options(spec, true).map(option -> Flag.of(option, words)).toList(),
        trimmed(footer.stream().filter(text -> !text.startsWith(EXAMPLE)).toList()),
        examples.isEmpty() ? firstOfEach(topics) : examples,
        topics.isEmpty() || !spec.positionalParameters().isEmpty(),
        topics);
  }

  private static Stream<OptionSpec> options(CommandSpec spec, boolean common) {
    return spec.options().stream()
        .filter(option -> !option.hidden())
        .filter(option -> isCommon(option) == common);
  }

  /** Declared at the root for all, or the two that picocli puts everywhere. */
  private static boolean isCommon(OptionSpec option) {
    return option.inherited()
        || option.scopeType() == ScopeType.INHERIT
        || option.usageHelp()
        || option.versionHelp();
  }

  /** What stands at the root's end is inherited by those that have nothing there. */
  private static List<String> ownFooter(CommandSpec spec) {
    UsageMessageSpec usage = spec.usageMessage();
    boolean inherited =
        spec.parent() != null && Arrays.equals(usage.footer(), spec.root().usageMessage().footer());
    return inherited ? List.of() : Stream.of(usage.footer()).map(Topic::plain).toList();
  }

  private static List<String> firstOfEach(List<Topic> topics) {
    return topics.stream().flatMap(topic -> topic.examples().stream().limit(1)).toList();
  }

  private static List<String> trimmed(List<String> lines) {
    List<String> rest = new ArrayList<>(lines);
    while (!rest.isEmpty() && rest.getFirst().isBlank()) {
      rest.removeFirst();
    }
    while (!rest.isEmpty() && rest.getLast().isBlank()) {
      rest.removeLast();
    }
    return List.copyOf(rest);
  }

  static String joined(String... description) {
    return plain(String.join(" ", description));
  }

  /** Without what is meant for picocli's formatter. */
  private static String plain(String text) {
    return text.replace("%n", "\n").replace("%%", "%").stripTrailing();
  }

  /** The last word of the path. */
  public String name() {
    return path.substring(path.lastIndexOf(' ') + 1);
  }

  /** The path without the program's name; empty for the program. */
  public String below() {
    int space = path.indexOf(' ');
    return space < 0 ? "" : path.substring(space + 1);
  }

  /** The first sentence of what it does, without its end. */
  public String summary() {
    return brief(paragraphs.isEmpty() ? "" : paragraphs.getFirst());
  }

  /** The first sentence; of a long one what stands before its colon. */
  private static String brief(String text) {
    String first = sentence(text);
    int colon = first.indexOf(": ");
    return colon > 0 && first.length() > SHORT ? first.substring(0, colon) : first;
  }

  /** The first sentence, without its end. */
  static String sentence(String text) {
    Matcher sentence = SENTENCE.matcher(text);
    return sentence.matches() ? sentence.group(1) : text;
  }

  /** How it is typed, one line a form. */
  public List<String> synopsis() {
    List<String> forms = new ArrayList<>();
    if (runs) {
      StringBuilder form = new StringBuilder(path);
      flags.stream().filter(Flag::required).forEach(flag -> form.append(' ').append(flag.usage()));
      form.append(" [OPTIONS]");
      operands.forEach(operand -> form.append(' ').append(operand.label()));
      forms.add(form.toString());
    }
    if (!topics.isEmpty()) {
      forms.add(path + " COMMAND");
    }
    return List.copyOf(forms);
  }

  /** Whether a command of this machine, with its arguments, may stand behind {@code --}. */
  boolean startsProgram() {
    return operands.stream().anyMatch(operand -> operand.label().contains("-- CMD"));
  }

  /** Words that may stand for an argument. */
  List<String> words() {
    return operands.stream()
        .flatMap(operand ->
            operand.values() instanceof Values.Words(List<String> words)
                ? words.stream()
                : Stream.<String>empty())
        .distinct()
        .toList();
  }

  /** This and all below it, as they are listed. */
  public Stream<Topic> all() {
    return Stream.concat(Stream.of(this), topics.stream().flatMap(Topic::all));
  }

  /** One of the commands in it. */
  public Optional<Topic> topic(String name) {
    return topics.stream().filter(topic -> topic.name().equals(name)).findFirst();
  }
}
