package com.wavlake.cli.event;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.ProofOfWork;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wlk event sign}. */
@Command(
    name = "sign",
    description = {
      "Sign templates from stdin, one JSON object a line: kind, content, tags, created_at (optional).",
      "Stops at the first line at fault, and names the line and the field; those before it are printed."
    },
    footer = {
      "",
      "Example: echo '{\"kind\":1,\"content\":\"hello\"}' | wlk event sign",
      "Example: wlk event sign --pow 20 < templates.jsonl"
    })
final class SignCommand extends WlkCommand {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Option(
      names = "--pow",
      paramLabel = "BITS",
      description =
          "First find a nonce that makes the id begin with this many zero bits (NIP-13): 20 take about"
              + " a second, each further one doubles it; gives up after 10 minutes an event.")
  int powBits;

  @Override
  public Integer call() throws IOException {
    if (powBits < 0 || powBits > ProofOfWork.MAX_BITS) {
      throw CliError.usage("--pow: " + powBits + " is not in 0 … " + ProofOfWork.MAX_BITS, "");
    }
    try (Signer signer = workspace().signer()) {
      EventLines.each((line, number) -> {
        EventTemplate template = EventTemplate.parse(line, Instant.now().getEpochSecond());
        console().raw(signer.sign(worked(template, signer, number)).toJson());
      });
    }
    return ExitCode.OK;
  }

  private EventTemplate worked(EventTemplate template, Signer signer, int number) {
    if (powBits == 0) {
      return template;
    }
    console().status("line " + number + ": looking for " + powBits + " bits of work");
    try {
      return ProofOfWork.mine(template, signer.publicKey(), powBits, PATIENCE)
          .orElseThrow(() ->
              new CliError(
                  "timed_out",
                  ExitCode.TIMED_OUT,
                  "line " + number + ": no nonce for " + powBits + " bits in 10 minutes",
                  "--pow with fewer bits"));
    } finally {
      console().status("");
    }
  }
}
