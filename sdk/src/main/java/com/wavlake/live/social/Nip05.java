package com.wavlake.live.social;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.ProfilePointer;
import com.wavlake.live.nostr.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses like {@code alice@example.com} for keys (NIP-05). Looking up blocks. */
public final class Nip05 {
  private static final Pattern FORM =
      Pattern.compile("(?:([a-z0-9._-]{1,64})@)?([a-z0-9.-]{1,253}(?::[0-9]{1,5})?)");

  private final WebClient web;
  private final String scheme;

  private Nip05(WebClient web, String scheme) {
    this.web = web;
    this.scheme = scheme;
  }

  /** Asks over https, and public addresses alone. */
  public static Nip05 standard() {
    return new Nip05(WebClient.publicOnly(), "https");
  }

  /** Asks over plain http: for servers on this machine, in tests. */
  public static Nip05 local() {
    return new Nip05(WebClient.anywhere(), "http");
  }

  /**
   * Whose address this is, with relays where they are found; empty when the domain knows no such
   * name.
   *
   * @param address {@code name@domain}, or {@code domain} alone for its {@code _}
   * @throws InvalidEvent when it has no such form, or the answer is malformed
   * @throws LiveException when the domain cannot be asked
   */
  public Optional<ProfilePointer> lookUp(String address) {
    Matcher parts = FORM.matcher(address.strip().toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      throw new InvalidEvent("nip05", address + ": expected name@domain");
    }
    String name = Optional.ofNullable(parts.group(1)).orElse("_");
    String url = scheme + "://" + parts.group(2) + "/.well-known/nostr.json";
    ObjectNode answer =
        Json.object(web.get(url, Map.of("name", name), "application/json"), "nostr.json");
    String hex = Json.text(answer.path("names"), name);
    if (hex.isEmpty()) {
      return Optional.empty();
    }
    if (hex.startsWith("npub")) {
      throw new InvalidEvent("nostr.json", "has an npub where NIP-05 asks for hex");
    }
    PublicKey key = PublicKey.parse(hex);
    List<String> relays = new ArrayList<>();
    for (JsonNode relay : answer.path("relays").path(hex)) {
      relays.add(relay.asText());
    }
    return Optional.of(new ProfilePointer(key, relays));
  }

  /** Whether the address that a profile claims is really theirs; false too when nobody answers. */
  public boolean verifies(Profile profile) {
    try {
      return profile
          .nip05()
          .flatMap(this::lookUp)
          .filter(found -> found.key().equals(profile.key()))
          .isPresent();
    } catch (LiveException unknown) {
      return false;
    }
  }
}
