package com.wavlake.ingest.hooks;

import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.LiveException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** Looks at the playlist that another engine makes. May block. */
@FunctionalInterface
public interface PlaylistProbe {

  /** The last segment or part that it names; empty when there is no playlist, or none in it. */
  Optional<String> newest(String playlistUrl);

  /** Over HTTP; a multivariant playlist is followed to its first variant. */
  static PlaylistProbe http() {
    WebClient web = WebClient.anywhere(); // the configuration names it
    return url -> {
      try {
        String text = web.get(url, Map.of(), "*/*");
        Optional<String> variant =
            text.contains("#EXT-X-STREAM-INF") ? lastUri(text) : Optional.empty();
        return variant.isPresent()
            ? lastUri(web.get(URI.create(url).resolve(variant.get()).toString(), Map.of(), "*/*"))
            : lastUri(text);
      } catch (LiveException | IllegalArgumentException e) {
        return Optional.empty();
      }
    };
  }

  private static Optional<String> lastUri(String playlist) {
    return playlist
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .reduce((_, later) -> later);
  }
}
