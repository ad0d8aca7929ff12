package com.wavlake.live.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One's own stream as the provider has it.
 *
 * @param streamId its id
 * @param title its title
 * @param description what it is about
 * @param category its topic
 * @param enableChat whether there is chat
 * @param starts when it is planned for
 * @param image the picture's URL
 * @param tags further topics
 * @param status created, live, reconnecting, ended or error
 * @param connectionState disconnected, connecting, connected, reconnecting, failed or ended
 * @param rtmpIngest OBS's server
 * @param hlsPlayback where to watch
 * @param createdAt when it was created
 * @param startedAt when it went live
 * @param endedAt when it ended
 * @param record whether its owner wants it recorded
 * @param recording where it can be watched afterwards, once something is recorded
 * @param thumbnail a picture of it, where the provider makes them
 * @param peakViewers the most at a time; 0 where the provider does not say
 * @param totalViewers all there were; 0 where the provider does not say
 * @param reusableKey whether it is over and {@link CreateStream#reuseKeyOf} can move its key to a
 *     new stream; false where the provider does not say
 */
public record StreamDetails(
    String streamId,
    String title,
    String description,
    String category,
    boolean enableChat,
    Optional<Instant> starts,
    Optional<String> image,
    List<String> tags,
    String status,
    String connectionState,
    String rtmpIngest,
    String hlsPlayback,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    boolean record,
    Optional<String> recording,
    Optional<String> thumbnail,
    int peakViewers,
    int totalViewers,
    boolean reusableKey) {
  /** Copies the tags. */
  public StreamDetails {
    tags = List.copyOf(tags);
  }

  /** Whether nothing will change any more. */
  public boolean isOver() {
    return status.equals("ended") || status.equals("error");
  }
}
