package com.wavlake.cli.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Reports;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Prompt;
import com.wavlake.live.api.ApiException;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import com.wavlake.live.social.Deletion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk stream delete}: at the provider and on the relays. */
@Command(
    name = "delete",
    description = {
      "Delete a stream: its media and record at the provider, and its live event on the relays (NIP-09).",
      "One that is on air is ended first with 'wlk end'. Relays may keep what they have."
    },
    footer = {"", "Example: wlk stream delete current -y"})
final class DeleteCommand extends WlkCommand {
  @Parameters(paramLabel = "REF", description = "naddr, stream id, or current.")
  String ref = "";

  @Option(names = "--keep-event", description = "Leave the live event on the relays.")
  boolean keepEvent;

  @Override
  public Integer call() {
    EventAddress address = workspace().own(ref);
    String id = address.identifier();
    try (Signer signer = workspace().signer()) {
      Prompt.requireYes(globals(), "Delete stream " + id + " with its media and chat?");
      boolean deleted = workspace().provider().isPresent() && deleteAtProvider(id, signer);
      Optional<PublishResult> published =
          keepEvent ? Optional.empty() : deleteOnRelays(address, signer);
      workspace().forget(id);
      ObjectNode json = published.map(Reports::json).orElseGet(Console::object);
      json.put("stream_id", id).put("deleted_at_provider", deleted);
      console()
          .data(
              json,
              "deleted   "
                  + (deleted ? "at the provider" : "nothing at the provider")
                  + published.map(r -> "; " + Reports.sentence(r)).orElse(""));
      boolean refused = published.filter(r -> r.acceptedCount() == 0).isPresent();
      return refused ? ExitCode.FAILED : ExitCode.OK;
    }
  }

  private boolean deleteAtProvider(String id, Signer signer) {
    try (ManagementClient client = workspace().client(signer)) {
      client.delete(id);
      return true;
    } catch (ApiException e) {
      if (e.status() == 404) {
        return false; // it may be another provider's, or gone
      }
      throw e;
    }
  }

  private Optional<PublishResult> deleteOnRelays(EventAddress address, Signer signer) {
    try (RelayPool relays = workspace().relays(address.relays())) {
      Optional<Event> newest = relays.newest(address, globals().timeout());
      return newest.map(event ->
          relays.publish(
              signer.sign(Deletion.of(List.of(event), "", Instant.now())), globals().timeout()));
    }
  }
}
