package com.wavlake.cli.find;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a stream plays. A stranger wrote it, and a program gets it as an argument: it has to be
 * http(s), with a host, and nothing that an option or a shell begins with.
 */
final class MediaUrl {
  private static final int MAX_CHARACTERS = 2_048;

  private MediaUrl() {}

  /** Live: the first HLS URL, else the first; ended: the recording. */
  static Optional<String> of(LiveStream stream, Status status) {
    return switch (status) {
      case LIVE ->
          safe(stream.streaming().stream())
              .min(Comparator.comparing(url -> !URI.create(url).getPath().contains(".m3u8")));
      case ENDED -> safe(stream.recording().stream()).findFirst();
      case PLANNED -> Optional.empty();
    };
  }

  private static Stream<String> safe(Stream<String> urls) {
    return urls.filter(MediaUrl::isSafe);
  }

  static boolean isSafe(String url) {
    if (url.length() > MAX_CHARACTERS) {
      return false;
    }
    try {
      URI parsed = new URI(url); // which refuses spaces, quotes and control characters
      String scheme = parsed.getScheme();
      return ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
          && parsed.getHost() != null
          && parsed.getPath() != null
          && url.chars().noneMatch(c -> c > 0x7e);
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
