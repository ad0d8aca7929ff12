package com.wavlake.cli.help;

import com.wavlake.cli.shell.CliError;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What was typed wrong, and what was meant, perhaps. */
public final class UsageErrors {
  private UsageErrors() {}

  /**
   * In the words of a person.
   *
   * @param tree all commands there are, to find the nearest among them
   */
  public static CliError explain(ParameterException e, CommandLine tree) {
    String path = e.getCommandLine().getCommandSpec().qualifiedName();
    List<String> unmatched =
        e instanceof UnmatchedArgumentException words
            ? words.getUnmatched()
            : e.getCommandLine().getUnmatchedArguments(); // seen before what is missing was missed
    if (!unmatched.isEmpty()) {
      return unknown(unmatched.getFirst(), path, tree);
    }
    String message = String.valueOf(e.getMessage());
    return CliError.usage(lowered(message), path + " --help");
  }

  /** A word that is neither a command nor an option nor expected at all. */
  public static CliError unknown(String word, String path, CommandLine tree) {
    CommandLine command = find(tree, path).orElse(tree);
    boolean isOption = word.startsWith("-") && word.length() > 1;
    boolean isGroup = !isOption && !command.getSubcommands().isEmpty();
    String message =
        isOption
            ? path + " has no option '" + word + "'"
            : isGroup
                ? path + " has no command '" + word + "'"
                : path + " does not expect '" + word + "'";
    String meant =
        isOption || isGroup
            ? nearest(word, command).map(near -> "did you mean '" + near + "'? ").orElse("")
            : "";
    return CliError.usage(message, meant + path + " --help");
  }

  /** The command at the end of a path that begins with the program. */
  public static Optional<CommandLine> find(CommandLine tree, String path) {
    CommandLine at = tree;
    for (String word : List.of(path.split(" ", -1)).subList(1, path.split(" ", -1).length)) {
      CommandLine next = at.getSubcommands().get(word);
      if (next == null) {
        return Optional.empty();
      }
      at = next;
    }
    return Optional.of(at);
  }

  private static Optional<String> nearest(String word, CommandLine command) {
    return new UnmatchedArgumentException(command, List.of(word))
        .getSuggestions().stream().findFirst();
  }

  private static String lowered(String message) {
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }
}
