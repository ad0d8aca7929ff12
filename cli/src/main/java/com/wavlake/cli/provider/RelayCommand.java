package com.wavlake.cli.provider;

import com.wavlake.cli.command.Group;
import com.wavlake.cli.command.Relays;
import com.wavlake.cli.command.Reports;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayConnection;
import com.wavlake.live.relay.RelayList;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk relay}: the relays of a profile, beside the provider's. */
@Command(
    name = "relay",
    description = "The relays to publish to and to read from, beside the provider's own.",
    subcommands = {
      RelayCommand.ListAll.class,
      RelayCommand.Add.class,
      RelayCommand.Remove.class,
      RelayTest.class
    })
public final class RelayCommand extends Group {
  static final int MAX_RELAYS = 16;

  /** One text for one relay, so that it is not there twice. */
  static String normal(String url) {
    try {
      return RelayConnection.normalUrl(url);
    } catch (LiveException e) {
      throw CliError.usage("URL: " + e.getMessage(), "for instance wss://relay.example");
    }
  }

  static boolean isProviders(Workspace workspace, String url) {
    return workspace.providerRelay().map(RelayCommand::normal).equals(Optional.of(url));
  }

  /** My relay list (NIP-65), as far as the relays that are known have it. */
  private static Optional<Event> published(RelayPool relays, PublicKey me, Duration timeout) {
    return relays.lookUp(new EventAddress(Kind.RELAY_LIST, me, "", List.of()), timeout);
  }

  @Command(
      name = "list",
      description = "Print the relays in use, best first, and where each comes from.",
      footer = {"", "Example: wlk relay list", "Example: wlk relay list --publish"})
  static final class ListAll extends WlkCommand {
    @Option(
        names = "--publish",
        description =
            "Publish them as your relay list (NIP-65, kind 10002); what stands in it already stays."
                + " Every relay in use must tell what it has, unless -y is given.")
    boolean publish;

    @Override
    public Integer call() {
      List<String> own = workspace().ownRelays();
      for (String url : workspace().relayUrls()) {
        String from =
            workspace().providerRelay().equals(Optional.of(url))
                ? "provider"
                : own.contains(url) ? "profile" : "command_line";
        String words = from.equals("profile") ? "" : "  from the " + from.replace('_', ' ');
        console()
            .data(Console.object().put("relay", url).put("from", from), url + Console.dim(words));
      }
      if (publish) {
        publish();
      }
      return ExitCode.OK;
    }

    private void publish() {
      try (Signer signer = workspace().signer();
          RelayPool relays = workspace().relays(List.of())) {
        Optional<Event> before =
            Relays.beforeReplacing(
                relays,
                new EventAddress(Kind.RELAY_LIST, signer.publicKey(), "", List.of()),
                globals().timeout(),
                "relay list",
                globals().yes());
        Optional<RelayList> kept = before.map(RelayList::parse);
        RelayList list =
            new RelayList(
                merged(kept.map(RelayList::write).orElse(List.of())),
                merged(kept.map(RelayList::read).orElse(List.of())));
        EventTemplate template = list.toTemplate(Instant.now());
        long later = Math.max(template.createdAt(), before.map(e -> e.createdAt() + 1).orElse(0L));
        PublishResult result =
            relays
                .publish(
                    signer.sign(
                        new EventTemplate(
                            later, template.kind(), template.tags(), template.content())),
                    globals().timeout())
                .requireAccepted(1);
        console().data(Reports.json(result), "published: " + Reports.sentence(result));
      }
    }

    private List<String> merged(List<String> before) {
      Set<String> urls = new LinkedHashSet<>();
      Stream.concat(before.stream(), workspace().relayUrls().stream())
          .map(RelayCommand::normal)
          .forEach(urls::add);
      return List.copyOf(urls);
    }
  }

  @Command(
      name = "add",
      description = "Use more relays, 16 at most; with --from-nip65 those of your relay list.",
      footer = {
        "",
        "Example: wlk relay add wss://relay.example wss://nos.example",
        "Example: wlk relay add --from-nip65"
      })
  static final class Add extends WlkCommand {
    @Parameters(arity = "0..*", paramLabel = "URL", description = "ws://host or wss://host.")
    List<String> urls = List.of();

    @Option(
        names = "--from-nip65",
        description = "Those that your relay list (kind 10002) names, as far as there is room.")
    boolean fromList;

    @Override
    public Integer call() {
      if (urls.isEmpty() && !fromList) {
        throw CliError.usage("URL: is missing", "wlk relay add wss://relay.example");
      }
      List<String> named = urls.stream().map(RelayCommand::normal).toList();
      List<String> own = new ArrayList<>(workspace().ownRelays());
      Set<String> added = new LinkedHashSet<>();
      for (String url : named) {
        if (own.contains(url) || isProviders(workspace(), url)) {
          tell(url, false, "is there already");
        } else {
          added.add(url);
        }
      }
      if (own.size() + added.size() > MAX_RELAYS) {
        throw new CliError(
            "too_many",
            "that would be " + (own.size() + added.size()) + " relays, over " + MAX_RELAYS,
            "wlk relay remove URL");
      }
      if (fromList) {
        listed().stream()
            .filter(url -> !own.contains(url) && !isProviders(workspace(), url))
            .limit(MAX_RELAYS - own.size() - added.size())
            .forEach(added::add);
      }
      own.addAll(added);
      workspace().ownRelays(own);
      added.forEach(url -> tell(url, true, "added"));
      return ExitCode.OK;
    }

    private List<String> listed() {
      try (RelayPool relays = workspace().relays(urls)) {
        RelayList list =
            published(relays, workspace().identities().publicKey(), globals().timeout())
                .map(RelayList::parse)
                .orElseThrow(() ->
                    new CliError(
                        "not_found",
                        "no relay has your relay list (kind 10002)",
                        "--relay wss://… asks another one"));
        return Stream.concat(list.write().stream(), list.read().stream())
            .map(RelayCommand::normal)
            .distinct()
            .toList();
      }
    }

    private void tell(String url, boolean added, String words) {
      console()
          .data(
              Console.object().put("relay", url).put("added", added),
              url + "  " + Console.dim(words));
    }
  }

  @Command(
      name = "remove",
      description = "Use relays no more.",
      footer = {"", "Example: wlk relay remove wss://relay.example"})
  static final class Remove extends WlkCommand {
    @Parameters(arity = "1..*", paramLabel = "URL", description = "As in 'wlk relay list'.")
    List<String> urls = List.of();

    @Override
    public Integer call() {
      List<String> own = new ArrayList<>(workspace().ownRelays());
      for (String url : urls.stream().map(RelayCommand::normal).toList()) {
        if (!own.remove(url)) {
          throw isProviders(workspace(), url)
              ? new CliError(
                  "provider_relay", url + " is the provider's own", "wlk provider use URL")
              : new CliError("not_found", url + " is not in use", "wlk relay list");
        }
      }
      workspace().ownRelays(own);
      urls.forEach(url ->
          console()
              .data(
                  Console.object().put("relay", normal(url)).put("removed", true),
                  normal(url) + "  " + Console.dim("removed")));
      return ExitCode.OK;
    }
  }
}
