package com.wavlake.cli.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Group;
import com.wavlake.cli.command.Reports;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code wlk event}: JSON lines in, JSON lines out. */
@Command(
    name = "event",
    description = "Sign, publish, verify and show events: JSON lines in, JSON lines out.",
    subcommands = {
      EventCommand.Sign.class,
      EventCommand.Publish.class,
      EventCommand.Verify.class,
      EventCommand.Show.class
    })
public final class EventCommand extends Group {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What to do with each line of stdin. */
  private interface EachLine {
    void accept(String line) throws IOException;
  }

  private static void lines(EachLine each) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int number = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      if (!line.isBlank()) {
        try {
          each.accept(line);
        } catch (InvalidEvent e) {
          throw new CliError("invalid", "line " + number + ": " + e.getMessage(), "");
        }
      }
    }
  }

  @Command(
      name = "sign",
      description =
          "Sign templates from stdin, one JSON object a line: kind, content, tags, created_at (optional).",
      footer = {"", "Example: echo '{\"kind\":1,\"content\":\"hello\"}' | wlk event sign"})
  static final class Sign extends WlkCommand {
    @Override
    public Integer call() throws IOException {
      try (Signer signer = workspace().signer()) {
        lines(line ->
            console()
                .line(
                    signer
                        .sign(EventTemplate.parse(line, Instant.now().getEpochSecond()))
                        .toJson()));
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "publish",
      description =
          "Publish signed events, or sign and publish templates, from stdin; prints each relay's answer.",
      footer = {
        "",
        "Example: wlk event sign < templates.jsonl | wlk event publish --relay wss://relay.example"
      })
  static final class Publish extends WlkCommand {
    @Override
    public Integer call() throws IOException {
      boolean[] failed = new boolean[1];
      try (RelayPool relays = workspace().relays(List.of())) {
        lines(line -> {
          Event event = line.contains("\"sig\"") ? Event.parse(line) : signed(line);
          if (!event.verify()) {
            throw new InvalidEvent("sig", "id or signature is wrong");
          }
          PublishResult result = relays.publish(event, globals().timeout());
          failed[0] |= result.acceptedCount() == 0;
          console().data(Reports.json(result), event.id() + "  " + Reports.sentence(result));
        });
      }
      return failed[0] ? ExitCode.FAILED : ExitCode.OK;
    }

    private Event signed(String template) {
      try (Signer signer = workspace().signer()) {
        return signer.sign(EventTemplate.parse(template, Instant.now().getEpochSecond()));
      }
    }
  }

  @Command(
      name = "verify",
      description =
          "Say of each event from stdin whether id and signature are right, and why not; exit 1 when one is not.",
      footer = {"", "Example: wlk event verify < events.jsonl"})
  static final class Verify extends WlkCommand {
    @Override
    public Integer call() throws IOException {
      boolean[] failed = new boolean[1];
      lines(line -> {
        Optional<String> problem = problem(line);
        failed[0] |= problem.isPresent();
        ObjectNode json = Console.object().put("id", id(line)).put("valid", problem.isEmpty());
        problem.ifPresent(p -> json.put("reason", p));
        console().data(json, id(line) + "  " + problem.map(p -> "INVALID " + p).orElse("valid"));
      });
      return failed[0] ? ExitCode.FAILED : ExitCode.OK;
    }

    private static Optional<String> problem(String line) {
      Event event;
      try {
        event = Event.parse(line);
      } catch (InvalidEvent e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
      try {
        if (event.hasValidId()) {
          return event.hasValidSignature()
              ? Optional.empty()
              : Optional.of("sig: is not this author's over this id");
        }
      } catch (InvalidEvent e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
      return Optional.of(
          "id: is not the digest of the content, that is "
              + event.template().idFor(event.author()));
    }

    private static String id(String line) {
      try {
        JsonNode id = JSON.readTree(line).path("id");
        return id.isTextual() ? Console.plain(id.asText()) : "?";
      } catch (JsonProcessingException e) {
        return "?";
      }
    }
  }

  @Command(
      name = "show",
      description =
          "Fetch an event from the relays and print it: naddr, note, event id, stream id or current.",
      footer = {"", "Example: wlk event show current"})
  static final class Show extends WlkCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "REF",
        description = "Default: the current stream's live event.")
    String ref = "current";

    @Override
    public Integer call() {
      boolean byId = ref.startsWith("note1") || ref.matches("[0-9a-f]{64}");
      Optional<Event> found;
      if (byId) {
        try (RelayPool relays = workspace().relays(List.of())) {
          found =
              relays
                  .query(Filter.any().withIds(Set.of(EventId.parse(ref))), globals().timeout())
                  .stream()
                  .findFirst();
        }
      } else {
        EventAddress address = workspace().address(ref);
        try (RelayPool relays = workspace().relays(address.relays())) {
          found = relays.newest(address, globals().timeout());
        }
      }
      Event event =
          found.orElseThrow(() ->
              new CliError("not_found", "no relay has " + ref, "--relay wss://… asks another one"));
      if (console().isJson()) {
        console().line(event.toJson());
      } else {
        console().line("id       " + event.id());
        console().line("author   " + event.author().npub());
        console().line("kind     " + event.kind());
        console().line("created  " + Instant.ofEpochSecond(event.createdAt()));
        event
            .tags()
            .forEach(tag -> console().line("  " + Console.plain(String.join("  ", tag.values()))));
        console().line("content  " + Console.plain(event.content()));
      }
      return ExitCode.OK;
    }
  }
}
