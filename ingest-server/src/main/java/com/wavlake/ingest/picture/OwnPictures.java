package com.wavlake.ingest.picture;

import java.util.Optional;
import java.util.function.Function;

/**
 * The pictures that this server makes itself: live events name them, and they are not fetched from
 * ourselves.
 *
 * @param server this server's URL without a slash at the end: nothing of it is fetched
 * @param byPath what is served at a path, which begins with a slash
 */
public record OwnPictures(String server, Function<String, Optional<byte[]>> byPath) {
  boolean has(String url) {
    return url.startsWith(server + "/");
  }

  Optional<byte[]> get(String url) {
    return byPath.apply(url.substring(server.length()));
  }
}
