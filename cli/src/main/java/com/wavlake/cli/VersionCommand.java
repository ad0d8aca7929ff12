package com.wavlake.cli;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.ingest.IngestServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code wlk version}. */
@Command(
    name = "version",
    description = "Print the version.",
    footer = {"", "Example: wlk version --json"})
final class VersionCommand extends WlkCommand {
  @Override
  public Integer call() {
    String java = Runtime.version().toString();
    console()
        .data(
            Console.object().put("version", IngestServer.version()).put("java", java),
            "wlk " + IngestServer.version() + " (Java " + java + ")");
    return ExitCode.OK;
  }

  /** For {@code --version}. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"wlk " + IngestServer.version()};
    }
  }
}
