package com.wavlake.ingest.hooks;

import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.LiveException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Looks at the playlist that another engine makes. May block. */
@FunctionalInterface
public interface PlaylistProbe {

  /** The last segment that it names; empty when there is no playlist, or none in it. */
  Optional<String> newest(String playlistUrl);

  /** Over HTTP; a multivariant playlist is followed to its last variant. */
  static PlaylistProbe http() {
    return new Http();
  }

  /**
   * Over HTTP. MediaMTX redirects, and opens a session for each look at a multivariant playlist.
   */
  final class Http implements PlaylistProbe {
    private static final int MOST_VARIANTS = 1000;

    private final WebClient web = WebClient.anywhere().following(); // the configuration names it
    private final Map<String, String> variants = new ConcurrentHashMap<>();

    private Http() {}

    @Override
    public Optional<String> newest(String url) {
      Optional<String> variant = Optional.ofNullable(variants.get(url));
      Optional<String> found = variant.flatMap(this::text).flatMap(Http::lastUri);
      if (found.isPresent()) {
        return found;
      }
      variants.remove(url);
      Optional<String> text = text(url);
      if (text.isEmpty() || !text.get().contains("#EXT-X-STREAM-INF")) {
        return text.flatMap(Http::lastUri);
      }
      Optional<String> next = lastUri(text.get()).flatMap(uri -> resolved(url, uri));
      if (variants.size() >= MOST_VARIANTS) {
        variants.clear(); // streams that are over
      }
      next.ifPresent(uri -> variants.put(url, uri));
      return next.flatMap(this::text).flatMap(Http::lastUri);
    }

    private Optional<String> text(String url) {
      try {
        return Optional.of(web.get(url, Map.of(), "*/*"));
      } catch (LiveException e) {
        return Optional.empty();
      }
    }

    private static Optional<String> resolved(String base, String uri) {
      try {
        return Optional.of(URI.create(base).resolve(uri).toString());
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    private static Optional<String> lastUri(String playlist) {
      return playlist
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .reduce((_, later) -> later);
    }
  }
}
