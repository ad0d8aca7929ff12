package com.wavlake.cli;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.help.Shell;
import com.wavlake.cli.help.Topic;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code wlk completion}: the script that lets a shell complete wlk's command lines. */
@Command(
    name = "completion",
    description = {
      "Print the script that completes wlk's command lines: bash, zsh or fish.",
      "Shells read it from a file of theirs at their next start; bash and zsh also take it at once,"
          + " with 'source <(wlk completion bash)'."
    },
    footer = {
      "",
      "Example: wlk completion bash > ~/.local/share/bash-completion/completions/wlk",
      "Example: wlk completion zsh > \"${fpath[1]}/_wlk\"",
      "Example: wlk completion fish > ~/.config/fish/completions/wlk.fish"
    })
final class CompletionCommand extends WlkCommand {
  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
  Shell shell = Shell.BASH;

  @Override
  public Integer call() {
    String script = shell.script(Topic.of(Wlk.tree()));
    console()
        .data(
            Console.object().put("shell", shell.toString()).put("script", script),
            () -> System.out.print(script));
    return ExitCode.OK;
  }
}
