package com.wavlake.cli.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Group;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.profile.Identities;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk identity}: the key that signs one's events; it never leaves this machine. */
@Command(
    name = "identity",
    description = "The key that signs your events. It never leaves this machine.",
    subcommands = {
      IdentityCommand.New.class,
      IdentityCommand.Import.class,
      IdentityCommand.Show.class
    })
public final class IdentityCommand extends Group {

  @Command(
      name = "new",
      description = "Make a new identity.",
      footer = {"", "Example: wlk identity new"})
  static final class New extends WlkCommand {
    @Option(
        names = "--plain-text",
        description = "Keep the key without a passphrase; who reads the file has it.")
    boolean plainText;

    @Override
    public Integer call() {
      try (SecretKey key = SecretKey.generate()) {
        workspace().identities().store(key, plainText);
        return show(this, key.publicKey());
      }
    }
  }

  @Command(
      name = "import",
      description =
          "Take over an identity: nsec, hex or ncryptsec, from a file or stdin; never as an argument.",
      footer = {"", "Example: wlk identity import - < key.txt"})
  static final class Import extends WlkCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = "Where the key is; '-' or nothing: stdin.")
    String file = "-";

    @Option(
        names = "--plain-text",
        description = "Keep the key without a passphrase; who reads the file has it.")
    boolean plainText;

    @Override
    public Integer call() {
      Identities identities = workspace().identities();
      try (SecretKey key = identities.parse(identities.importedSecret(file))) {
        identities.store(key, plainText);
        return show(this, key.publicKey());
      }
    }
  }

  @Command(
      name = "show",
      description = "Print the public key.",
      footer = {"", "Example: wlk identity show --json"})
  static final class Show extends WlkCommand {
    @Override
    public Integer call() {
      return show(this, workspace().identities().publicKey());
    }
  }

  private static int show(WlkCommand command, PublicKey key) {
    ObjectNode json = Console.object().put("npub", key.npub()).put("pubkey", key.hex());
    json.put("encrypted", command.workspace().identities().isEncrypted());
    command.console().data(json, key.npub());
    return ExitCode.OK;
  }
}
