package com.wavlake.live.api;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One stream of a provider, planned, live or over, as everybody may see it.
 *
 * @param streamId its id
 * @param naddr its address (NIP-19)
 * @param streamer whose
 * @param title its title
 * @param description a few words more; may be empty
 * @param category its topic
 * @param tags further topics
 * @param image the picture's URL that its streamer chose
 * @param thumbnail URL of how it looks just now, where the provider makes such pictures
 * @param enableChat whether the provider's relay takes chat for it
 * @param status created, live, reconnecting, ended or error
 * @param connectionState disconnected, connecting, connected, reconnecting, failed or ended
 * @param playable whether there is something to watch now, at {@code hlsPlayback}
 * @param hlsPlayback where to watch while it is live
 * @param recording where it can be watched afterwards, once something is recorded
 * @param currentViewers who watch now
 * @param totalViewers all there were
 * @param starts when it is planned for
 * @param startedAt when it went live
 * @param endedAt when it ended
 * @param durationSeconds since it went live, until it ended
 */
public record StreamListing(
    String streamId,
    String naddr,
    PublicKey streamer,
    String title,
    String description,
    String category,
    List<String> tags,
    Optional<String> image,
    Optional<String> thumbnail,
    boolean enableChat,
    String status,
    String connectionState,
    boolean playable,
    String hlsPlayback,
    Optional<String> recording,
    int currentViewers,
    int totalViewers,
    Optional<Instant> starts,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    long durationSeconds) {
  /** Copies the tags. */
  public StreamListing {
    tags = List.copyOf(tags);
  }
}
