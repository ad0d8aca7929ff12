package com.wavlake.cli.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Group;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.profile.Identities;
import com.wavlake.cli.profile.Identities.Keep;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Prompt;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk identity}: the key that signs one's events; it never leaves this machine. */
@Command(
    name = "identity",
    description = "The key that signs your events. It never leaves this machine.",
    subcommands = {
      IdentityCommand.New.class,
      IdentityCommand.Import.class,
      IdentityCommand.Login.class,
      IdentityCommand.ListAll.class,
      IdentityCommand.Use.class,
      IdentityCommand.Show.class,
      IdentityCommand.Export.class,
      IdentityCommand.Remove.class
    },
    footer = {"", "Example: wlk identity new alice"})
public final class IdentityCommand extends Group {
  private static final String NAME = "What you call it; optional.";

  /** Where a key is kept. */
  static final class Keeping {
    @Option(
        names = "--keyring",
        description = "Keep it in the operating system's keyring: secret-tool, or macOS security.")
    boolean keyring;

    @Option(
        names = "--plain-text",
        description = "Keep it without a passphrase; who reads the file has it.")
    boolean plainText;
  }

  private static Keep keep(Keeping chosen) {
    if (chosen.keyring && chosen.plainText) {
      throw CliError.usage("--keyring and --plain-text: one of them", "");
    }
    if (chosen.keyring) {
      return Keep.KEYRING;
    }
    return chosen.plainText ? Keep.PLAIN_TEXT : Keep.PASSPHRASE;
  }

  @Command(
      name = "new",
      description = {
        "Make a new identity, and use it.",
        "The key is kept under a passphrase (NIP-49) that is asked for, or taken from WLK_PASSPHRASE."
      },
      footer = {"", "Example: wlk identity new alice"})
  static final class New extends WlkCommand {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = NAME)
    String name = "";

    @Mixin Keeping keeping = new Keeping();

    @Override
    public Integer call() {
      try (SecretKey key = SecretKey.generate()) {
        workspace().identities().store(key, name, keep(keeping));
        return show(this, key.publicKey());
      }
    }
  }

  @Command(
      name = "import",
      description = {
        "Take over an identity: nsec, hex or ncryptsec, from a file or stdin, and use it.",
        "Never as an argument: other users of the machine can see arguments."
      },
      footer = {
        "",
        "Example: wlk identity import - < key.txt",
        "Example: wlk identity import key.txt --name alice"
      })
  static final class Import extends WlkCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = "Where the key is; '-' or nothing: stdin.")
    String file = "-";

    @Option(names = "--name", paramLabel = "NAME", description = NAME)
    String name = "";

    @Mixin Keeping keeping = new Keeping();

    @Override
    public Integer call() {
      Identities identities = workspace().identities();
      String secret = identities.importedSecret(file, "Secret key (nsec, hex or ncryptsec): ");
      if (secret.startsWith("bunker:")) {
        throw CliError.usage("this is a bunker's address, and no key", "wlk identity login");
      }
      try (SecretKey key = identities.parse(secret)) {
        identities.store(key, name, keep(keeping));
        return show(this, key.publicKey());
      }
    }
  }

  @Command(
      name = "login",
      description = {
        "Sign by a bunker (NIP-46): your key stays there, and every event is asked for.",
        "Its bunker:// address is typed at the prompt, or read from FILE; it holds a secret."
      },
      footer = {"", "Example: wlk identity login", "Example: wlk identity login - < bunker.txt"})
  static final class Login extends WlkCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = "Where the address is; '-' or nothing: stdin.")
    String file = "-";

    @Option(names = "--name", paramLabel = "NAME", description = NAME)
    String name = "";

    @Override
    public Integer call() {
      Identities identities = workspace().identities();
      String uri = identities.importedSecret(file, "Bunker address (bunker://…): ");
      console().say("bunker    is asked; agree there if it wants you to");
      return show(this, identities.login(uri, name));
    }
  }

  @Command(
      name = "list",
      description = "Print the identities of this profile; * marks the one in use.",
      footer = {"", "Example: wlk identity list"})
  static final class ListAll extends WlkCommand {
    @Override
    public Integer call() {
      for (Identities.Summary i : workspace().identities().all()) {
        console()
            .data(
                json(i).put("current", i.isCurrent()),
                String.format(
                    "%s %s  %-10s  %s",
                    i.isCurrent() ? "*" : " ", i.key().npub(), i.kept(), i.name()));
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "use",
      description = "Sign with another identity of this profile from now on.",
      footer = {"", "Example: wlk identity use alice"})
  static final class Use extends WlkCommand {
    @Parameters(paramLabel = "NAME|NPUB", description = "As in 'wlk identity list'.")
    String who = "";

    @Override
    public Integer call() {
      workspace().identities().use(who);
      if (!System.getenv().getOrDefault("NOSTR_SECRET_KEY", "").isBlank()) {
        console().warn("NOSTR_SECRET_KEY is set, and signs in its place");
      }
      return show(this, workspace().identities().keyOf(who));
    }
  }

  @Command(
      name = "show",
      description = "Print the public key that signs; needs no passphrase.",
      footer = {"", "Example: wlk identity show --json"})
  static final class Show extends WlkCommand {
    @Override
    public Integer call() {
      return show(this, workspace().identities().publicKey());
    }
  }

  @Command(
      name = "export",
      description = {
        "Print the secret key, to take it elsewhere: as ncryptsec, under a passphrase (NIP-49).",
        "With --reveal as nsec: whoever sees it has your identity, for ever."
      },
      footer = {"", "Example: wlk identity export > alice.ncryptsec"})
  static final class Export extends WlkCommand {
    @Option(names = "--reveal", description = "As nsec, readable by anybody.")
    boolean reveal;

    @Override
    public Integer call() {
      Identities identities = workspace().identities();
      try (SecretKey key = identities.exported()) {
        String secret;
        if (reveal) {
          secret = key.nsec();
        } else {
          char[] passphrase = identities.newPassphrase();
          secret = key.encrypt(passphrase);
          Arrays.fill(passphrase, ' ');
        }
        ObjectNode json = Console.object().put("npub", key.publicKey().npub());
        console().data(json.put(reveal ? "nsec" : "ncryptsec", secret), secret);
        return ExitCode.OK;
      }
    }
  }

  @Command(
      name = "remove",
      description = {
        "Forget an identity. A key that is kept nowhere else is lost.",
        "One with a bunker is logged out there."
      },
      footer = {"", "Example: wlk identity remove alice"})
  static final class Remove extends WlkCommand {
    @Parameters(paramLabel = "NAME|NPUB", description = "As in 'wlk identity list'.")
    String who = "";

    @Override
    public Integer call() {
      PublicKey key = workspace().identities().keyOf(who);
      Prompt.requireYes(
          globals(), "Forget " + key.npub() + "? A key that is kept nowhere else is lost.");
      workspace().identities().remove(who);
      console().data(Console.object().put("removed", key.npub()), "removed " + key.npub());
      return ExitCode.OK;
    }
  }

  private static ObjectNode json(Identities.Summary i) {
    return Console.object()
        .put("npub", i.key().npub())
        .put("pubkey", i.key().hex())
        .put("name", i.name())
        .put("kept", i.kept())
        .put("encrypted", i.isEncrypted());
  }

  private static int show(WlkCommand command, PublicKey key) {
    Optional<Identities.Summary> kept =
        command.workspace().identities().all().stream()
            .filter(i -> i.key().equals(key))
            .findFirst();
    ObjectNode json =
        kept.map(IdentityCommand::json)
            .orElseGet(() ->
                Console.object()
                    .put("npub", key.npub())
                    .put("pubkey", key.hex())
                    .put("kept", "outside"));
    command.console().data(json, key.npub());
    return ExitCode.OK;
  }
}
