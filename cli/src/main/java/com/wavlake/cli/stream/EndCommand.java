package com.wavlake.cli.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Reports;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.api.ApiException;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.broadcast.Broadcast;
import com.wavlake.live.broadcast.BroadcastSettings;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk end}: ends a stream, from any terminal. */
@Command(
    name = "end",
    description = "End a stream: at the provider, and on the relays.",
    footer = {"", "Example: wlk end current"})
public final class EndCommand extends WlkCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "REF",
      description = "naddr, stream id, or current (default).")
  String ref = "current";

  @Option(names = "--recording", paramLabel = "URL", description = "Where to watch it afterwards.")
  @Nullable String recording;

  @Override
  public Integer call() {
    EventAddress address = workspace().own(ref);
    boolean told = true;
    try (Signer signer = workspace().signer()) {
      try {
        endOnRelays(address, signer);
      } finally {
        // behind the event: a 'wlk live' that runs elsewhere then finds it ended, and need not do
        // it again
        if (workspace().provider().isPresent()) {
          told = stopAtProvider(address.identifier(), signer);
        }
      }
    }
    return told ? ExitCode.OK : ExitCode.FAILED;
  }

  private void endOnRelays(EventAddress address, Signer signer) {
    try (RelayPool relays = workspace().relays(address.relays())) {
      Optional<Event> newest = relays.newest(address, globals().timeout());
      if (newest.isEmpty()) {
        if (relays.connectedCount() == 0) {
          throw new CliError(
              "unreachable",
              "no relay answers: " + String.join(", ", relays.urls()),
              "wlk end again, once one does");
        }
        if (!isAtProvider(address.identifier(), signer)) {
          throw new CliError(
              "not_found",
              "neither the provider nor a relay knows " + address.identifier(),
              "wlk stream list");
        }
        console()
            .data(
                Console.object().putNull("ended_event_id"),
                "ended     no live event was published");
        return;
      }
      try (Broadcast broadcast =
          Broadcast.of(
              LiveStream.parse(newest.get()),
              relays,
              signer,
              BroadcastSettings.DEFAULT.lastWill(workspace().wills().of(address, relays.urls())))) {
        Optional<String> watch = recording(address.identifier(), signer);
        Optional<PublishResult> result =
            broadcast.end(edit -> {
              watch.ifPresent(edit::recording);
              return edit;
            });
        broadcast.detach();
        result.ifPresent(r -> r.requireAccepted(1));
        ObjectNode json = result.map(Reports::json).orElseGet(Console::object);
        json.put("ended_event_id", result.map(r -> r.event().id().hex()).orElse(null));
        console()
            .data(
                json, "ended     " + result.map(Reports::sentence).orElse("it was ended already"));
      }
    }
  }

  /** What was asked for, or else what the provider has. */
  private Optional<String> recording(String id, Signer signer) {
    if (recording != null || workspace().provider().isEmpty()) {
      return Optional.ofNullable(recording);
    }
    try (ManagementClient client = workspace().client(signer)) {
      return client.status(id).recording();
    } catch (LiveException e) {
      return Optional.empty(); // it is not that provider's, or it does not answer: stopping says so
    }
  }

  private boolean isAtProvider(String id, Signer signer) {
    if (workspace().provider().isEmpty()) {
      return false;
    }
    try (ManagementClient client = workspace().client(signer)) {
      var _ = client.get(id);
      return true;
    } catch (ApiException e) {
      return e.status() != 404; // then stopping says what is wrong
    }
  }

  /** Whether the provider knows; a stream that is not the provider's has nothing to stop. */
  private boolean stopAtProvider(String id, Signer signer) {
    try (ManagementClient client = workspace().client(signer)) {
      var status = client.stop(id);
      console().say("provider  " + status.status());
      return true;
    } catch (LiveException e) {
      if (e instanceof ApiException refusal && refusal.status() == 404) {
        return true;
      }
      console().warn("the provider was not told of the end: " + Console.plain(e.getMessage()));
      return false;
    }
  }
}
