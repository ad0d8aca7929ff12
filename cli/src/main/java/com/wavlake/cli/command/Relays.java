package com.wavlake.cli.command;

import com.wavlake.cli.shell.CliError;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.RelayState;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What commands that only listen need to know of relays. */
public final class Relays {
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

  /** None of them can be asked. */
  public static CliError unreachable(RelayPool relays) {
    return new CliError(
        "unreachable",
        "no relay answers: " + String.join(", ", relays.urls()),
        "--timeout SECONDS waits longer");
  }
}
