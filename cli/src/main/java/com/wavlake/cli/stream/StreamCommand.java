package com.wavlake.cli.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Group;
import com.wavlake.cli.command.Reports;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.broadcast.Broadcast;
import com.wavlake.live.broadcast.BroadcastSettings;
import com.wavlake.live.broadcast.StreamDraft;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk stream}: streams at the provider. */
@Command(
    name = "stream",
    description = "Your streams at the provider.",
    subcommands = {
      StreamCommand.Create.class,
      StreamCommand.ListAll.class,
      StreamCommand.Show.class,
      StreamCommand.Key.class
    })
public final class StreamCommand extends Group {

  @Command(
      name = "create",
      description = "Create a stream and publish it as planned.",
      footer = {"", "Example: wlk stream create --title \"Java night\" --category talk"})
  public static final class Create extends WlkCommand {
    @Option(
        names = "--title",
        required = true,
        paramLabel = "TEXT",
        description = "1 to 100 characters.")
    String title = "";

    @Option(
        names = "--summary",
        paramLabel = "TEXT",
        description = "What it is about, up to 500 characters.")
    String summary = "";

    @Option(
        names = "--category",
        paramLabel = "WORD",
        defaultValue = "other",
        description = "Its topic; default ${DEFAULT-VALUE}.")
    String category = "other";

    @Option(names = "--image", paramLabel = "URL", description = "Its picture.")
    @Nullable String image;

    @Option(names = "-t", paramLabel = "TAG", description = "Another topic; repeatable.")
    List<String> tags = List.of();

    @Option(
        names = "--starts",
        paramLabel = "TIME",
        description = "When it is planned for, like 2026-01-31T20:00:00Z.")
    @Nullable String starts;

    @Option(names = "--no-chat", description = "Without chat.")
    boolean noChat;

    @Option(names = "--record", description = "Record it, where the provider leaves that to you.")
    boolean record;

    @Option(
        names = "--reuse-key-of",
        paramLabel = "REF",
        description = "Move the key of an ended stream here: OBS stays as it is.")
    @Nullable String reuseKeyOf;

    @Option(names = "--no-publish", description = "Publish nothing yet.")
    boolean noPublish;

    @Option(names = "--reveal", description = "Print the key in full.")
    boolean reveal;

    @Override
    public Integer call() {
      CreateStream request =
          CreateStream.titled(title)
              .description(summary)
              .category(category)
              .enableChat(!noChat)
              .record(record)
              .tags(tags);
      if (image != null) {
        request = request.image(image);
      }
      if (starts != null) {
        request = request.starts(time(starts));
      }
      try (Signer signer = workspace().signer();
          ManagementClient client = workspace().client(signer)) {
        String ended = reuseKeyOf == null ? "" : workspace().streamId(reuseKeyOf);
        CreatedStream created =
            client.create(ended.isEmpty() ? request : request.reuseKeyOf(ended));
        Optional<StreamKey> key = created.streamKey().or(() -> workspace().key(ended));
        workspace().remember(created.streamId(), key);
        String api = workspace().learn(client).apiUrl();
        if (!noPublish) {
          plan(client.get(created.streamId()), api, signer);
        }
        print(created, key);
        return ExitCode.OK;
      }
    }

    private void plan(StreamDetails details, String api, Signer signer) {
      try (RelayPool relays = workspace().relays(List.of());
          Broadcast broadcast =
              Broadcast.of(
                  StreamDraft.of(details, api, relays.urls(), signer.publicKey()),
                  relays,
                  signer,
                  BroadcastSettings.DEFAULT)) {
        Reports.published(console(), "planned", broadcast.plan());
        broadcast.detach(); // leaves it planned
      }
    }

    private void print(CreatedStream created, Optional<StreamKey> key) {
      String naddr = workspace().address(created.streamId()).naddr();
      ObjectNode json =
          Console.object()
              .put("stream_id", created.streamId())
              .put("stream_key", key.map(StreamKey::reveal).orElse(null))
              .put("rtmp_ingest", created.rtmpIngest())
              .put("hls_playback", created.hlsPlayback())
              .put("naddr", naddr);
      console()
          .data(
              json,
              () -> {
                console().line("stream   " + created.streamId());
                console().line("naddr    " + naddr);
                console().line("server   " + created.rtmpIngest());
                console()
                    .line(
                        "key      "
                            + key.map(k -> reveal ? k.reveal() : k.masked()).orElse("(as before)"));
                console().line("watch    " + created.hlsPlayback());
              });
    }
  }

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
        ObjectNode json = json(stream).put("naddr", naddr);
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
                  console().line("watch     " + stream.hlsPlayback());
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
          workspace().remember(id, Optional.of(key));
        }
      } else {
        key = workspace().requireKey(id);
      }
      String shown = reveal ? key.reveal() : key.masked();
      console().data(Console.object().put("stream_id", id).put("stream_key", shown), shown);
      return ExitCode.OK;
    }
  }

  public static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw CliError.usage(
          "--starts: '" + text + "' is no time",
          "like 2026-01-31T20:00:00Z or 2026-01-31T21:00:00+01:00");
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
