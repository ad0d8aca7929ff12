package com.wavlake.cli.command;

import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.RelayState;
import com.wavlake.live.relay.StoredEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What commands that only listen need to know of relays. */
public final class Relays {
  /** Of one replaceable event; relays should keep one. */
  private static final int MOST_VERSIONS = 100;

  private Relays() {}

  /** Waits until one relay is connected; otherwise nobody would notice that none is. */
  public static void requireOne(RelayPool relays, Duration timeout) throws InterruptedException {
    CountDownLatch connected = new CountDownLatch(1);
    relays
        .connections()
        .forEach(c ->
            c.onState(state -> {
              if (state == RelayState.CONNECTED) {
                connected.countDown();
              }
            }));
    if (relays.connectedCount() == 0
        && !connected.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw unreachable(relays);
    }
  }

  /**
   * The newest version of something of one's own that is about to be replaced: what a relay has and
   * did not tell would be lost.
   *
   * @param what in words, for instance "mute list"
   * @param anyway whether what was told is enough
   */
  public static Optional<Event> beforeReplacing(
      RelayPool relays, EventAddress address, Duration timeout, String what, boolean anyway) {
    List<Event> versions = new ArrayList<>();
    List<String> unread =
        StoredEvents.read(relays, Filter.at(address), timeout, MOST_VERSIONS, versions::add)
            .stream()
            .filter(answer -> !answer.complete())
            .map(answer -> answer.relay() + " (" + Console.plain(answer.problem()) + ")")
            .toList();
    if (!unread.isEmpty() && !anyway) {
      throw new CliError(
          what.replace(' ', '_'),
          "your "
              + what
              + " could not be read from "
              + String.join(", ", unread)
              + ": what stands there would be overwritten",
          "try again later, or -y to go by what the other relays have");
    }
    return versions.stream().reduce((one, other) -> other.supersedes(one) ? other : one);
  }

  /** None of them can be asked. */
  public static CliError unreachable(RelayPool relays) {
    return new CliError(
        "unreachable",
        "no relay answers: " + String.join(", ", relays.urls()),
        "--timeout SECONDS waits longer");
  }
}
