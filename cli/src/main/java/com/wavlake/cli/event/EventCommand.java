package com.wavlake.cli.event;

import com.wavlake.cli.command.Group;
import picocli.CommandLine.Command;

/** {@code wlk event}: JSON lines in, JSON lines out. */
@Command(
    name = "event",
    description = "Sign, publish, verify, show and judge events: JSON lines in, JSON lines out.",
    subcommands = {
      SignCommand.class,
      PublishCommand.class,
      VerifyCommand.class,
      ShowCommand.class,
      LintCommand.class
    })
public final class EventCommand extends Group {}
