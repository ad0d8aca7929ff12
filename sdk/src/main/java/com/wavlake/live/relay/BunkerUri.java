package com.wavlake.live.relay;

import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a remote signer is reached: {@code bunker://<key>?relay=…&secret=…} (NIP-46). The secret is
 * good for one connection; it is not shown by {@link #toString}.
 *
 * @param signer the remote signer's transport key, which need not be the user's
 * @param relays where it listens
 * @param secret to show once
 */
public record BunkerUri(PublicKey signer, List<String> relays, Optional<String> secret) {
  /** Copies the relays. */
  public BunkerUri {
    relays = List.copyOf(relays);
    if (relays.isEmpty()) {
      throw new InvalidEvent("bunker", "names no relay");
    }
  }

  /**
   * Reads a URI.
   *
   * @throws InvalidEvent when it is malformed; the message does not repeat it
   */
  public static BunkerUri parse(String text) {
    try {
      URI uri = URI.create(text.strip());
      if (!"bunker".equals(uri.getScheme()) || uri.getRawAuthority() == null) {
        throw new InvalidEvent("bunker", "expected bunker://<key>?relay=wss://…");
      }
      List<String> relays = new ArrayList<>();
      Optional<String> secret = Optional.empty();
      for (String part :
          Stream.ofNullable(uri.getRawQuery()).flatMap(q -> Stream.of(q.split("&", -1))).toList()) {
        int equals = part.indexOf('=');
        String name = part.substring(0, Math.max(0, equals));
        String value = URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8);
        if (name.equals("relay")) {
          relays.add(checkedRelay(value));
        } else if (name.equals("secret") && !value.isEmpty()) {
          secret = Optional.of(value);
        }
      }
      return new BunkerUri(PublicKey.parse(uri.getRawAuthority()), relays, secret);
    } catch (IllegalArgumentException e) {
      throw new InvalidEvent("bunker", "is no URI");
    }
  }

  private static String checkedRelay(String url) {
    if (!RelayConnection.isRelayUrl(url)) {
      throw new InvalidEvent("bunker", "relay " + url + ": expected wss://…");
    }
    return url;
  }

  @Override
  public String toString() {
    return "BunkerUri[signer=" + signer + ", relays=" + relays + "]";
  }
}
