package com.wavlake.ingest.server;

/**
 * How the outside reaches this server.
 *
 * @param http base URL without a slash at the end
 * @param rtmp OBS's server, {@code rtmp://host[:port]/live}
 */
public record PublicUrls(String http, String rtmp) {
  /** The relay. */
  public String relay() {
    return http.replaceFirst("^http", "ws") + "/relay";
  }

  /** Where a stream is watched. */
  public String hls(String streamId) {
    return http + "/live/" + streamId + ".m3u8";
  }
}
