package com.wavlake.cli;

/**
 * What a person reads instead of a stack trace: a stable code, what happened, the command that
 * helps.
 */
final class CliError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final int exit;
  private final String hint;

  CliError(String code, int exit, String message, String hint) {
    super(message);
    this.code = code;
    this.exit = exit;
    this.hint = hint;
  }

  CliError(String code, String message, String hint) {
    this(code, ExitCode.FAILED, message, hint);
  }

  static CliError usage(String message, String hint) {
    return new CliError("usage", ExitCode.USAGE, message, hint);
  }

  String code() {
    return code;
  }

  int exit() {
    return exit;
  }

  String hint() {
    return hint;
  }
}
