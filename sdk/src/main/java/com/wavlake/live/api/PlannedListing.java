package com.wavlake.live.api;

import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.Optional;

/**
 * A stream that is planned at a provider, as everybody may know.
 *
 * @param streamId its id
 * @param naddr its address (NIP-19), of a provider that says it
 * @param streamer whose
 * @param title its title
 * @param category its topic
 * @param image the picture's URL that its streamer chose
 * @param thumbnail URL of how it looks just now, should its encoder be there already
 * @param starts when it is planned for
 * @param hlsPlayback where to watch, once it is live
 */
public record PlannedListing(
    String streamId,
    Optional<String> naddr,
    PublicKey streamer,
    String title,
    String category,
    Optional<String> image,
    Optional<String> thumbnail,
    Optional<Instant> starts,
    String hlsPlayback) {}
