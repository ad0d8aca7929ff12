package com.wavlake.cli.shell;

/**
 * What a person reads instead of a stack trace: a stable code, what happened, the command that
 * helps.
 */
public final class CliError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final int exit;
  private final String hint;

  public CliError(String code, int exit, String message, String hint) {
    super(message);
    this.code = code;
    this.exit = exit;
    this.hint = hint;
  }

  public CliError(String code, String message, String hint) {
    this(code, ExitCode.FAILED, message, hint);
  }

  public static CliError usage(String message, String hint) {
    return new CliError("usage", ExitCode.USAGE, message, hint);
  }

  public String code() {
    return code;
  }

  public int exit() {
    return exit;
  }

  public String hint() {
    return hint;
  }
}
