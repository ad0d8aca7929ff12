package com.wavlake.cli.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Group;
import com.wavlake.cli.command.WhereToWatch;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.signer.Signer;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk stream}: streams at the provider. */
@Command(
    name = "stream",
    description = "Your streams at the provider.",
    subcommands = {
      CreateCommand.class,
      StreamCommand.ListAll.class,
      StreamCommand.Show.class,
      EditCommand.class,
      DeleteCommand.class,
      StreamCommand.Key.class
    })
public final class StreamCommand extends Group {

  @Command(
      name = "list",
      description = "Print your streams, newest first.",
      footer = {"", "Example: wlk stream list --json"})
  public static final class ListAll extends WlkCommand {
    @Override
    public Integer call() {
      try (Signer signer = workspace().signer();
          ManagementClient client = workspace().client(signer)) {
        for (StreamDetails stream : client.list()) {
          console()
              .data(
                  json(stream),
                  String.format(
                      "%-36s  %-12s  %s",
                      stream.streamId(), stream.status(), Console.plain(stream.title())));
        }
        return ExitCode.OK;
      }
    }
  }

  @Command(
      name = "show",
      description = "Print one of your streams.",
      footer = {"", "Example: wlk stream show current"})
  public static final class Show extends WlkCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "REF",
        description = "naddr, stream id, or current (default).")
    String ref = "current";

    @Override
    public Integer call() {
      try (Signer signer = workspace().signer();
          ManagementClient client = workspace().client(signer)) {
        StreamDetails stream = workspace().stream(client, ref);
        String naddr = workspace().address(stream.streamId()).naddr();
        WhereToWatch watch =
            new WhereToWatch(stream.hlsPlayback(), WhereToWatch.page(client, naddr));
        ObjectNode json =
            json(stream).put("naddr", naddr).put("watch_url", watch.page().orElse(null));
        console()
            .data(
                json,
                () -> {
                  console().line("stream    " + stream.streamId());
                  console().line("naddr     " + naddr);
                  console().line("title     " + Console.plain(stream.title()));
                  console().line("category  " + Console.plain(stream.category()));
                  console().line("chat      " + (stream.enableChat() ? "on" : "off"));
                  console()
                      .line(
                          "status    " + stream.status() + ", encoder " + stream.connectionState());
                  console().line("server    " + stream.rtmpIngest());
                  watch.lines(10).forEach(console()::line);
                });
        return ExitCode.OK;
      }
    }
  }

  @Command(
      name = "key",
      description = "Print a stream's key, masked unless --reveal; or make a new one.",
      footer = {"", "Example: wlk stream key --reveal"})
  public static final class Key extends WlkCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "REF",
        description = "naddr, stream id, or current (default).")
    String ref = "current";

    @Option(names = "--rotate", description = "Make a new key; the old one stops at once.")
    boolean rotate;

    @Option(names = "--reveal", description = "Print it in full.")
    boolean reveal;

    @Override
    public Integer call() {
      String id = workspace().streamId(ref);
      StreamKey key;
      if (rotate) {
        try (Signer signer = workspace().signer();
            ManagementClient client = workspace().client(signer)) {
          key = client.rotateKey(id);
          workspace().keep(id, key);
        }
      } else {
        key = workspace().requireKey(id);
      }
      String shown = reveal ? key.reveal() : key.masked();
      console().data(Console.object().put("stream_id", id).put("stream_key", shown), shown);
      return ExitCode.OK;
    }
  }

  private static ObjectNode json(StreamDetails stream) {
    return Console.object()
        .put("stream_id", stream.streamId())
        .put("title", stream.title())
        .put("description", stream.description())
        .put("category", stream.category())
        .put("enable_chat", stream.enableChat())
        .put("status", stream.status())
        .put("connection_state", stream.connectionState())
        .put("rtmp_ingest", stream.rtmpIngest())
        .put("hls_playback", stream.hlsPlayback())
        .put("created_at", stream.createdAt().toString())
        .put("started_at", stream.startedAt().map(Instant::toString).orElse(null))
        .put("ended_at", stream.endedAt().map(Instant::toString).orElse(null));
  }
}
