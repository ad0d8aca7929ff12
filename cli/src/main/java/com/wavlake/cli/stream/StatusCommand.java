package com.wavlake.cli.stream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.WhereToWatch;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Words;
import com.wavlake.live.api.ApiException;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamStatus;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk status}: how a stream is doing. */
@Command(
    name = "status",
    description = "Print how a stream is doing.",
    footer = {"", "Example: wlk status --watch"})
public final class StatusCommand extends WlkCommand {
  private static final Duration AGAIN = Duration.ofSeconds(2);

  @Parameters(
      arity = "0..1",
      paramLabel = "REF",
      description = "naddr, stream id, or current (default).")
  String ref = "current";

  @Option(names = "--watch", description = "Again every 2 seconds, until the stream is over.")
  boolean watch;

  @Override
  public Integer call() throws InterruptedException {
    if (workspace().provider().isEmpty()) {
      return fromRelays();
    }
    String id = workspace().streamId(ref);
    try (Signer signer = workspace().identities().signerOrNobody();
        ManagementClient client = workspace().client(signer)) {
      StreamStatus status = client.status(id);
      Optional<String> page = WhereToWatch.page(client, id);
      while (true) {
        print(status, page);
        if (!watch || status.status().equals("ended") || status.status().equals("error")) {
          return ExitCode.OK;
        }
        Thread.sleep(AGAIN);
        status = client.status(id);
      }
    } catch (ApiException e) {
      if (e.status() == 404) { // it is carried by somebody else, or by nobody
        return fromRelays();
      }
      throw e;
    }
  }

  private void print(StreamStatus status, Optional<String> page) {
    console()
        .data(
            json(status).put("watch_url", page.orElse(null)),
            () -> {
              console().line(text(status));
              if (!watch) { // where it is does not change
                page.ifPresent(url -> console().line("watch   " + Console.plain(url)));
              }
            });
  }

  /** What its own event says, for a stream that is not the provider's. */
  private int fromRelays() throws InterruptedException {
    EventAddress address = workspace().address(ref);
    try (RelayPool relays = workspace().relays(address.relays())) {
      while (true) {
        Event event =
            relays
                .newest(address, globals().timeout())
                .orElseThrow(() ->
                    new CliError(
                        "not_found",
                        "neither the provider nor a relay knows " + ref,
                        "wlk stream list; another's stream is named by its naddr"));
        LiveStream stream = LiveStream.parse(event);
        String status = stream.status().map(s -> s.tagValue()).orElse("unknown");
        ObjectNode json =
            Console.object()
                .put("status", status)
                .put("title", stream.title().orElse(""))
                .put("current_viewers", stream.currentParticipants().orElse(0))
                .put("updated_at", Instant.ofEpochSecond(event.createdAt()).toString())
                .put("naddr", address.naddr());
        long ago =
            Duration.between(Instant.ofEpochSecond(event.createdAt()), Instant.now()).toSeconds();
        console()
            .data(
                json,
                status
                    + ", "
                    + Words.count(stream.currentParticipants().orElse(0), "viewer")
                    + ", by its event of "
                    + Words.clock(Math.max(0, ago))
                    + " ago");
        if (!watch || status.equals("ended")) {
          return ExitCode.OK;
        }
        Thread.sleep(AGAIN);
      }
    }
  }

  public static String text(StreamStatus s) {
    StringBuilder out = new StringBuilder(s.status());
    out.append(", encoder ").append(s.connectionState());
    out.append(", ").append(Words.clock(s.durationSeconds()));
    out.append(", ")
        .append(s.currentViewers())
        .append(" viewers (peak ")
        .append(s.peakViewers())
        .append(')');
    if (s.bitrateKbps() > 0) {
      out.append(String.format(", %.1f Mb/s", s.bitrateKbps() / 1000.0));
    }
    s.tracks().forEach(t -> out.append(", ").append(Console.plain(t.description())));
    s.recording().ifPresent(url -> out.append(", recording ").append(Console.plain(url)));
    s.lastError().ifPresent(e -> out.append("; last error: ").append(Console.plain(e)));
    return out.toString();
  }

  private static ObjectNode json(StreamStatus s) {
    ObjectNode json =
        Console.object()
            .put("status", s.status())
            .put("connection_state", s.connectionState())
            .put("current_viewers", s.currentViewers())
            .put("peak_viewers", s.peakViewers())
            .put("total_viewers", s.totalViewers())
            .put("duration_seconds", s.durationSeconds())
            .put("bitrate_kbps", s.bitrateKbps())
            .put("recording", s.recording().orElse(null))
            .put("thumbnail", s.thumbnail().orElse(null));
    ArrayNode tracks = json.putArray("tracks");
    s.tracks()
        .forEach(t ->
            tracks
                .addObject()
                .put("kind", t.kind())
                .put("codec", t.codec())
                .put("description", t.description()));
    return json.put("last_error", s.lastError().orElse(null));
  }
}
