package com.wavlake.cli.find;

import com.wavlake.cli.command.Relays;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Interrupts;
import com.wavlake.cli.shell.Terminals;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.discover.StreamBoard;
import com.wavlake.live.discover.StreamQuery;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.social.Profiles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wlk discover}: which streams there are. */
@Command(
    name = "discover",
    description = {
      "Print which streams there are on the relays in use: title, host, how many watch, since when, topics, and the"
          + " naddr that 'wlk watch' takes.",
      "Live streams not updated for an hour count as ended (NIP-53); planned ones whose time passed by over an hour"
          + " ago are left out. '?' behind a host: somebody else named them, without their proof. [reason] before a"
          + " title: a content warning. What your mute list hides is not shown.",
    },
    footer = {
      "",
      "Example: wlk discover --relay wss://relay.example",
      "Example: wlk discover --status all -t java --json",
      "Example: wlk discover --follows --watch"
    })
public final class DiscoverCommand extends WlkCommand {
  private static final int MAX_LIMIT = 500;

  private enum Which {
    LIVE,
    PLANNED,
    ENDED,
    ALL
  }

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      defaultValue = "live",
      description = "live (default), planned, ended (of the last 7 days) or all.")
  private Which status = Which.LIVE;

  @Option(
      names = {"-t", "--tag"},
      paramLabel = "TAG",
      description = "Only with one of these topics; repeatable.")
  List<String> tags = List.of();

  @Option(names = "--follows", description = "Only of people in your contact list (kind 3).")
  boolean follows;

  @Option(
      names = "--here",
      description = "Also what the provider lists, though no relay in use has it.")
  boolean here;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most this many; default ${DEFAULT-VALUE}. Not with --watch.")
  int limit = 50;

  @Option(
      names = "--watch",
      description = "Go on and print what changes, a line each, until Ctrl-C.")
  boolean watch;

  @Override
  public Integer call() throws InterruptedException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw CliError.usage("--limit: " + limit + " is not in 1 … " + MAX_LIMIT, "");
    }
    try (RelayPool relays = workspace().relays(List.of())) {
      console().status("asking " + relays.urls().size() + " relays");
      Relays.requireOne(relays, globals().timeout());
      StreamQuery query = query(relays);
      if (watch) {
        watch(relays, query);
      } else {
        list(relays, query);
      }
    } finally {
      console().status("");
    }
    return ExitCode.OK;
  }

  private StreamQuery query(RelayPool relays) {
    if (follows) {
      var _ = workspace().identities().publicKey(); // says how to get one
    }
    Mine mine = Mine.read(workspace().identities(), relays, globals().timeout());
    StreamQuery query =
        StreamQuery.of(statuses().toArray(Status[]::new))
            .about(
                tags.stream()
                    .map(tag -> tag.startsWith("#") ? tag.substring(1) : tag)
                    .collect(Collectors.toSet()))
            .without(mine.muted());
    return follows ? query.by(mine.followed()) : query;
  }

  private Set<Status> statuses() {
    return status == Which.ALL ? Set.of(Status.values()) : Set.of(Status.valueOf(status.name()));
  }

  private void list(RelayPool relays, StreamQuery query) {
    List<Row> found =
        StreamBoard.find(relays, query, globals().timeout()).stream()
            .flatMap(f -> f.status().map(s -> Row.of(f, s)).stream())
            .toList();
    List<Row> rows =
        Stream.concat(found.stream(), here ? listedHere(found, query).stream() : Stream.empty())
            .sorted(Comparator.comparingInt(DiscoverCommand::rank))
            .limit(limit)
            .toList();
    Set<PublicKey> hosts = rows.stream().map(Row::host).collect(Collectors.toSet());
    Listing listing =
        new Listing(Profiles.lookUp(relays, hosts, globals().timeout()), Instant.now());
    console().status("");
    if (console().isJson()) {
      rows.forEach(row -> console().raw(row.json(listing.name(row.host())).toString()));
    } else {
      listing.lines(rows, Terminals.columns()).forEach(console()::line);
    }
    if (rows.isEmpty()) {
      String which = status == Which.ALL ? "" : status.name().toLowerCase(Locale.ROOT) + " ";
      console().say("no " + which + "streams found on " + String.join(", ", relays.urls()));
    } else if (relays.connectedCount() < relays.urls().size()) {
      console().say(relays.connectedCount() + " of " + relays.urls().size() + " relays answered");
    }
  }

  /** The order of lists; the sort keeps what is within. */
  private static int rank(Row row) {
    return switch (row.status()) {
      case LIVE -> 0;
      case PLANNED -> 1;
      case ENDED -> 2;
    };
  }

  /** What the provider says in public, without what the relays have said already. */
  private List<Row> listedHere(List<Row> found, StreamQuery query) {
    Set<String> known = new HashSet<>();
    found.forEach(row -> known.add(row.address().coordinate()));
    List<String> hints = workspace().providerRelay().stream().toList();
    List<Row> rows = new ArrayList<>();
    try (KeySigner nobody = KeySigner.of(SecretKey.generate());
        ManagementClient client = workspace().client(nobody)) {
      if (query.statuses().contains(Status.LIVE)) {
        client.live().forEach(listing -> rows.add(Row.of(listing, hints)));
      }
      if (query.statuses().contains(Status.PLANNED)) {
        client.planned().forEach(listing -> rows.add(Row.of(listing, hints)));
      }
    }
    rows.removeIf(row ->
        known.contains(row.address().coordinate())
            || query.hosts().filter(hosts -> !hosts.contains(row.host())).isPresent()
            || query.muted().hides(row.host())
            || query.muted().hides(row.title())
            || !(query.topics().isEmpty()
                || row.topics().stream()
                    .anyMatch(t -> query.topics().contains(t.toLowerCase(Locale.ROOT)))));
    return rows;
  }

  private void watch(RelayPool relays, StreamQuery query) throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    Interrupts.onInterrupt(over::countDown);
    try (StreamBoard board = StreamBoard.open(relays, query)) {
      console().status("waiting for streams: Ctrl-C ends");
      new Changes(console(), relays).until(over, board);
    }
  }
}
