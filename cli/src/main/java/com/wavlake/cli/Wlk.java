package com.wavlake.cli;

import ch.qos.logback.classic.Level;
import com.wavlake.cli.chat.ChatCommand;
import com.wavlake.cli.check.DoctorCommand;
import com.wavlake.cli.check.SmokeCommand;
import com.wavlake.cli.command.Failures;
import com.wavlake.cli.command.LeftWills;
import com.wavlake.cli.command.Root;
import com.wavlake.cli.event.EventCommand;
import com.wavlake.cli.event.ProofCommand;
import com.wavlake.cli.find.DiscoverCommand;
import com.wavlake.cli.find.WatchCommand;
import com.wavlake.cli.help.HelpScreen;
import com.wavlake.cli.help.UsageErrors;
import com.wavlake.cli.identity.IdentityCommand;
import com.wavlake.cli.live.LiveCommand;
import com.wavlake.cli.obs.ObsCommand;
import com.wavlake.cli.policy.RelayPolicyCommand;
import com.wavlake.cli.provider.ProviderCommand;
import com.wavlake.cli.provider.RelayCommand;
import com.wavlake.cli.serve.DemoCommand;
import com.wavlake.cli.serve.ServeCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.LogLevel;
import com.wavlake.cli.stream.EndCommand;
import com.wavlake.cli.stream.StatusCommand;
import com.wavlake.cli.stream.StreamCommand;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command: what all commands share. */
@Command(
    name = "wlk",
    description = "Live streaming over Nostr (NIP-53) from the terminal.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = VersionCommand.Provider.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InitCommand.class,
      IdentityCommand.class,
      ProviderCommand.class,
      RelayCommand.class,
      StreamCommand.class,
      ObsCommand.class,
      LiveCommand.class,
      StatusCommand.class,
      EndCommand.class,
      ChatCommand.class,
      DiscoverCommand.class,
      WatchCommand.class,
      EventCommand.class,
      ProofCommand.class,
      ServeCommand.class,
      DemoCommand.class,
      SmokeCommand.class,
      DoctorCommand.class,
      RelayPolicyCommand.class,
      ConfigCommand.class,
      CompletionCommand.class,
      HelpCommand.class,
      VersionCommand.class
    },
    footer = {
      "",
      "Example: wlk demo",
      "Example: wlk identity new",
      "Example: wlk provider add http://127.0.0.1:8080",
      "Example: wlk live \"Java night\""
    })
public final class Wlk extends Root implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(System.err);
    throw CliError.usage("a command is missing", "");
  }

  /** All commands: what help, completion and pages are made of. */
  static CommandLine tree() {
    return tree(new Wlk());
  }

  private static CommandLine tree(Wlk wlk) {
    CommandLine line = new CommandLine(wlk);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setUnmatchedOptionsArePositionalParams(false);
    HelpScreen.install(line);
    return line;
  }

  /** Runs a command line; the answer is for the shell. */
  public static int run(String... arguments) {
    Wlk wlk = new Wlk();
    CommandLine line = tree(wlk);
    line.setParameterExceptionHandler((e, _) -> {
      boolean json = List.of(arguments).contains("--json");
      Console.bare(System.out, System.err, json).error(UsageErrors.explain(e, tree()));
      return ExitCode.USAGE;
    });
    line.setExecutionStrategy(parsed -> {
      LogLevel.set(wlk.verbose() ? Level.DEBUG : Level.ERROR);
      wlk.check();
      int exit = new CommandLine.RunLast().execute(parsed);
      if (wlk.isOpen()) { // a command without a profile has nothing to do with wills
        LeftWills.publish(wlk.workspace().wills(), wlk.console(), wlk.timeout());
      }
      return exit;
    });
    line.setExecutionExceptionHandler((e, _, _) -> {
      CliError error = Failures.explain(e);
      if (wlk.verbose()) {
        e.printStackTrace(System.err);
      }
      wlk.console().error(error);
      return error.exit();
    });
    return line.execute(arguments);
  }

  /** The program. */
  public static void main(String[] arguments) {
    int exit = run(arguments);
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime()
        .halt(exit); // sockets' threads need no farewell, and short commands should be short
  }
}
