package com.wavlake.cli.check;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Interrupts;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wlk smoke}: what a provider's CI runs. */
@Command(
    name = "smoke",
    description = {
      "Try a provider from end to end, each step against its target: create, push, first segment and frame, live event, discovery, chat both ways, viewers, stop, cleanup.",
      "It signs with the identity at hand, or else with a key made for this. A step that is over its target fails like one that does not work, unless --lenient. Whatever happens, Ctrl-C included, each stream is ended and deleted, and what could not be is named; a second Ctrl-C does not wait for that.",
      "Each step is waited for its target and --timeout more. Exit code 0: all is well; 1: something is not; 124: --within is over; 130: interrupted."
    },
    footer = {
      "",
      "Example: wlk smoke --provider https://live.example --junit smoke.xml",
      "Example: wlk smoke --streams 3 --repeat 10 --json"
    })
public final class SmokeCommand extends WlkCommand {
  private static final int MAX_STREAMS = 50;
  private static final int MAX_ROUNDS = 10_000;
  private static final int MAX_SECONDS = 86_400;

  @Option(names = "--provider", paramLabel = "URL", description = "Default: the server in use.")
  @Nullable String provider;

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "1",
      description = "Streams at a time; default ${DEFAULT-VALUE}.")
  int streams = 1;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      description = "Rounds, one after the other; default ${DEFAULT-VALUE}.")
  int rounds = 1;

  @Option(
      names = "--duration",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "How long a stream has to play on at least, beyond one more segment; default ${DEFAULT-VALUE}.")
  int durationSeconds;

  @Option(
      names = "--within",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description =
          "When the whole run has to be over; then it is interrupted. Default ${DEFAULT-VALUE}.")
  int withinSeconds = 600;

  @Option(names = "--junit", paramLabel = "FILE", description = "Also write a report as JUnit XML.")
  @Nullable Path junit;

  @Option(names = "--keep", description = "End the streams, but do not delete them.")
  boolean keep;

  @Option(names = "--lenient", description = "A step over its target is no failure.")
  boolean lenient;

  @Override
  public Integer call() throws IOException, InterruptedException {
    check("--streams", streams, 1, MAX_STREAMS);
    check("--repeat", rounds, 1, MAX_ROUNDS);
    check("--duration", durationSeconds, 0, MAX_SECONDS);
    check("--within", withinSeconds, 1, MAX_SECONDS);
    Optional<Path> file = Optional.ofNullable(junit);
    if (file.isPresent()) {
      begin(file.get());
    }
    String url =
        Optional.ofNullable(provider)
            .map(given -> given.replaceFirst("/+$", ""))
            .or(workspace()::provider)
            .orElseThrow(() ->
                new CliError(
                    "no_provider", "no ingest server is set up", "wlk smoke --provider URL"));
    boolean hasIdentity = workspace().identities().isThere();
    Duration patience = globals().timeout();
    try (Signer signer = workspace().identities().signerOrNobody();
        ManagementClient client = ManagementClient.at(url, signer);
        Web web = new Web(patience)) {
      SmokePlan plan =
          new SmokePlan(
              url,
              signer,
              client,
              web,
              globals().relays(),
              streams,
              rounds,
              Duration.ofSeconds(durationSeconds),
              patience,
              keep);
      return run(plan, !hasIdentity, file);
    }
  }

  private int run(SmokePlan plan, boolean generatedKey, Optional<Path> file)
      throws IOException, InterruptedException {
    SmokeReport report =
        globals().json() ? new JsonReport(console(), lenient) : new TextReport(console());
    report.begins(plan, generatedKey);
    Smoke smoke = new Smoke(plan, report);
    Interrupts.onInterrupt(smoke::interrupt);
    List<RunResult> results = smoke.run(Duration.ofSeconds(withinSeconds));
    if (file.isPresent()) {
      new JunitReport(plan, lenient).write(file.get(), results);
    }
    SmokeSummary summary = SmokeSummary.of(results, lenient, !smoke.wasInterrupted());
    report.ends(results, summary);
    if (smoke.timedOut()) {
      return ExitCode.TIMED_OUT;
    }
    if (smoke.wasInterrupted()) {
      return ExitCode.INTERRUPTED;
    }
    return summary.ok() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static void begin(Path file) {
    try {
      JunitReport.begin(file);
    } catch (IOException e) {
      throw CliError.usage("--junit: " + file + " cannot be written", "");
    }
  }

  private static void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw CliError.usage(option + ": " + value + " is not in " + least + " … " + most, "");
    }
  }
}
