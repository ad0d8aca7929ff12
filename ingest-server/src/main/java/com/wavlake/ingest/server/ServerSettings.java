package com.wavlake.ingest.server;

/**
 * What the routes need to know.
 *
 * @param name what this server calls itself
 * @param version of its software
 * @param urls how the outside reaches it
 * @param maxStreams encoders at a time
 * @param maxViewers viewers at a time
 * @param maxStreamsPerOwner streams of one owner that are not over
 * @param records whether streams can be recorded
 * @param clients who stands behind which proxy
 * @param viewersBy how viewers are counted
 * @param rates how often the API may be used
 */
public record ServerSettings(
    String name,
    String version,
    PublicUrls urls,
    int maxStreams,
    int maxViewers,
    int maxStreamsPerOwner,
    boolean records,
    Clients clients,
    ViewersBy viewersBy,
    Rates rates) {

  /**
   * How often the API may be used.
   *
   * @param creates streams a minute, of one key
   * @param changes a minute, of one address
   * @param reads a minute, of one address
   */
  public record Rates(int creates, int changes, int reads) {}
}
