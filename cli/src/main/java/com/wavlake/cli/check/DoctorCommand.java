package com.wavlake.cli.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.check.Finding.Verdict;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wlk doctor}: what is wrong with one's set-up, and what to do about it. */
@Command(
    name = "doctor",
    description = {
      "Look at all that going live needs: identity, config folder, provider, clock, NIP-98, access, RTMP, HLS, relays, OBS. Nothing is published, created or asked for.",
      "PASS, WARN, FAIL or SKIP, and the command that helps. Each look is waited for --timeout at most. Exit code 1 when one fails."
    },
    footer = {
      "",
      "Example: wlk doctor",
      "Example: wlk doctor --provider https://live.example --json"
    })
public final class DoctorCommand extends WlkCommand {
  @Option(names = "--provider", paramLabel = "URL", description = "Default: the server in use.")
  @Nullable String provider;

  @Override
  public Integer call() throws InterruptedException {
    Optional<String> url =
        Optional.ofNullable(provider)
            .map(given -> given.replaceFirst("/+$", ""))
            .or(workspace()::provider);
    List<Finding> findings =
        new Doctor(workspace(), url, globals().timeout(), this::tell).examine();
    boolean ok = count(findings, Verdict.FAIL) == 0;
    ObjectNode summary = Console.object().put("event", "summary").put("ok", ok);
    for (Verdict verdict : Verdict.values()) {
      summary.put(verdict.wireName(), count(findings, verdict));
    }
    console()
        .data(
            summary,
            count(findings, Verdict.PASS)
                + " pass, "
                + count(findings, Verdict.WARN)
                + " warn, "
                + count(findings, Verdict.FAIL)
                + " fail, "
                + count(findings, Verdict.SKIP)
                + " skipped");
    return ok ? ExitCode.OK : ExitCode.FAILED;
  }

  private static int count(List<Finding> findings, Verdict verdict) {
    return (int) findings.stream().filter(f -> f.verdict() == verdict).count();
  }

  private void tell(Finding finding) {
    ObjectNode json =
        Console.object()
            .put("event", "check")
            .put("check", finding.check())
            .put("verdict", finding.verdict().wireName())
            .put("detail", finding.words());
    if (!finding.hint().isEmpty()) {
      json.put("hint", finding.hint());
    }
    console().data(json, () -> print(finding));
  }

  private void print(Finding finding) {
    String verdict =
        switch (finding.verdict()) {
          case PASS -> Console.green("PASS");
          case WARN -> Console.yellow("WARN");
          case FAIL -> Console.red("FAIL");
          case SKIP -> Console.dim("SKIP");
        };
    console().line(String.format("%s  %-13s  %s", verdict, finding.check(), finding.words()));
    if (!finding.hint().isEmpty()) {
      console().line(String.format("%21s%s%s", "", Console.dim("hint: "), finding.hint()));
    }
  }
}
