package com.wavlake.cli.chat;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Terminals;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.StoredEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk chat export}: a whole chat, out of all relays. */
@Command(
    name = "export",
    description = {
      "Print a whole chat, oldest first: everything the relays have, each event once, signatures"
          + " checked.",
      "jsonl has the events as they were signed (messages, zaps, raids, clips, timeouts): wlk event"
          + " publish takes them again. text and csv have messages, raids and clips."
    },
    footer = {
      "",
      "Example: wlk chat export -o chat.jsonl",
      "Example: wlk chat export naddr1… --format csv --since 2026-01-31 -o chat.csv"
    })
final class ChatExport extends WlkCommand {
  private static final int MOST = 200_000;
  private static final int STEP = 100;

  @Parameters(
      arity = "0..1",
      paramLabel = "REF",
      description = "naddr, stream id, or current (default).")
  String ref = "current";

  @Option(names = "--format", paramLabel = "FORMAT", description = "jsonl (default), text or csv.")
  String format = "jsonl";

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "The earliest: seconds since 1970, 2026-01-31, or 2026-01-31T20:15:00Z.")
  @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "The latest, in the same forms.")
  @Nullable String until;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Into a file; one that is there is replaced only with -y.")
  @Nullable Path file;

  @Override
  public Integer call() throws IOException {
    ExportFormat form = ExportFormat.of(format);
    OptionalLong from = ExportFormat.second("--since", Optional.ofNullable(since));
    OptionalLong to = ExportFormat.second("--until", Optional.ofNullable(until));
    Path target = file;
    if (target != null && Files.exists(target) && !globals().yes()) {
      throw new CliError("file_exists", target + " is there already", "-y replaces it");
    }
    EventAddress stream = workspace().address(ref);
    try (RelayPool relays = workspace().relays(stream.relays())) {
      List<Event> events = read(relays, filter(stream, from, to));
      List<String> lines =
          form.lines(
              events, names(relays, stream, form, events), target == null && Terminals.isStdout());
      if (target == null) {
        lines.forEach(form == ExportFormat.JSONL ? console()::raw : console()::line);
      } else {
        write(target, lines);
        console()
            .data(
                Console.object().put("events", events.size()).put("file", target.toString()),
                "exported  " + events.size() + " events to " + target);
      }
    }
    return ExitCode.OK;
  }

  private static Filter filter(EventAddress stream, OptionalLong since, OptionalLong until) {
    Filter filter =
        Filter.kinds(Kind.CHAT_MESSAGE, Kind.RAID, Kind.CLIP, Kind.CHAT_TIMEOUT, Kind.ZAP_RECEIPT)
            .tagged("a", stream.coordinate());
    if (since.isPresent()) {
      filter = filter.since(since.getAsLong());
    }
    return until.isPresent() ? filter.until(until.getAsLong()) : filter;
  }

  private List<Event> read(RelayPool relays, Filter filter) {
    List<Event> events = new ArrayList<>();
    List<StoredEvents.Answer> answers =
        StoredEvents.read(
            relays,
            filter,
            globals().timeout(),
            MOST,
            event -> {
              events.add(event);
              if (events.size() % STEP == 0) {
                console().status(events.size() + " events");
              }
            });
    console().status("");
    answers.stream()
        .filter(answer -> !answer.complete())
        .forEach(answer ->
            console().warn(answer.relay() + ": incomplete: " + Console.plain(answer.problem())));
    if (events.isEmpty() && answers.stream().noneMatch(StoredEvents.Answer::complete)) {
      throw new CliError(
          "unreachable",
          "no relay answers: " + String.join(", ", relays.urls()),
          "--timeout SECONDS waits longer");
    }
    events.sort(Comparator.comparingLong(Event::createdAt).thenComparing(Event::id));
    return events;
  }

  private Names names(
      RelayPool relays, EventAddress stream, ExportFormat form, List<Event> events) {
    Duration timeout = globals().timeout();
    Names names =
        new Names(
            stream.author(),
            Optional.empty(),
            people ->
                relays.query(
                    Filter.kinds(Kind.PROFILE).by(people.toArray(PublicKey[]::new)), timeout));
    if (form != ExportFormat.JSONL) {
      names.learn(events.stream().map(Event::author).distinct().toList(), timeout);
    }
    return names;
  }

  /** Whole, or not at all. */
  private static void write(Path target, List<String> lines) throws IOException {
    Path folder = Optional.ofNullable(target.toAbsolutePath().getParent()).orElse(Path.of("."));
    Path whole = Files.createTempFile(folder, "." + target.getFileName(), ".new");
    try {
      Files.write(whole, lines);
      Files.move(whole, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(whole);
    }
  }
}
