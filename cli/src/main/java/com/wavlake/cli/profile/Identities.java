package com.wavlake.cli.profile;

import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Globals;
import com.wavlake.cli.shell.Prompt;
import com.wavlake.cli.shell.Terminals;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RemoteSession;
import com.wavlake.live.relay.RemoteSigner;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.signer.Signer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who signs: {@code --sec-file}, else {@code NOSTR_SECRET_KEY}, else the profile's identity in use.
 */
public final class Identities {
  private static final int MAX_SECRET_BYTES = 4_096;

  private final Globals globals;
  private final IdentityBook book;
  private final Passphrases passphrases;
  private final Bunkers bunkers;

  /**
   * What was given from outside, and what was unlocked: stdin can be read only once, and a
   * passphrase should be asked for only once.
   */
  private @Nullable String given;

  private @Nullable SecretKey key;

  Identities(Workspace workspace, Globals globals) {
    this.globals = globals;
    this.book = new IdentityBook(workspace);
    this.passphrases = new Passphrases(globals);
    this.bunkers = new Bunkers(workspace, globals);
  }

  /** An identity without its secret. */
  public record Summary(
      PublicKey key, String name, String kept, boolean isCurrent, boolean isEncrypted) {}

  /** The signer in force; the caller closes it. */
  public Signer signer() {
    Optional<String> outside = given();
    if (outside.isPresent()) {
      return outside.get().startsWith("bunker://")
          ? bunkers.again(outside.get())
          : KeySigner.of(copyOf(unlocked()));
    }
    Identity identity = require();
    return identity.kept() == Identity.Kept.BUNKER
        ? bunkers.resume(identity.secret())
        : KeySigner.of(copyOf(unlocked()));
  }

  /** The same, or a key that is nobody's: for what is public, but says more to its owner. */
  public Signer signerOrNobody() {
    return signerAtHand().orElseGet(() -> KeySigner.of(SecretKey.generate()));
  }

  /** The same, if there is an identity and nobody has to be asked for anything. */
  public Optional<Signer> signerAtHand() {
    if (key == null) {
      Optional<String> outside = given();
      boolean silent =
          outside.isPresent()
              ? !outside.get().startsWith("bunker://")
                  && (!outside.get().startsWith("ncryptsec1") || Passphrases.isAtHand())
              : book.current().filter(Identities::opensByItself).isPresent();
      if (!silent) {
        return Optional.empty();
      }
    }
    return Optional.of(signer());
  }

  private static boolean opensByItself(Identity identity) {
    return switch (identity.kept()) {
      case PLAIN_TEXT -> true;
      case PASSPHRASE -> Passphrases.isAtHand();
      case KEYRING, BUNKER -> false;
    };
  }

  /** Whose identity, without unlocking it where that can be avoided. */
  public PublicKey publicKey() {
    Optional<String> outside = given();
    if (outside.isEmpty()) {
      return require().key();
    }
    if (outside.get().startsWith("bunker://")) {
      return bunkers.userOf(outside.get());
    }
    return unlocked().publicKey();
  }

  /** Whether the profile has one. */
  public boolean exists() {
    return book.current().isPresent();
  }

  /** Whether something signs, kept or given from outside. */
  public boolean isThere() {
    return given().isPresent() || exists();
  }

  /** The identities that are kept. */
  public List<Summary> all() {
    Optional<PublicKey> current = book.current().map(Identity::key);
    return book.all().stream()
        .map(i ->
            new Summary(
                i.key(),
                i.name(),
                i.kept().wire(),
                current.equals(Optional.of(i.key())),
                i.kept() == Identity.Kept.PASSPHRASE))
        .toList();
  }

  /** How a new key is to be kept. */
  public enum Keep {
    /** Under a passphrase that is asked for. */
    PASSPHRASE,
    /** By the operating system. */
    KEYRING,
    /** As it is. */
    PLAIN_TEXT
  }

  /** Keeps a key, and uses it from now on. */
  public void store(SecretKey secret, String name, Keep how) {
    PublicKey npub = secret.publicKey();
    requireFree(name, npub);
    Identity identity =
        switch (how) {
          case PLAIN_TEXT -> new Identity(npub, name, Identity.Kept.PLAIN_TEXT, secret.nsec());
          case KEYRING -> {
            if (!Keyring.isThere()) {
              throw Keyring.failed("is not there: neither secret-tool nor security is in PATH");
            }
            Keyring.store(npub.npub(), secret.nsec());
            yield new Identity(npub, name, Identity.Kept.KEYRING, "");
          }
          case PASSPHRASE -> {
            char[] passphrase = passphrases.chosen();
            String encrypted = secret.encrypt(passphrase);
            Arrays.fill(passphrase, ' ');
            yield new Identity(npub, name, Identity.Kept.PASSPHRASE, encrypted);
          }
        };
    book.put(identity);
  }

  /**
   * Signs by a bunker from now on.
   *
   * @param uri {@code bunker://…}
   * @return whose events it signs
   */
  public PublicKey login(String uri, String name) {
    try (RemoteSigner signer = bunkers.connect(uri)) {
      RemoteSession session = signer.session();
      requireFree(name, session.user());
      book.put(new Identity(session.user(), name, Identity.Kept.BUNKER, session.exportJson()));
      return session.user();
    }
  }

  /** Uses another identity. */
  public void use(String nameOrNpub) {
    book.use(requireCalled(nameOrNpub).key());
  }

  /** Forgets an identity; one with a bunker is logged out there. */
  public void remove(String nameOrNpub) {
    Identity identity = requireCalled(nameOrNpub);
    switch (identity.kept()) {
      case BUNKER -> {
        try {
          bunkers.resume(identity.secret()).logout();
        } catch (LiveException e) {
          globals
              .console()
              .warn("the bunker was not told: " + Console.plain(String.valueOf(e.getMessage())));
        }
      }
      case KEYRING -> Keyring.remove(identity.key().npub());
      case PASSPHRASE, PLAIN_TEXT -> {}
    }
    book.remove(identity.key());
  }

  /** Whose key that is. */
  public PublicKey keyOf(String nameOrNpub) {
    return requireCalled(nameOrNpub).key();
  }

  /** The secret of the identity in use, to take it elsewhere. */
  public SecretKey exported() {
    boolean remote =
        given()
            .map(secret -> secret.startsWith("bunker://"))
            .orElseGet(() -> require().kept() == Identity.Kept.BUNKER);
    if (remote) {
      throw new CliError(
          "unsupported",
          "the key is with the bunker: it never was on this machine",
          "export it there");
    }
    return copyOf(unlocked());
  }

  /** A passphrase for a copy that leaves this machine. */
  public char[] newPassphrase() {
    return passphrases.chosen();
  }

  /** A secret to take over: typed on the terminal when nothing is piped in. */
  public String importedSecret(String source, String question) {
    if (source.equals("-") && Terminals.isStdin()) {
      if (!globals.mayAsk()) {
        throw CliError.usage("nothing comes in on stdin, and nobody may be asked", "name a FILE");
      }
      return Prompt.secret(question).map(String::new).orElse("").strip();
    }
    return readSecret(source);
  }

  /** A secret from a file or, for {@code -}, from stdin: the first line. */
  public static String readSecret(String source) {
    if (source.startsWith("nsec1")
        || source.startsWith("ncryptsec1")
        || source.startsWith("bunker:")
        || source.matches("[0-9a-fA-F]{64}")) {
      throw CliError.usage(
          "a secret must not be an argument: others can see it",
          "put it into a file, or give it on stdin with '-'");
    }
    try {
      if (source.equals("-")) {
        return firstLine(System.in);
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(source)))) {
        return firstLine(in);
      }
    } catch (IOException e) {
      throw new CliError("no_identity", ExitCode.LOCKED, source + ": cannot be read", "");
    }
  }

  /** No more than the line: what follows on stdin is the command's. */
  private static String firstLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int read = in.read();
        read >= 0 && read != '\n' && line.size() < MAX_SECRET_BYTES;
        read = in.read()) {
      line.write(read);
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }

  /** A secret key out of nsec, hex or ncryptsec. */
  public SecretKey parse(String secret) {
    return secret.startsWith("ncryptsec1")
        ? SecretKey.decrypt(secret, passphrases.known())
        : SecretKey.parse(secret);
  }

  private Optional<String> given() {
    if (given == null) {
      String environment = System.getenv().getOrDefault("NOSTR_SECRET_KEY", "").strip();
      given = globals.secFile().map(this::secretOf).orElse(environment);
    }
    return Optional.of(given).filter(secret -> !secret.isEmpty() || globals.secFile().isPresent());
  }

  /** Typed without being shown, where {@code -} is a terminal. */
  private String secretOf(String file) {
    if (file.equals("-") && Terminals.isStdin()) {
      return (globals.mayAsk() ? Prompt.secret("Secret key: ") : Optional.<char[]>empty())
          .map(String::new)
          .orElseThrow(() ->
              new CliError(
                  "no_identity", ExitCode.LOCKED, "no key comes in on stdin", "--sec-file FILE"))
          .strip();
    }
    return readSecret(file);
  }

  private SecretKey unlocked() {
    SecretKey known = key;
    if (known == null) {
      known = given().map(this::parse).orElseGet(() -> open(require()));
      key = known;
    }
    return known;
  }

  private SecretKey open(Identity identity) {
    return identity.kept() == Identity.Kept.KEYRING
        ? SecretKey.parse(
            Keyring.find(identity.key().npub())
                .orElseThrow(() -> Keyring.failed("does not have the key, or is locked")))
        : parse(identity.secret());
  }

  private Identity require() {
    return book.current()
        .orElseThrow(() ->
            new CliError(
                "no_identity",
                ExitCode.LOCKED,
                "there is no identity to sign with",
                "wlk identity new, or wlk identity import"));
  }

  private Identity requireCalled(String nameOrNpub) {
    return book.called(nameOrNpub)
        .orElseThrow(() ->
            new CliError(
                "no_identity",
                ExitCode.LOCKED,
                "there is no identity '" + nameOrNpub + "' in this profile",
                "wlk identity list"));
  }

  private void requireFree(String name, PublicKey key) {
    if (!name.isEmpty() && !name.matches("[\\p{L}\\p{N}._-]{1,64}")) {
      throw CliError.usage("NAME: up to 64 letters, digits, '.', '_' and '-'", "");
    }
    Optional<Identity> other =
        name.isEmpty() ? Optional.empty() : book.called(name).filter(i -> !i.key().equals(key));
    if (other.isPresent()) {
      throw new CliError(
          "identity_exists",
          "another identity of this profile is called '" + name + "'",
          "choose another name, or wlk identity remove " + name);
    }
  }

  private static SecretKey copyOf(SecretKey secret) {
    return SecretKey.of(secret.exportBytes());
  }
}
