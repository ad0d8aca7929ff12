package com.wavlake.live.api;

import java.time.Instant;
import java.util.Optional;

/**
 * One's own stream as the provider has it.
 *
 * @param streamId its id
 * @param title its title
 * @param description what it is about
 * @param category its topic
 * @param enableChat whether there is chat
 * @param status created, live, reconnecting, ended or error
 * @param connectionState disconnected, connecting, connected, reconnecting, failed or ended
 * @param rtmpIngest OBS's server
 * @param hlsPlayback where to watch
 * @param createdAt when it was created
 * @param startedAt when it went live
 * @param endedAt when it ended
 */
public record StreamDetails(
    String streamId,
    String title,
    String description,
    String category,
    boolean enableChat,
    String status,
    String connectionState,
    String rtmpIngest,
    String hlsPlayback,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt) {}
