package com.wavlake.live.api;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.Optional;

/**
 * A stream that is live at a provider, as everybody may know.
 *
 * @param streamId its id
 * @param naddr its address (NIP-19), of a provider that says it
 * @param streamer whose
 * @param title its title
 * @param category its topic
 * @param image the picture's URL that its streamer chose
 * @param thumbnail URL of how it looks just now, where the provider makes such pictures
 * @param status live, or reconnecting while its encoder is away; live of a provider that does not
 *     say
 * @param currentViewers who watch now
 * @param startedAt when it went live
 * @param hlsPlayback where to watch
 */
public record LiveListing(
    String streamId,
    Optional<String> naddr,
    PublicKey streamer,
    String title,
    String category,
    Optional<String> image,
    Optional<String> thumbnail,
    String status,
    int currentViewers,
    Optional<Instant> startedAt,
    String hlsPlayback) {}
