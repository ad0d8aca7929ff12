package com.wavlake.cli.live;

import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.Words;
import com.wavlake.live.relay.RelayPool;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The last line of the terminal: what a glance should tell. Told by any thread, drawn by one of its
 * own, and only where there is a terminal.
 */
final class StatusLine implements AutoCloseable {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Console console;
  private final RelayPool relays;
  private final Thread drawer;

  private volatile String waitsFor = "";
  private volatile Optional<Instant> liveSince = Optional.empty();
  private volatile Optional<Integer> viewers = Optional.empty();
  private volatile int bitrateKbps;
  private volatile String trouble = "";

  StatusLine(Console console, RelayPool relays) {
    this.console = console;
    this.relays = relays;
    this.drawer = Thread.ofVirtual().name("status-line").unstarted(this::draw);
    if (console.showsStatus()) {
      drawer.start();
    }
  }

  void waitsFor(String words) {
    waitsFor = words;
  }

  void live(Instant since) {
    liveSince = Optional.of(since);
  }

  void viewers(int count) {
    viewers = Optional.of(count);
  }

  void bitrate(int kbps) {
    bitrateKbps = kbps;
  }

  /** What is wrong just now; empty when all is well again. */
  void trouble(String words) {
    trouble = words;
  }

  private void draw() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        console.status(text(Instant.now()));
        Thread.sleep(AGAIN);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  String text(Instant now) {
    String state =
        liveSince
            .map(since -> {
              long seconds = Math.max(0, Duration.between(since, now).toSeconds());
              return Console.red("●") + Console.bold(" LIVE ") + Words.clock(seconds);
            })
            .orElseGet(() -> "◌ " + waitsFor);
    StringBuilder line = new StringBuilder(state);
    if (!trouble.isEmpty()) {
      line.append("   ").append(Console.yellow(trouble));
    }
    viewers.ifPresent(count -> line.append("   ").append(Words.count(count, "viewer")));
    if (bitrateKbps > 0 && trouble.isEmpty()) {
      line.append(String.format("   %.1f Mb/s", bitrateKbps / 1_000.0));
    }
    int connected = relays.connectedCount();
    int all = relays.connections().size();
    line.append("   ")
        .append(
            connected == all
                ? Words.count(all, "relay")
                : Console.yellow(connected + " of " + Words.count(all, "relay")));
    return line.append(
            Console.dim(
                "   Ctrl-C " + (liveSince.isPresent() ? "ends the stream" : "stops waiting")))
        .toString();
  }

  @Override
  public void close() {
    drawer.interrupt();
    try {
      drawer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    console.status("");
  }
}
