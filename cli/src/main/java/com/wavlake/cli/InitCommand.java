package com.wavlake.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.obs.ObsOptions;
import com.wavlake.cli.profile.Identities;
import com.wavlake.cli.profile.Identities.Keep;
import com.wavlake.cli.provider.ProviderCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Prompt;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayConnection;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wlk init}: from nothing to ready. */
@Command(
    name = "init",
    description = {
      "Set up what going live needs: identity, provider, relays.",
      "Asks for what is not given and not there yet; where nobody can be asked, all of it has to be given. What is set up already stays."
    },
    footer = {
      "",
      "Example: wlk init",
      "Example: wlk init --provider https://live.example --new-identity alice --relay wss://nos.lol",
      "Example: wlk init --provider http://127.0.0.1:8080 --new-identity ci --plain-text --no-input"
    })
final class InitCommand extends WlkCommand {
  private static final String LOCAL = "http://127.0.0.1:8080";

  @Option(names = "--provider", paramLabel = "URL", description = "The ingest server.")
  @Nullable String provider;

  @Option(names = "--new-identity", paramLabel = "NAME", description = "Make an identity.")
  @Nullable String newIdentity;

  @Option(
      names = "--import",
      paramLabel = "FILE",
      description = "Take over the key in FILE ('-': stdin): nsec, hex, ncryptsec or bunker://.")
  @Nullable String importFrom;

  @Option(names = "--plain-text", description = "Keep the key without a passphrase.")
  boolean plainText;

  @Option(names = "--keyring", description = "Keep the key in the operating system's keyring.")
  boolean keyring;

  @Override
  public Integer call() {
    if (newIdentity != null && importFrom != null) {
      throw CliError.usage("--new-identity and --import: one of them", "");
    }
    if (plainText && keyring) {
      throw CliError.usage("--plain-text and --keyring: one of them", "");
    }
    checkRelays(globals().relays());
    identity();
    console().say("identity  " + workspace().identities().publicKey().npub());
    provider();
    relays();
    String npub = workspace().identities().publicKey().npub();
    String url = workspace().provider().orElseThrow();
    ObjectNode json = Console.object().put("npub", npub).put("provider", url);
    workspace().relayUrls().forEach(json.putArray("relays")::add);
    console()
        .data(
            json,
            () -> {
              console().line("identity  " + npub);
              console().line("provider  " + url);
              workspace().relayUrls().forEach(relay -> console().line("relay     " + relay));
            });
    console().say(Console.green("ready") + "     wlk live \"My title\"");
    if (ObsOptions.isSetUpHere()) {
      console().say("obs       its WebSocket server is on: wlk live \"My title\" --obs");
    }
    return ExitCode.OK;
  }

  private void identity() {
    Identities identities = workspace().identities();
    if (newIdentity != null) {
      boolean isThere =
          identities.all().stream()
              .anyMatch(i -> !i.name().isEmpty() && i.name().equals(newIdentity));
      if (isThere) {
        identities.use(newIdentity); // said again, as scripts do
      } else {
        make(newIdentity);
      }
    } else if (importFrom != null) {
      takeOver(importFrom);
    } else if (!identities.isThere()) {
      switch (choice()) {
        case "new" -> make("");
        case "import", "bunker" -> takeOver("-");
        default -> throw CliError.usage("new, import or bunker", "wlk init");
      }
    }
  }

  private String choice() {
    return ask("Identity: 'new', 'import' a key, or sign by a 'bunker'?", "new")
        .orElseThrow(() ->
            CliError.usage(
                "there is no identity, and nobody to ask", "--new-identity NAME or --import FILE"));
  }

  private void make(String name) {
    try (SecretKey key = SecretKey.generate()) {
      workspace().identities().store(key, name, keep());
    }
  }

  private void takeOver(String source) {
    Identities identities = workspace().identities();
    String secret =
        identities.importedSecret(source, "Secret key (nsec, hex, ncryptsec) or bunker://…: ");
    if (secret.startsWith("bunker:")) {
      console().say("bunker    is asked; agree there if it wants you to");
      var _ = identities.login(secret, "");
      return;
    }
    try (SecretKey key = identities.parse(secret)) {
      identities.store(key, "", keep());
    }
  }

  private Keep keep() {
    if (keyring) {
      return Keep.KEYRING;
    }
    return plainText ? Keep.PLAIN_TEXT : Keep.PASSPHRASE;
  }

  private void provider() {
    if (provider == null && workspace().provider().isPresent()) {
      return;
    }
    String url =
        Optional.ofNullable(provider)
            .or(() -> ask("Ingest server ('wlk serve' runs one here):", LOCAL))
            .orElseThrow(
                () -> CliError.usage("there is no provider, and nobody to ask", "--provider URL"));
    var _ = ProviderCommand.use(workspace(), url);
  }

  /** Those of the command line are kept; where somebody can be asked, more may be named. */
  private void relays() {
    Set<String> wanted = new LinkedHashSet<>(globals().relays());
    if (wanted.isEmpty() && workspace().ownRelays().isEmpty()) {
      String typed =
          ask("More relays beside the provider's (wss://…, empty for none):", "").orElse("");
      wanted.addAll(List.of(typed.split("[\\s,]+")));
      wanted.remove("");
    }
    checkRelays(wanted);
    if (!wanted.isEmpty()) {
      Set<String> all = new LinkedHashSet<>(workspace().ownRelays());
      wanted.forEach(url -> all.add(RelayConnection.normalUrl(url)));
      workspace().ownRelays(List.copyOf(all));
    }
  }

  private static void checkRelays(Collection<String> urls) {
    for (String url : urls) {
      if (!RelayConnection.isRelayUrl(url)) {
        throw CliError.usage("--relay: '" + url + "' is no relay", "like wss://relay.example");
      }
    }
  }

  private Optional<String> ask(String question, String proposed) {
    return globals().mayAsk() ? Prompt.line(question, proposed) : Optional.empty();
  }
}
