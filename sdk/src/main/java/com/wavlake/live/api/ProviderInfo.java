package com.wavlake.live.api;

/**
 * What a provider says of itself in public.
 *
 * @param name its name
 * @param version its software's
 * @param apiUrl base URL of the management API
 * @param rtmpIngest OBS's server
 * @param relayUrl its own relay, for chat and live events
 * @param maxStreams how many streams it carries at a time
 * @param maxViewers how many viewers
 */
public record ProviderInfo(
    String name,
    String version,
    String apiUrl,
    String rtmpIngest,
    String relayUrl,
    int maxStreams,
    int maxViewers) {}
