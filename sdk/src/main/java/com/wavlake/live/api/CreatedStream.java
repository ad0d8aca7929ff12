package com.wavlake.live.api;

import java.util.Optional;

/**
 * A new stream at the provider.
 *
 * @param streamId its id, also the {@code d} tag of its event
 * @param streamKey shown this once; empty when the key of an earlier stream was moved here: its
 *     owner has it
 * @param rtmpIngest OBS's server
 * @param hlsPlayback where to watch
 */
public record CreatedStream(
    String streamId, Optional<StreamKey> streamKey, String rtmpIngest, String hlsPlayback) {}
