package com.wavlake.cli;

/** A command that only holds others. */
abstract class Group extends WlkCommand {
  @Override
  public Integer call() {
    throw CliError.usage(
        "a command is missing behind '" + spec.qualifiedName() + "'",
        spec.qualifiedName() + " --help");
  }
}
