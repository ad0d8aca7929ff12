package com.wavlake.ingest.relay;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who a client has shown to be (NIP-42): any number of keys, within reason. */
class Authentication {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int CHALLENGE_BYTES = 16;
  private static final int MAX_KEYS = 16;
  private static final Duration WINDOW = Duration.ofMinutes(10);

  /** This server itself: what it publishes its authors have given it to publish. */
  static final Authentication HOUSE =
      new Authentication() {
        @Override
        boolean has(PublicKey key) {
          return true;
        }
      };

  private final String challenge;
  private final Set<PublicKey> shown = ConcurrentHashMap.newKeySet();

  Authentication() {
    byte[] random = new byte[CHALLENGE_BYTES];
    RANDOM.nextBytes(random);
    challenge = HexFormat.of().formatHex(random);
  }

  String challenge() {
    return challenge;
  }

  boolean has(PublicKey key) {
    return shown.contains(key);
  }

  boolean hasAny() {
    return !shown.isEmpty();
  }

  /** Takes an answer to the challenge, or says what is wrong with it. */
  Optional<String> take(Event answer, String relayUrl, Instant now) {
    if (answer.kind() != Kind.RELAY_AUTH) {
      return Optional.of("invalid: kind " + answer.kind() + " is not " + Kind.RELAY_AUTH);
    }
    if (!answer.verify()) {
      return Optional.of("invalid: id or signature is wrong");
    }
    if (Math.abs(answer.createdAt() - now.getEpochSecond()) > WINDOW.toSeconds()) {
      return Optional.of("invalid: created_at is over " + WINDOW.toMinutes() + " minutes away");
    }
    if (!isSame(answer.tag("challenge").map(Tag::value).orElse(""))) {
      return Optional.of("invalid: that is not this connection's challenge");
    }
    if (!normal(answer.tag("relay").map(Tag::value).orElse("")).equals(normal(relayUrl))) {
      return Optional.of("invalid: it is made out to another relay than " + relayUrl);
    }
    if (shown.size() >= MAX_KEYS && !shown.contains(answer.author())) {
      return Optional.of("restricted: over " + MAX_KEYS + " keys on one connection");
    }
    shown.add(answer.author());
    return Optional.empty();
  }

  private boolean isSame(String text) {
    return MessageDigest.isEqual(
        text.getBytes(StandardCharsets.UTF_8), challenge.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code WSS://Relay.example:443/} and {@code wss://relay.example} are one relay. */
  private static String normal(String url) {
    try {
      URI uri = URI.create(url.strip());
      if (uri.getScheme() == null || uri.getHost() == null) {
        return url;
      }
      String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      int usual = scheme.equals("wss") ? 443 : 80;
      int port = uri.getPort() < 0 ? usual : uri.getPort();
      String path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("/+$", "");
      return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port + path;
    } catch (IllegalArgumentException e) {
      return url;
    }
  }
}
