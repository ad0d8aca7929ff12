package com.wavlake.ingest.web;

import java.net.URI;
import java.util.Optional;

/**
 * Whose pages they are, and where.
 *
 * @param name what the server calls itself
 * @param url its public base URL without a slash at the end; it may have a path
 * @param playback the origin of playlists, where that is another one
 */
public record Site(String name, String url, Optional<String> playback) {

  /** What stands before every path in a page; empty for a server at the root of its host. */
  public String base() {
    String path = URI.create(url).getRawPath();
    return path == null ? "" : path;
  }

  /** Whether it is reached within TLS: then pages connect to nothing else. */
  boolean isSecure() {
    return url.startsWith("https:");
  }

  /** Where a stream is watched. */
  public String watch(String streamId) {
    return url + "/w/" + streamId;
  }

  /** The player alone, for other sites. */
  public String embed(String streamId) {
    return url + "/embed/" + streamId;
  }
}
