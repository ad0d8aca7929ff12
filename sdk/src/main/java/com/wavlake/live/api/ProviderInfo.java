package com.wavlake.live.api;

import java.util.Optional;

/**
 * What a provider says of itself in public.
 *
 * @param name its name
 * @param version its software's
 * @param apiUrl base URL of the management API
 * @param rtmpIngest OBS's server
 * @param rtmpsIngest the same within TLS, where there is that
 * @param relayUrl its own relay, for chat and live events
 * @param access who may create streams: open, allowlist or admin; empty when it does not say
 * @param records whether it records streams, all or those whose owners ask for it
 * @param pages whether streams have a page there to watch them on; see {@link #watchPage}
 * @param maxStreams how many streams it carries at a time
 * @param maxViewers how many viewers
 * @param maxStreamsPerOwner how many streams that are not over one owner may have; 0 when it does
 *     not say
 */
public record ProviderInfo(
    String name,
    String version,
    String apiUrl,
    String rtmpIngest,
    Optional<String> rtmpsIngest,
    String relayUrl,
    Optional<String> access,
    boolean records,
    boolean pages,
    int maxStreams,
    int maxViewers,
    int maxStreamsPerOwner) {

  /**
   * The page where people watch one of its streams, in a browser. Nobody is asked whether there is
   * such a stream.
   *
   * @param idOrNaddr the stream's id or naddr
   * @return empty for a provider that has no pages
   */
  public Optional<String> watchPage(String idOrNaddr) {
    return pages
        ? Optional.of(apiUrl.replaceFirst("/+$", "") + "/w/" + idOrNaddr)
        : Optional.empty();
  }
}
