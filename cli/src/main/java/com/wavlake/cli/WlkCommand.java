package com.wavlake.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command, and its way to what all commands share. */
@Command
abstract class WlkCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  Wlk wlk() {
    return (Wlk) spec.root().userObject();
  }

  Console console() {
    return wlk().console();
  }

  Workspace workspace() {
    return wlk().workspace();
  }
}
