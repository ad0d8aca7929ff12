package com.wavlake.cli.event;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Terminals;
import com.wavlake.live.nip53.StreamLint;
import com.wavlake.live.nip53.StreamLint.Finding;
import com.wavlake.live.nip53.StreamLint.Report;
import com.wavlake.live.nip53.StreamLint.Severity;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk event lint}. */
@Command(
    name = "lint",
    description = {
      "Say how three viewers will each read a live event, and what to mend in it: the zap.stream web app, its"
          + " Flutter app, and Amethyst. Whom each takes for the host, which status it shows, whether it plays and"
          + " lists the stream and shows chat sent now, and why.",
      "Findings, worst first: ERROR breaks a rule of NIP-53, WARNING works in some viewers or by luck, HINT could"
          + " be better. Exit 1 on an ERROR. Nothing is fetched but the event: whether a URL answers is not judged.",
      "Reads signed events from stdin, one a line, when they are piped in and no REF is given."
    },
    footer = {
      "",
      "Example: wlk event lint naddr1…",
      "Example: wlk event sign < stream.json | wlk event lint --strict --json"
    })
final class LintCommand extends WlkCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "REF",
      description = "naddr, a link that ends with one, event id, stream id, or current.")
  @Nullable String ref;

  @Option(
      names = "--trust-host",
      paramLabel = "NPUB",
      description = "A server whose word on who the host is the web app takes; repeatable.")
  List<String> trusted = List.of();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "Judge at another moment: ISO-8601 with its offset, or seconds since 1970.")
  @Nullable String at;

  @Option(names = "--strict", description = "Exit 1 on a WARNING, too.")
  boolean strict;

  private boolean failed;

  @Override
  public Integer call() throws IOException, InterruptedException {
    StreamLint lint = StreamLint.trusting(servers());
    Instant now = moment();
    if (ref == null && !Terminals.isStdin()) {
      EventLines.each((line, number) -> {
        try {
          Event event = Event.parse(line);
          print(Verdict.of(event, lint.check(event, now)));
        } catch (InvalidEvent e) {
          Report unread =
              new Report(
                  List.of(), List.of(new Finding(Severity.ERROR, e.field(), problem(e, line))));
          print(Verdict.ofLine(number, EventLines.id(line), unread));
        }
      });
    } else {
      Event event = Fetch.one(this, ref == null ? "current" : ref);
      print(Verdict.of(event, lint.check(event, now)));
    }
    return failed ? ExitCode.FAILED : ExitCode.OK;
  }

  private static String problem(InvalidEvent e, String line) {
    return EventLines.isSigned(line)
        ? e.problem()
        : e.problem() + ": only signed events can be judged, see wlk event sign";
  }

  private void print(Verdict verdict) {
    Severity worstAllowed = strict ? Severity.HINT : Severity.WARNING;
    failed |=
        verdict.report().findings().stream()
            .anyMatch(f -> f.severity().compareTo(worstAllowed) < 0);
    console().data(verdict.json(), () -> verdict.lines().forEach(console()::line));
  }

  private Set<PublicKey> servers() {
    Set<PublicKey> keys = new HashSet<>();
    for (String npub : trusted) {
      try {
        keys.add(PublicKey.parse(npub));
      } catch (InvalidEvent e) {
        throw CliError.usage("--trust-host: '" + npub + "' is no npub", "");
      }
    }
    return keys;
  }

  private Instant moment() {
    String text = at;
    if (text == null) {
      return Instant.now();
    }
    try {
      return text.matches("\\d{1,11}")
          ? Instant.ofEpochSecond(Long.parseLong(text))
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw CliError.usage("--at: '" + text + "' is no time", "for instance 2030-01-31T20:00:00Z");
    }
  }
}
