package com.wavlake.ingest.server;

import com.wavlake.live.nostr.PublicKey;
import java.util.Set;

/**
 * What the routes need to know.
 *
 * @param name what this server calls itself
 * @param version of its software
 * @param urls how the outside reaches it
 * @param allowedOwners who may create streams; empty for everybody
 * @param maxStreams encoders at a time
 * @param maxViewers viewers at a time
 * @param maxStreamsPerOwner streams of one owner that are not over
 */
public record ServerSettings(
    String name,
    String version,
    PublicUrls urls,
    Set<PublicKey> allowedOwners,
    int maxStreams,
    int maxViewers,
    int maxStreamsPerOwner) {
  /** Copies the set. */
  public ServerSettings {
    allowedOwners = Set.copyOf(allowedOwners);
  }
}
