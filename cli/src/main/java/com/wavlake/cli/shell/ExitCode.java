package com.wavlake.cli.shell;

/** What the shell learns. */
public final class ExitCode {
  public static final int OK = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;
  public static final int LOCKED = 4;
  public static final int TIMED_OUT = 124;
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
