package com.wavlake.cli.command;

import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.Globals;
import org.jspecify.annotations.Nullable;

/** What the root of the command tree holds for all commands. */
public abstract class Root extends Globals {
  private @Nullable Workspace workspace;

  /** Whether a command has asked for the workspace. */
  public boolean isOpen() {
    return workspace != null;
  }

  /** What is kept between commands. */
  public Workspace workspace() {
    Workspace made = workspace;
    if (made == null) {
      made = Workspace.open(this, System.getenv());
      workspace = made;
    }
    return made;
  }
}
