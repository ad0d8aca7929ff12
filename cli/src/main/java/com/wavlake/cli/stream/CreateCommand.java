package com.wavlake.cli.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Reports;
import com.wavlake.cli.command.WhereToWatch;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.profile.Preference;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.ProviderInfo;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.broadcast.Broadcast;
import com.wavlake.live.broadcast.BroadcastSettings;
import com.wavlake.live.broadcast.StreamDraft;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code wlk stream create}. */
@Command(
    name = "create",
    description = {
      "Create a stream and publish it as planned.",
      "--json prints the server's answer, with the key."
    },
    footer = {
      "",
      "Example: wlk stream create --title \"Java night\" --category talk",
      "Example: wlk stream create --title \"Java night\" --starts 2026-12-01T20:00 --goal 50000"
    })
final class CreateCommand extends WlkCommand {
  @Option(
      names = "--title",
      required = true,
      paramLabel = "TEXT",
      description = "1 to 100 characters.")
  String title = "";

  @Mixin Metadata metadata = new Metadata();

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
    metadata.goal().ifPresent(Goals::check);
    if (noPublish && (metadata.goal().isPresent() || metadata.contentWarning != null)) {
      throw CliError.usage(
          "--goal and --content-warning are for what is published: not with --no-publish", "");
    }
    CreateStream request = request();
    try (Signer signer = workspace().signer();
        ManagementClient client = workspace().client(signer)) {
      String ended = reuseKeyOf == null ? "" : workspace().streamId(reuseKeyOf);
      CreatedStream created = client.create(ended.isEmpty() ? request : request.reuseKeyOf(ended));
      Optional<StreamKey> key = created.streamKey().or(() -> workspace().key(ended));
      workspace().remember(created.streamId(), key);
      ProviderInfo provider = workspace().learn(client);
      if (!noPublish) {
        plan(client.get(created.streamId()), provider.apiUrl(), signer);
      }
      print(created, key, provider);
      return ExitCode.OK;
    }
  }

  private CreateStream request() {
    CreateStream request =
        CreateStream.titled(title)
            .description(Optional.ofNullable(metadata.summary).orElse(""))
            .category(
                Optional.ofNullable(metadata.category)
                    .or(() -> workspace().preference(Preference.CATEGORY))
                    .orElse("other"))
            .enableChat(!noChat)
            .record(record)
            .tags(Optional.ofNullable(metadata.tags).orElse(List.of()));
    if (metadata.image != null) {
      request = request.image(Metadata.webUrl(metadata.image));
    }
    return metadata.startsAt().map(request::starts).orElse(request);
  }

  private void plan(StreamDetails details, String api, Signer signer) {
    try (RelayPool relays = workspace().relays(List.of())) {
      LiveStream draft = StreamDraft.of(details, api, relays.urls(), signer.publicKey());
      EventAddress address = draft.addressBy(signer.publicKey());
      LiveStream.Builder event = metadata.apply(draft.toBuilder());
      metadata
          .goal()
          .ifPresent(wanted -> event.goal(Goals.event(wanted, title, address, relays, signer)));
      try (Broadcast broadcast =
          Broadcast.of(event.build(), relays, signer, BroadcastSettings.DEFAULT)) {
        Reports.published(console(), "planned", broadcast.plan());
        broadcast.detach(); // leaves it planned
      }
    }
  }

  private void print(CreatedStream created, Optional<StreamKey> key, ProviderInfo provider) {
    String naddr = workspace().address(created.streamId()).naddr();
    WhereToWatch watch = WhereToWatch.at(provider, naddr, created.hlsPlayback());
    ObjectNode json =
        Console.object()
            .put("stream_id", created.streamId())
            .put("stream_key", key.map(StreamKey::reveal).orElse(null))
            .put("rtmp_ingest", created.rtmpIngest())
            .put("hls_playback", watch.hls())
            .put("naddr", naddr)
            .put("watch_url", watch.page().orElse(null));
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
              watch.lines(9).forEach(console()::line);
            });
  }
}
