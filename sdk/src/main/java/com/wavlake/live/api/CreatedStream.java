package com.wavlake.live.api;

/**
 * A new stream at the provider.
 *
 * @param streamId its id, also the {@code d} tag of its event
 * @param streamKey shown this once
 * @param rtmpIngest OBS's server
 * @param hlsPlayback where to watch
 */
public record CreatedStream(String streamId, StreamKey streamKey, String rtmpIngest, String hlsPlayback) {}
