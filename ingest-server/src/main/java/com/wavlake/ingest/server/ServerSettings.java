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
 * @param records whether streams can be recorded
 * @param clients who stands behind which proxy
 * @param viewersBy how viewers are counted
 */
public record ServerSettings(
    String name,
    String version,
    PublicUrls urls,
    Set<PublicKey> allowedOwners,
    int maxStreams,
    int maxViewers,
    int maxStreamsPerOwner,
    boolean records,
    Clients clients,
    ViewersBy viewersBy) {
  /** Copies the set. */
  public ServerSettings {
    allowedOwners = Set.copyOf(allowedOwners);
  }
}
