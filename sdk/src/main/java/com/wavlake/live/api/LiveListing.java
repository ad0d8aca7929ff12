package com.wavlake.live.api;

import com.wavlake.live.nostr.PublicKey;

/**
 * A stream that is live at a provider, as everybody may know.
 *
 * @param streamId its id
 * @param streamer whose
 * @param title its title
 * @param category its topic
 * @param currentViewers who watch now
 * @param hlsPlayback where to watch
 */
public record LiveListing(
    String streamId,
    PublicKey streamer,
    String title,
    String category,
    int currentViewers,
    String hlsPlayback) {}
