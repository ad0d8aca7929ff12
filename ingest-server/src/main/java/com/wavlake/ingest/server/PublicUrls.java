package com.wavlake.ingest.server;

import java.util.Optional;

/**
 * How the outside reaches this server.
 *
 * @param http base URL without a slash at the end
 * @param rtmp OBS's server, {@code rtmp://host[:port]/live}
 * @param rtmps the same within TLS, where there is that
 * @param playback where another engine serves playlists, with {@code {id}} for the stream
 */
public record PublicUrls(
    String http, String rtmp, Optional<String> rtmps, Optional<String> playback) {
  /** The relay. */
  public String relay() {
    return http.replaceFirst("^http", "ws") + "/relay";
  }

  /** Where a recording is watched. */
  public String recording(String streamId) {
    return http + "/vod/" + streamId + ".m3u8";
  }

  /** A live stream's newest picture. */
  public String thumbnail(String streamId) {
    return http + "/thumb/" + streamId + ".jpg";
  }

  /** Where a stream is watched. */
  public String hls(String streamId) {
    return playback
        .map(template -> template.replace("{id}", streamId))
        .orElseGet(() -> http + "/live/" + streamId + ".m3u8");
  }
}
