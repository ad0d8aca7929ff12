package com.wavlake.cli;

import ch.qos.logback.classic.Level;
import com.wavlake.cli.command.Failures;
import com.wavlake.cli.command.LeftWills;
import com.wavlake.cli.command.Root;
import com.wavlake.cli.help.HelpScreen;
import com.wavlake.cli.help.UsageErrors;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.LogLevel;
import com.wavlake.cli.shell.OneLine;
import java.io.PrintWriter;
import java.io.StringWriter;
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
    scope = ScopeType.INHERIT,
    versionProvider = VersionCommand.Provider.class,
    synopsisSubcommandLabel = "COMMAND",
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

  private static CommandLine tree(Wlk wlk, String... arguments) {
    CommandLine line = new CommandLine(wlk);
    Commands.addTo(line, arguments);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setUnmatchedOptionsArePositionalParams(false);
    line.setExpandAtFiles(false); // a chat message may begin with @
    HelpScreen.install(line);
    return line;
  }

  /** Runs a command line; the answer is for the shell. */
  public static int run(String... arguments) {
    if (arguments.length == 1 && arguments[0].equals("version")) { // scripts ask it all the time
      VersionCommand.print(Console.bare(System.out, System.err, false));
      return ExitCode.OK;
    }
    Wlk wlk = new Wlk();
    CommandLine line = tree(wlk, arguments);
    line.setParameterExceptionHandler((e, _) -> {
      boolean json = List.of(arguments).contains("--json");
      Console.bare(System.out, System.err, json).error(UsageErrors.explain(e, tree()));
      return ExitCode.USAGE;
    });
    line.setExecutionStrategy(parsed -> {
      LogLevel.set(wlk.verbose() ? Level.DEBUG : Level.ERROR);
      try {
        wlk.check();
      } catch (CliError e) {
        return failed(wlk, e);
      }
      try {
        return new CommandLine.RunLast().execute(parsed);
      } finally {
        // a command without a profile has nothing to do with wills
        if (wlk.isOpen() && wlk.workspace().hasWills()) {
          LeftWills.publish(wlk.workspace().wills(), wlk.console());
        }
      }
    });
    line.setExecutionExceptionHandler((e, _, _) -> failed(wlk, e));
    return line.execute(arguments);
  }

  private static int failed(Wlk wlk, Exception e) {
    CliError error = Failures.explain(e);
    if (wlk.verbose()) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace, true));
      trace.toString().lines().map(OneLine::harmless).forEach(System.err::println);
    }
    wlk.console().error(error);
    return error.exit();
  }

  /** The program. */
  public static void main(String[] arguments) {
    int exit = ExitCode.FAILED;
    try {
      exit = run(arguments);
    } finally {
      System.out.flush();
      System.err.flush();
      Runtime.getRuntime()
          .halt(exit); // sockets' threads need no farewell, and short commands should be short
    }
  }
}
