package com.wavlake.live.api;

import java.time.Instant;
import java.util.Optional;

/**
 * What is left of one's own stream that the provider has forgotten.
 *
 * @param streamId its id
 * @param title its title
 * @param category its topic
 * @param status ended or error
 * @param createdAt when it was created
 * @param startedAt when it went live, if it did
 * @param endedAt when it ended
 * @param peakViewers the most at a time
 * @param totalViewers all there were
 * @param chatMessages all that the provider's relay took
 */
public record StreamSummary(
    String streamId,
    String title,
    String category,
    String status,
    Instant createdAt,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt,
    int peakViewers,
    int totalViewers,
    long chatMessages) {}
