package com.wavlake.cli.provider;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.provider.RelayProbe.Outcome;
import com.wavlake.cli.provider.RelayProbe.Report;
import com.wavlake.cli.provider.RelayProbe.Step;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayInfo;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.signer.Signer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk relay test}. */
@Command(
    name = "test",
    description = {
      "Try relays, all at once: whether each connects, what it says of itself (NIP-11), whether it answers a"
          + " question, and whether it takes an event: one of an ephemeral kind, that is not stored.",
      "The event is signed with a key made for this, and a relay that refuses strangers is only noted; with"
          + " --write it is signed by you, and a refusal is a FAIL, but for the provider's own relay: that"
          + " takes what belongs to its streams. Exit 1 when something fails."
    },
    footer = {"", "Example: wlk relay test", "Example: wlk relay test wss://relay.example --write"})
final class RelayTest extends WlkCommand {
  private static final int MAX_AT_ONCE = 32;

  @Parameters(arity = "0..*", paramLabel = "URL", description = "Default: all in 'wlk relay list'.")
  List<String> urls = List.of();

  @Option(names = "--write", description = "Write as the identity of this profile.")
  boolean asMe;

  @Override
  public Integer call() throws InterruptedException {
    List<String> tried =
        (urls.isEmpty() ? workspace().relayUrls() : urls)
            .stream().map(RelayCommand::normal).distinct().toList();
    if (tried.isEmpty()) {
      throw new CliError("no_relay", "no relay to test", "wlk relay test wss://relay.example");
    }
    if (tried.size() > MAX_AT_ONCE) {
      throw CliError.usage("URL: " + tried.size() + " relays, over " + MAX_AT_ONCE, "");
    }
    boolean failed = false;
    console().status("asking " + tried.size() + " relays");
    try (Signer signer = asMe ? workspace().signer() : KeySigner.of(SecretKey.generate());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      RelayProbe probe =
          new RelayProbe(
              signer,
              url -> asMe && !RelayCommand.isProviders(workspace(), url),
              globals().timeout());
      List<Future<Report>> reports =
          tried.stream().map(url -> threads.submit(() -> probe.of(url))).toList();
      for (Future<Report> report : reports) {
        Report done = report.get();
        failed |= done.isFailed();
        console().data(json(done), () -> lines(done).forEach(console()::line));
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause()); // a probe reports what goes wrong
    } finally {
      console().status("");
    }
    return failed ? ExitCode.FAILED : ExitCode.OK;
  }

  private static List<String> lines(Report report) {
    List<String> lines = new ArrayList<>();
    String name =
        report.info().map(i -> i.name() + "  " + i.software() + " " + i.version()).orElse("");
    lines.add(Console.bold(report.url()) + "  " + Console.plain(name));
    for (Step step : report.steps()) {
      String time = step.millis() < 0 ? "" : step.millis() + " ms";
      String detail = Console.plain(step.detail());
      lines.add(
          String.format(
                  "  %s  %-11s  %s",
                  colored(step.outcome()),
                  step.name(),
                  time + (time.isEmpty() || detail.isEmpty() ? "" : "  ") + detail)
              .stripTrailing());
    }
    return lines;
  }

  private static String colored(Outcome outcome) {
    return switch (outcome) {
      case PASS -> Console.green(outcome.name());
      case NOTE -> Console.yellow(outcome.name());
      case FAIL -> Console.red(outcome.name());
    };
  }

  private static ObjectNode json(Report report) {
    ObjectNode json = Console.object().put("relay", report.url()).put("ok", !report.isFailed());
    report.info().ifPresent(info -> put(json.putObject("information"), info));
    ArrayNode steps = json.putArray("steps");
    for (Step step : report.steps()) {
      ObjectNode node =
          steps
              .addObject()
              .put("name", step.name())
              .put("outcome", step.outcome().name().toLowerCase(Locale.ROOT));
      if (step.millis() >= 0) {
        node.put("ms", step.millis());
      }
      node.put("detail", step.detail());
    }
    return json;
  }

  private static void put(ObjectNode json, RelayInfo info) {
    json.put("name", info.name()).put("software", info.software()).put("version", info.version());
    ArrayNode nips = json.putArray("nips");
    info.nips().forEach(nips::add);
    json.put("auth_required", info.authRequired()).put("payment_required", info.paymentRequired());
    put(json, "max_message_bytes", info.maxMessageBytes());
    put(json, "max_subscriptions", info.maxSubscriptions());
    put(json, "max_limit", info.maxLimit());
    put(json, "min_pow_bits", info.minPowBits());
  }

  private static void put(ObjectNode json, String field, OptionalInt value) {
    if (value.isPresent()) {
      json.put(field, value.getAsInt());
    } else {
      json.putNull(field);
    }
  }
}
