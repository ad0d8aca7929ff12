package com.wavlake.cli.find;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.discover.FoundStream;
import com.wavlake.live.discover.StreamBoard;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.social.Profile;
import com.wavlake.live.social.Profiles;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says once a second what has changed on a board: silence ends a stream, too. */
final class Changes {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());
  private static final int MAX_NAMES = 5_000;
  private static final Duration NAME_PATIENCE = Duration.ofSeconds(3);

  private final Console console;
  private final RelayPool relays;
  private final Map<PublicKey, Profile> names = new HashMap<>();
  private Map<String, Row> shown = new LinkedHashMap<>();

  Changes(Console console, RelayPool relays) {
    this.console = console;
    this.relays = relays;
  }

  void until(CountDownLatch over, StreamBoard board) throws InterruptedException {
    do {
      show(board.streams(Instant.now()));
    } while (!over.await(1, TimeUnit.SECONDS));
  }

  private void show(List<FoundStream> streams) {
    Map<String, Row> now = new LinkedHashMap<>();
    streams.forEach(found ->
        found
            .status()
            .ifPresent(status -> now.put(found.address().coordinate(), Row.of(found, status))));
    learnNames(now);
    shown.forEach((coordinate, row) -> {
      if (!now.containsKey(coordinate)) {
        tell("gone", row);
      }
    });
    now.forEach((coordinate, row) -> {
      Row before = shown.get(coordinate);
      if (before == null) {
        tell("found", row);
      } else if (console.isJson() ? !row.equals(before) : !row.saysTheSameAs(before)) {
        tell("changed", row);
      }
    });
    shown = now;
  }

  private void learnNames(Map<String, Row> rows) {
    List<PublicKey> strangers =
        rows.values().stream()
            .map(Row::host)
            .distinct()
            .filter(h -> !names.containsKey(h))
            .toList();
    if (!strangers.isEmpty()) {
      if (names.size() + strangers.size() > MAX_NAMES) {
        names.clear();
      }
      names.putAll(Profiles.lookUp(relays, strangers, NAME_PATIENCE));
    }
  }

  private void tell(String what, Row row) {
    Listing listing = new Listing(names, Instant.now());
    ObjectNode json = Console.object().put("event", what);
    json.setAll(row.json(listing.name(row.host())));
    String state = what.equals("gone") ? what : row.status().tagValue();
    console.data(
        json,
        Console.dim(TIME.format(Instant.now()))
            + "  "
            + String.format("%-7s", state)
            + "  "
            + listing.line(row));
  }
}
