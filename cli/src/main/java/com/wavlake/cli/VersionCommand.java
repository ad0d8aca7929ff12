package com.wavlake.cli;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
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
    print(console());
    return ExitCode.OK;
  }

  /** Says it. */
  static void print(Console console) {
    String java = Runtime.version().toString();
    console.data(
        Console.object().put("version", version()).put("java", java),
        "wlk " + version() + " (Java " + java + ")");
  }

  /** Of this program; the class of the server, which knows it too, brings a server's load along. */
  static String version() {
    String version = Wlk.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  /** For {@code --version}. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"wlk " + version()};
    }
  }
}
