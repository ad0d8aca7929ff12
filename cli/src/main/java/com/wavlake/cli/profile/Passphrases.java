package com.wavlake.cli.profile;

import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Globals;
import com.wavlake.cli.shell.Prompt;
import java.util.Arrays;
import java.util.Optional;

/** The passphrase of a key: out of {@code WLK_PASSPHRASE}, or typed. */
final class Passphrases {
  private static final String VARIABLE = "WLK_PASSPHRASE";
  private static final int LEAST = 8;

  private final Globals globals;

  Passphrases(Globals globals) {
    this.globals = globals;
  }

  /** Whether nobody has to be asked. */
  static boolean isAtHand() {
    return System.getenv(VARIABLE) != null;
  }

  char[] known() {
    return ask("Passphrase: ")
        .orElseThrow(() ->
            locked(
                "the identity is locked by a passphrase",
                "run it on a terminal, or set WLK_PASSPHRASE"));
  }

  char[] chosen() {
    char[] first =
        ask("New passphrase: ")
            .orElseThrow(() ->
                locked(
                    "a passphrase is needed to keep the key",
                    "run it on a terminal, set WLK_PASSPHRASE, or --keyring, or --plain-text"));
    if (first.length < LEAST) {
      throw new CliError(
          "passphrase", "the passphrase has under " + LEAST + " characters", "choose a longer one");
    }
    if (!isAtHand()) {
      char[] second = ask("Once more: ").orElse(new char[0]);
      if (!Arrays.equals(first, second)) {
        throw locked("the two passphrases differ", "");
      }
    }
    return first;
  }

  private Optional<char[]> ask(String prompt) {
    String fromEnvironment = System.getenv(VARIABLE);
    if (fromEnvironment != null) {
      return Optional.of(fromEnvironment.toCharArray());
    }
    return globals.mayAsk() ? Prompt.secret(prompt) : Optional.empty();
  }

  private static CliError locked(String message, String hint) {
    return new CliError("locked", ExitCode.LOCKED, message, hint);
  }
}
