package com.wavlake.cli.check;

import com.wavlake.cli.command.Failures;
import com.wavlake.cli.shell.CliError;
import java.time.Duration;

/**
 * One look at one's own set-up.
 *
 * @param name what is looked at
 * @param hint the command that helps when it fails with an error of its own without one
 * @param work the look
 */
record Check(String name, String hint, Work work) {
  /** Looks, and says what it has found. */
  @FunctionalInterface
  interface Work {
    Finding look() throws Exception;
  }

  /** Looks for so long and no longer; an error is a finding too. */
  Finding run(Duration limit) throws InterruptedException {
    try {
      return Bounded.call(limit, work::look);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      CliError error = Failures.explain(e);
      return Finding.fail(
          name, String.valueOf(error.getMessage()), hint.isEmpty() ? error.hint() : hint);
    }
  }
}
