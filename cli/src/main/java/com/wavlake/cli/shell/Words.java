package com.wavlake.cli.shell;

/** Figures in words. */
public final class Words {
  private Words() {}

  /** {@code 1 relay}, {@code 2 relays}. */
  public static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** {@code 00:13}, {@code 1:02:03}. */
  public static String clock(long seconds) {
    return seconds < 3600
        ? String.format("%02d:%02d", seconds / 60, seconds % 60)
        : String.format("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
