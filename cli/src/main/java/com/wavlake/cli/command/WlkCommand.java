package com.wavlake.cli.command;

import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command, and its way to what all commands share. */
@Command
public abstract class WlkCommand implements Callable<Integer> {
  /** Ours, as picocli sees it. */
  @Spec protected CommandSpec spec;

  /** The options that every command has. */
  public Root globals() {
    return (Root) spec.root().userObject();
  }

  /** How we speak. */
  public Console console() {
    return globals().console();
  }

  /** What is kept between commands. */
  public Workspace workspace() {
    return globals().workspace();
  }
}
