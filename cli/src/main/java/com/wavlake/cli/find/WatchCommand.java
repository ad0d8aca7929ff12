package com.wavlake.cli.find;

import com.wavlake.cli.command.Refs;
import com.wavlake.cli.command.Relays;
import com.wavlake.cli.command.WhereToWatch;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.profile.Preference;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Strangers;
import com.wavlake.cli.shell.Terminals;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.discover.FoundStream;
import com.wavlake.live.discover.StreamBoard;
import com.wavlake.live.discover.StreamQuery;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.ProfilePointer;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import com.wavlake.live.social.Profiles;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk watch}: plays a stream. */
@Command(
    name = "watch",
    description = {
      "Play a stream, or its recording once it is over: with the first of mpv, ffplay, vlc and cvlc that is in PATH."
          + " Where there is none, or stdout is no terminal, print the URL.",
      "REF is an naddr, a nostr: link, a link to a viewer's page that ends with one, an npub (what they have live),"
          + " a stream id of yours, or current. Ctrl-C ends the player."
    },
    footer = {
      "",
      "Example: wlk watch https://zap.stream/naddr1…",
      "Example: wlk watch naddr1… --player 'mpv --fs {url}'",
      "Example: ffmpeg -i \"$(wlk watch naddr1… --url)\" -c copy copy.mp4"
    })
public final class WatchCommand extends WlkCommand {
  @Parameters(arity = "0..1", paramLabel = "REF", description = "Default: current.")
  String ref = "current";

  @Option(names = "--url", description = "Print the URL alone.")
  boolean urlOnly;

  @Option(
      names = "--player",
      paramLabel = "CMD",
      description =
          "Run this, without a shell: {url} in it is replaced, or the URL stands at its end.")
  @Nullable String player;

  @Option(
      names = "--open",
      description =
          "Open its page in the browser: the provider's, where it is yours and has pages, else"
              + " https://zap.stream.")
  boolean open;

  @Option(names = "--wait", description = "Wait until it is live.")
  boolean wait;

  private String hostName = "";

  @Override
  public Integer call() throws InterruptedException {
    if (Stream.of(urlOnly, player != null, open).filter(chosen -> chosen).count() > 1) {
      throw CliError.usage("--url, --player, --open: one of them at most", "wlk watch --help");
    }
    if (player != null) {
      var _ = Player.of(player, ""); // before anybody is asked
    }
    FoundStream found = find();
    Status status = found.status().orElseThrow(() -> over("it says no status: ", found));
    if (open) {
      Player.browser(page(found)).play();
      return ExitCode.OK;
    }
    String url = MediaUrl.of(found.stream(), status).orElseThrow(() -> unplayable(found, status));
    play(found, status, url);
    return ExitCode.OK;
  }

  private FoundStream find() throws InterruptedException {
    Optional<ProfilePointer> person = Refs.person(ref);
    EventAddress address = person.isPresent() ? null : Refs.stream(workspace(), ref);
    if (address != null && address.kind() != Kind.LIVE_STREAM) {
      throw CliError.usage("REF: kind " + address.kind() + " is no live stream", "");
    }
    try (RelayPool relays =
        workspace().relays(address == null ? person.orElseThrow().relays() : address.relays())) {
      console().status("looking for it on " + relays.urls().size() + " relays");
      Relays.requireOne(relays, globals().timeout());
      EventAddress named = address == null ? liveOf(relays, person.orElseThrow()) : address;
      FoundStream found =
          StreamBoard.newest(relays, named, globals().timeout())
              .orElseThrow(() ->
                  new CliError(
                      "not_found",
                      "no relay has " + named.coordinate(),
                      "--relay wss://… asks another one"));
      introduce(relays, found);
      return wait ? new Waiting(console(), relays).forLive(found) : found;
    } finally {
      console().status("");
    }
  }

  private EventAddress liveOf(RelayPool relays, ProfilePointer person) {
    StreamQuery query = StreamQuery.of(Status.LIVE).by(Set.of(person.key()));
    return StreamBoard.find(relays, query, globals().timeout()).stream()
        .findFirst()
        .map(FoundStream::address)
        .orElseThrow(() ->
            new CliError(
                "not_found",
                person.key().npub() + " has nothing live on these relays",
                "--relay wss://… asks another one"));
  }

  private void introduce(RelayPool relays, FoundStream found) {
    Listing listing =
        new Listing(
            Profiles.lookUp(relays, Set.of(found.host()), globals().timeout()), Instant.now());
    hostName = listing.name(found.host());
    console().status("");
    found
        .status()
        .map(status -> Row.of(found, status))
        .ifPresent(row -> {
          console().say(Console.bold(Strangers.text(Listing.title(row))));
          console().say("by " + Strangers.text(listing.host(row)) + ", " + listing.when(row));
        });
  }

  private void play(FoundStream found, Status status, String url) throws InterruptedException {
    if (console().isJson()) {
      console().raw(Row.of(found, status).json(hostName).put("url", url).toString());
      return;
    }
    Optional<Player> chosen =
        Optional.ofNullable(player)
            .map(command -> Player.of(command, url))
            .or(() ->
                urlOnly || !Terminals.isStdout()
                    ? Optional.empty()
                    : preferredPlayer()
                        .map(command -> Player.of(command, url))
                        .or(() -> Player.usual(url)));
    if (chosen.isPresent()) {
      console().say(Console.dim(url));
      chosen.get().play();
    } else {
      console().line(url);
    }
  }

  /** The player that the configuration names. */
  private Optional<String> preferredPlayer() {
    return workspace().preference(Preference.PLAYER);
  }

  /** A page of ours or of zap.stream: what the event says of its service, a stranger says. */
  private String page(FoundStream found) {
    String naddr = Row.of(found, found.status().orElseThrow()).naddr();
    return workspace()
        .provider()
        .filter(base -> found.stream().service().filter(base::equals).isPresent())
        .flatMap(_ -> pageOfOurs(naddr))
        .orElse("https://zap.stream/" + naddr);
  }

  private Optional<String> pageOfOurs(String naddr) {
    try (Signer signer = workspace().identities().signerOrNobody();
        ManagementClient client = workspace().client(signer)) {
      return WhereToWatch.page(client, naddr);
    }
  }

  private static CliError unplayable(FoundStream found, Status status) {
    return switch (status) {
      case LIVE -> over("there is no http(s) URL to play in it: ", found);
      case PLANNED -> {
        String when =
            found.stream()
                .starts()
                .map(at -> ": it starts at " + at + Waiting.untilThen(at, Instant.now()))
                .orElse("");
        yield new CliError("planned", "it is not live yet" + when, "--wait waits until it is live");
      }
      case ENDED -> {
        Duration silence =
            Duration.between(Instant.ofEpochSecond(found.event().createdAt()), Instant.now());
        String since =
            found.stream().status().equals(Optional.of(Status.LIVE))
                ? "nothing was heard of it for " + Listing.span(silence)
                : "it is over";
        yield new CliError("ended", since + ", and there is no recording", "wlk discover");
      }
    };
  }

  private static CliError over(String why, FoundStream found) {
    return new CliError("unplayable", why + found.address().coordinate(), "wlk event lint REF");
  }
}
