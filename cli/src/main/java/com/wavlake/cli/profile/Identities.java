package com.wavlake.cli.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Globals;
import com.wavlake.cli.shell.Prompt;
import com.wavlake.cli.shell.Terminals;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a profile: under a passphrase (NIP-49), or in plain text when that was asked for
 * by name.
 */
public final class Identities {
  private static final String FILE = "identity.json";
  private static final int MIN_PASSPHRASE = 8;
  private static final int MAX_SECRET_CHARACTERS = 4_096;

  private final Workspace workspace;
  private final Globals globals;
  private @Nullable SecretKey key;

  public Identities(Workspace workspace, Globals globals) {
    this.workspace = workspace;
    this.globals = globals;
  }

  /**
   * Who signs: {@code --sec-file}, {@code NOSTR_SECRET_KEY}, or the profile's identity. The caller
   * closes it.
   */
  public Signer signer() {
    return KeySigner.of(SecretKey.of(unlocked().exportBytes()));
  }

  /** The same, or a key that is nobody's: for what is public, but says more to its owner. */
  public Signer signerOrNobody() {
    return isGivenFromOutside() || exists() ? signer() : KeySigner.of(SecretKey.generate());
  }

  /** The same, if there is an identity and nobody has to be asked for its passphrase. */
  public Optional<Signer> signerAtHand() {
    if (key == null && (isGivenFromOutside() || exists())) {
      String secret = secret();
      boolean locked = secret.startsWith("ncryptsec1") && System.getenv("WLK_PASSPHRASE") == null;
      key = locked ? null : parse(secret);
    }
    return key == null ? Optional.empty() : Optional.of(signer());
  }

  /** Whose identity, without unlocking it where that can be avoided. */
  public PublicKey publicKey() {
    return isGivenFromOutside() || key != null
        ? unlocked().publicKey()
        : PublicKey.parse(stored().path("npub").asText());
  }

  private boolean isGivenFromOutside() {
    return globals.secFile().isPresent()
        || !System.getenv().getOrDefault("NOSTR_SECRET_KEY", "").isBlank();
  }

  /**
   * Unlocked once a run: stdin can be read only once, and a passphrase should be asked for only
   * once.
   */
  private SecretKey unlocked() {
    SecretKey known = key;
    if (known == null) {
      known = parse(secret());
      key = known;
    }
    return known;
  }

  private String secret() {
    Optional<String> file = globals.secFile();
    if (file.isPresent()) {
      return readSecret(file.get());
    }
    return isGivenFromOutside()
        ? System.getenv().getOrDefault("NOSTR_SECRET_KEY", "").strip()
        : stored().path("secret").asText();
  }

  public boolean exists() {
    return workspace.read(FILE).has("secret");
  }

  public boolean isEncrypted() {
    return workspace.read(FILE).path("secret").asText().startsWith("ncryptsec1");
  }

  /** Keeps a key; asks for a passphrase unless plain text is asked for. */
  public void store(SecretKey key, boolean plainText) {
    if (exists() && !globals.yes()) {
      throw new CliError(
          "identity_exists",
          "this profile has an identity already",
          "--profile NAME for another one, or -y to replace it");
    }
    String secret;
    if (plainText) {
      secret = key.nsec();
    } else {
      char[] passphrase = newPassphrase();
      secret = key.encrypt(passphrase);
      Arrays.fill(passphrase, ' ');
    }
    workspace.write(
        FILE, Console.object().put("npub", key.publicKey().npub()).put("secret", secret));
  }

  /** A secret to take over: typed on the terminal when nothing is piped in. */
  public String importedSecret(String source) {
    if (source.equals("-") && globals.mayAsk() && Terminals.isStdin()) {
      return Prompt.secret("Secret key (nsec, hex or ncryptsec): ")
          .map(String::new)
          .orElse("")
          .strip();
    }
    return readSecret(source);
  }

  /** A secret from a file or, for {@code -}, from stdin: the first line. */
  public static String readSecret(String source) {
    if (source.startsWith("nsec1")
        || source.startsWith("ncryptsec1")
        || source.matches("[0-9a-fA-F]{64}")) {
      throw CliError.usage(
          "a secret must not be an argument: others can see it",
          "put it into a file, or give it on stdin with '-'");
    }
    try {
      byte[] bytes =
          source.equals("-")
              ? System.in.readNBytes(MAX_SECRET_CHARACTERS)
              : Files.readAllBytes(Path.of(source));
      return new String(bytes, StandardCharsets.UTF_8).lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      throw new CliError("no_identity", ExitCode.LOCKED, source + ": cannot be read", "");
    }
  }

  public SecretKey parse(String secret) {
    if (secret.startsWith("ncryptsec1")) {
      char[] passphrase =
          passphrase("Passphrase: ")
              .orElseThrow(() ->
                  new CliError(
                      "locked",
                      ExitCode.LOCKED,
                      "the identity is locked by a passphrase",
                      "run it on a terminal, or set WLK_PASSPHRASE"));
      return SecretKey.decrypt(secret, passphrase);
    }
    return SecretKey.parse(secret);
  }

  private ObjectNode stored() {
    ObjectNode stored = workspace.read(FILE);
    if (!stored.has("secret")) {
      throw new CliError(
          "no_identity",
          ExitCode.LOCKED,
          "there is no identity to sign with",
          "wlk identity new, or wlk identity import");
    }
    return stored;
  }

  private char[] newPassphrase() {
    char[] first =
        passphrase("New passphrase: ")
            .orElseThrow(() ->
                new CliError(
                    "locked",
                    ExitCode.LOCKED,
                    "a passphrase is needed to keep the key",
                    "run it on a terminal, set WLK_PASSPHRASE, or --plain-text"));
    if (first.length < MIN_PASSPHRASE) {
      throw new CliError(
          "passphrase",
          "the passphrase has under " + MIN_PASSPHRASE + " characters",
          "choose a longer one");
    }
    if (System.getenv("WLK_PASSPHRASE") == null) {
      char[] second = passphrase("Once more: ").orElse(new char[0]);
      if (!Arrays.equals(first, second)) {
        throw new CliError("locked", ExitCode.LOCKED, "the two passphrases differ", "");
      }
    }
    return first;
  }

  private Optional<char[]> passphrase(String prompt) {
    String fromEnvironment = System.getenv("WLK_PASSPHRASE");
    if (fromEnvironment != null) {
      return Optional.of(fromEnvironment.toCharArray());
    }
    return globals.mayAsk() ? Prompt.secret(prompt) : Optional.empty();
  }
}
