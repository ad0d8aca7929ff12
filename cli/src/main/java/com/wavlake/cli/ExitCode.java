package com.wavlake.cli;

/** What the shell learns. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int LOCKED = 4;
  static final int TIMED_OUT = 124;
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
