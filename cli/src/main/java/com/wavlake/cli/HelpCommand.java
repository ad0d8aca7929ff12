package com.wavlake.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.help.UsageErrors;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code wlk help}: the same as {@code --help} behind a command. */
@Command(
    name = "help",
    description = "Explain a command: the same as --help behind it.",
    footer = {"", "Example: wlk help live", "Example: wlk help stream create"})
final class HelpCommand extends WlkCommand {
  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "A command, and a command in it.")
  List<String> words = List.of();

  @Override
  public Integer call() {
    CommandLine tree = Wlk.tree();
    CommandLine at = tree;
    for (String word : words) {
      CommandLine next = at.getSubcommands().get(word);
      if (next == null) {
        throw UsageErrors.unknown(word, at.getCommandSpec().qualifiedName(), tree);
      }
      at = next;
    }
    CommandLine found = at;
    ObjectNode json =
        Console.object()
            .put("command", found.getCommandSpec().qualifiedName())
            .put("help", found.getUsageMessage());
    console().data(json, () -> found.usage(System.out));
    return ExitCode.OK;
  }
}
