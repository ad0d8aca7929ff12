package com.wavlake.cli.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Reports;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.api.StreamEdit;
import com.wavlake.live.broadcast.Broadcast;
import com.wavlake.live.broadcast.BroadcastSettings;
import com.wavlake.live.broadcast.LastWill;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk stream edit}: at the provider and on the relays. */
@Command(
    name = "edit",
    description = {
      "Change what is said of a stream, at the provider and on the relays at once.",
      "What is not named stays as it is. A 'wlk live' that runs elsewhere goes on from there."
    },
    footer = {"", "Example: wlk stream edit --title \"Java night: Q&A\""})
final class EditCommand extends WlkCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "REF",
      description = "naddr, stream id, or current (default).")
  String ref = "current";

  @Option(names = "--title", paramLabel = "TEXT", description = "1 to 100 characters.")
  @Nullable String title;

  @Mixin Metadata metadata = new Metadata();

  @Option(names = "--chat", description = "With chat.")
  boolean chat;

  @Option(names = "--no-chat", description = "Without chat.")
  boolean noChat;

  @Override
  public Integer call() {
    metadata.goal().ifPresent(Goals::check);
    StreamEdit edit = metadata.toEdit();
    edit = title == null ? edit : edit.title(title);
    if (chat && noChat) {
      throw CliError.usage("--chat and --no-chat: one of them", "");
    }
    edit = chat || noChat ? edit.enableChat(chat) : edit;
    boolean onRelaysAlone = metadata.contentWarning != null || metadata.goal != null;
    if (edit.isEmpty() && !onRelaysAlone) {
      throw CliError.usage("nothing to change", "wlk stream edit --help");
    }
    EventAddress address = workspace().own(ref);
    try (Signer signer = workspace().signer();
        ManagementClient client = workspace().client(signer)) {
      StreamDetails stream =
          edit.isEmpty()
              ? client.get(address.identifier())
              : client.edit(address.identifier(), edit);
      Optional<PublishResult> published = publish(stream, address, client, signer);
      ObjectNode json = published.map(Reports::json).orElseGet(Console::object);
      json.put("stream_id", stream.streamId()).put("title", stream.title());
      console()
          .data(
              json,
              "edited    \""
                  + Console.plain(stream.title())
                  + "\"; "
                  + published.map(Reports::sentence).orElse("no live event is published yet"));
      return ExitCode.OK;
    }
  }

  private Optional<PublishResult> publish(
      StreamDetails stream, EventAddress address, ManagementClient client, Signer signer) {
    try (RelayPool relays = workspace().relays(address.relays())) {
      Optional<Event> newest = relays.newest(address, globals().timeout());
      if (newest.isEmpty()) {
        return Optional.empty();
      }
      BroadcastSettings settings =
          BroadcastSettings.DEFAULT
              .lastWill(LastWill.withProvider(client, stream.streamId()))
              .onProblem(problem -> console().warn(Console.plain(problem.getMessage())));
      Optional<String> goal =
          metadata
              .goal()
              .map(wanted -> Goals.event(wanted, stream.title(), address, relays, signer));
      try (Broadcast broadcast =
          Broadcast.of(LiveStream.parse(newest.get()), relays, signer, settings)) {
        PublishResult result = broadcast.edit(event -> applied(event, stream, goal));
        broadcast.detach(); // whoever runs it goes on
        return Optional.of(result.requireAccepted(1));
      }
    }
  }

  private LiveStream.Builder applied(
      LiveStream.Builder event, StreamDetails stream, Optional<String> goal) {
    if (title != null) {
      event.title(title).alt("Live stream: " + title);
    }
    if (metadata.category != null || metadata.tags != null) {
      List<String> tags = stream.tags();
      event.hashtags(Metadata.topics(stream.category(), tags));
    }
    goal.ifPresent(event::goal);
    return metadata.apply(event);
  }
}
