package com.wavlake.cli.check;

import com.wavlake.cli.shell.Console;
import java.util.Locale;

/**
 * What a check of one's own set-up has found.
 *
 * @param check what was looked at
 * @param verdict how it is
 * @param words what was seen; fit for a terminal
 * @param hint the command that helps; empty where there is none
 */
record Finding(String check, Verdict verdict, String words, String hint) {
  Finding {
    check = Console.plain(check);
    words = Console.plain(words);
    hint = Console.plain(hint);
  }

  /** How something is. */
  enum Verdict {
    /** As it should be. */
    PASS,
    /** It works, but will be in somebody's way. */
    WARN,
    /** It does not work. */
    FAIL,
    /** Not looked at, or not needed. */
    SKIP;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding pass(String check, String words) {
    return new Finding(check, Verdict.PASS, words, "");
  }

  static Finding warn(String check, String words, String hint) {
    return new Finding(check, Verdict.WARN, words, hint);
  }

  static Finding fail(String check, String words, String hint) {
    return new Finding(check, Verdict.FAIL, words, hint);
  }

  static Finding skip(String check, String words) {
    return new Finding(check, Verdict.SKIP, words, "");
  }
}
