package com.wavlake.cli.profile;

import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.ExitCode;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The operating system's keyring, by the program that speaks to it: {@code secret-tool} (libsecret)
 * or {@code security} (macOS). Secrets go in by stdin: arguments can be seen by others.
 */
final class Keyring {
  private static final int DEADLINE_SECONDS = 3; // a keyring that is locked may ask on a screen

  private Keyring() {}

  /** Whether there is one to ask. */
  static boolean isThere() {
    return isInPath("secret-tool") || isInPath("security");
  }

  static void store(String account, String secret) {
    boolean mac = !isInPath("secret-tool");
    Optional<String> stored =
        mac
            ? run(
                List.of("security", "-i"),
                "add-generic-password -U -s wlk -a " + account + " -w " + secret + "\n")
            : run(
                List.of(
                    "secret-tool",
                    "store",
                    "--label=wlk identity " + account,
                    "service",
                    "wlk",
                    "account",
                    account),
                secret);
    if (stored.isEmpty() || !find(account).equals(Optional.of(secret))) {
      throw failed("did not take the key");
    }
  }

  static Optional<String> find(String account) {
    List<String> command =
        isInPath("secret-tool")
            ? List.of("secret-tool", "lookup", "service", "wlk", "account", account)
            : List.of("security", "find-generic-password", "-s", "wlk", "-a", account, "-w");
    return run(command, "").map(String::strip).filter(secret -> !secret.isEmpty());
  }

  static void remove(String account) {
    var _ =
        isInPath("secret-tool")
            ? run(List.of("secret-tool", "clear", "service", "wlk", "account", account), "")
            : run(List.of("security", "delete-generic-password", "-s", "wlk", "-a", account), "");
    if (find(account).isPresent()) {
      throw failed("still has the key");
    }
  }

  static CliError failed(String what) {
    return new CliError(
        "keyring",
        ExitCode.LOCKED,
        "the operating system's keyring " + what,
        "unlock it, or keep the key under a passphrase: without --keyring");
  }

  /** What it printed; empty when it failed. */
  private static Optional<String> run(List<String> command, String stdin) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(stdin.getBytes(StandardCharsets.UTF_8));
      } catch (IOException closedEarly) {
        // its exit code tells
      }
      if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw failed("does not answer within " + DEADLINE_SECONDS + " s");
      }
      byte[] out = process.getInputStream().readAllBytes();
      return process.exitValue() == 0
          ? Optional.of(new String(out, StandardCharsets.UTF_8))
          : Optional.empty();
    } catch (IOException e) {
      throw failed("cannot be asked: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("was not waited for");
    }
  }

  private static boolean isInPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(folder -> new File(folder, program).canExecute());
  }
}
