package com.wavlake.cli.command;

import com.wavlake.cli.shell.CliError;

/** A command that only holds others. */
public abstract class Group extends WlkCommand {
  @Override
  public Integer call() {
    throw CliError.usage(
        "a command is missing behind '" + spec.qualifiedName() + "'",
        spec.qualifiedName() + " --help");
  }
}
