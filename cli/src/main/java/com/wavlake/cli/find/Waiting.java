package com.wavlake.cli.find;

import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Interrupts;
import com.wavlake.live.discover.FoundStream;
import com.wavlake.live.discover.StreamBoard;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.relay.RelayPool;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for a planned stream to be live, with a countdown on a terminal. */
record Waiting(Console console, RelayPool relays) {

  /** The stream once it is live, or as it is when there is nothing to wait for. */
  FoundStream forLive(FoundStream found) throws InterruptedException {
    if (!found.status().equals(Optional.of(Status.PLANNED))) {
      return found;
    }
    CountDownLatch interrupted = new CountDownLatch(1);
    Interrupts.onInterrupt(interrupted::countDown);
    try (StreamBoard board = StreamBoard.open(relays, found.address())) {
      FoundStream newest = found;
      while (newest.status().equals(Optional.of(Status.PLANNED))) {
        Instant now = Instant.now();
        console.status(
            "waiting until it is live"
                + newest.stream().starts().map(at -> untilThen(at, now)).orElse(""));
        if (interrupted.await(1, TimeUnit.SECONDS)) {
          throw new CliError(
              "interrupted", ExitCode.INTERRUPTED, "interrupted before it was live", "");
        }
        newest = board.stream(found.address(), Instant.now()).orElse(newest);
      }
      return newest;
    } finally {
      console.status("");
    }
  }

  static String untilThen(Instant at, Instant now) {
    long seconds = Duration.between(now, at).toSeconds();
    if (seconds <= 0) {
      return ", it is late";
    }
    return seconds >= 86_400
        ? ", in " + Listing.span(Duration.ofSeconds(seconds))
        : String.format(", in %02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
