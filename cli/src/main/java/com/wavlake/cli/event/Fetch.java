package com.wavlake.cli.event;

import com.wavlake.cli.command.Refs;
import com.wavlake.cli.command.Relays;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.relay.RelayPool;

/** One event from the relays. */
final class Fetch {
  private Fetch() {}

  /** The newest that {@code ref} names. */
  static Event one(WlkCommand command, String ref) throws InterruptedException {
    Refs.Place place = Refs.place(command.workspace(), ref);
    try (RelayPool relays = command.workspace().relays(place.relays())) {
      return relays.query(place.filter().limit(1), command.globals().timeout()).stream()
          .findFirst()
          .orElseThrow(() -> missing(relays, ref));
    }
  }

  private static CliError missing(RelayPool relays, String ref) {
    return relays.connectedCount() == 0
        ? Relays.unreachable(relays)
        : new CliError("not_found", "no relay has " + ref, "--relay wss://… asks another one");
  }
}
