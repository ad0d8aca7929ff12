package com.wavlake.cli.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.nostr.PublicKey;
import java.util.Locale;

/**
 * Somebody that this profile can sign as.
 *
 * @param key whose signatures these are
 * @param name what its owner calls it; may be empty
 * @param kept how its secret is kept
 * @param secret ncryptsec, nsec, or the session with a bunker; empty when it is in the keyring
 */
record Identity(PublicKey key, String name, Kept kept, String secret) {

  /** How a secret is kept. */
  enum Kept {
    /** Under a passphrase (NIP-49). */
    PASSPHRASE,
    /** As it is, because that was asked for by name. */
    PLAIN_TEXT,
    /** By the operating system. */
    KEYRING,
    /** Elsewhere: a remote signer is asked (NIP-46). */
    BUNKER;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  boolean isCalled(String nameOrNpub) {
    return nameOrNpub.equals(key.npub())
        || nameOrNpub.equals(key.hex())
        || (!name.isEmpty() && nameOrNpub.equals(name));
  }

  ObjectNode toJson() {
    return Console.object()
        .put("npub", key.npub())
        .put("name", name)
        .put("kept", kept.wire())
        .put("secret", secret);
  }

  static Identity parse(JsonNode json) {
    String secret = json.path("secret").asText();
    String kept = json.path("kept").asText();
    return new Identity(
        PublicKey.parse(json.path("npub").asText()),
        json.path("name").asText(),
        kept.isEmpty() // as the first versions wrote it
            ? secret.startsWith("ncryptsec1") ? Kept.PASSPHRASE : Kept.PLAIN_TEXT
            : Kept.valueOf(kept.toUpperCase(Locale.ROOT)),
        secret);
  }

  @Override
  public String toString() {
    return "Identity[" + key.npub() + ", " + kept + "]";
  }
}
