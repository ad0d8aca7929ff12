package com.wavlake.cli.help;

import java.util.Locale;

/** The shells that wlk completes its command lines in. */
public enum Shell {
  BASH,
  ZSH,
  FISH;

  /** The script that the shell is to run. */
  public String script(Topic root) {
    return switch (this) {
      case BASH -> BashScript.of(root);
      case ZSH -> ZshScript.of(root);
      case FISH -> FishScript.of(root);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
