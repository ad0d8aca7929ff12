package com.wavlake.live.api;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.Optional;

/**
 * A stream that was live at a provider and is over, as everybody may know.
 *
 * @param streamId its id
 * @param naddr its address (NIP-19)
 * @param streamer whose
 * @param title its title
 * @param category its topic
 * @param image the picture's URL that its streamer chose
 * @param thumbnail URL of how it looked last, while the provider keeps it
 * @param recording where it can be watched still, if it was recorded
 * @param endedAt when it ended
 * @param durationSeconds how long it was live
 * @param totalViewers all there were
 */
public record EndedListing(
    String streamId,
    String naddr,
    PublicKey streamer,
    String title,
    String category,
    Optional<String> image,
    Optional<String> thumbnail,
    Optional<String> recording,
    Optional<Instant> endedAt,
    long durationSeconds,
    int totalViewers) {}
