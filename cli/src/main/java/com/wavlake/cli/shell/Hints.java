package com.wavlake.cli.shell;

import java.util.regex.Pattern;

/** Commands for people to paste. */
public final class Hints {
  private static final Pattern HARMLESS_URL = Pattern.compile("[a-z]+://[A-Za-z0-9:/._-]+");

  private Hints() {}

  /**
   * A command about a URL that came from the network; empty when it is one that a shell might take
   * for more than a word.
   */
  public static String about(String command, String url) {
    return HARMLESS_URL.matcher(url).matches() ? command + " " + url : "";
  }
}
