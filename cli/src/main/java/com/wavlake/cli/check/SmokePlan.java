package com.wavlake.cli.check;

import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.util.List;

/**
 * What is to be tried, and with what.
 *
 * @param provider the provider's base URL
 * @param signer the streamer; not closed here
 * @param client of the provider, for the streamer
 * @param web for what viewers fetch
 * @param relays beside the provider's own
 * @param streams at a time
 * @param rounds one after the other
 * @param duration how long a stream plays on at least
 * @param patience how long a step is waited for beyond its target
 * @param keep whether the streams stay at the provider
 */
record SmokePlan(
    String provider,
    Signer signer,
    ManagementClient client,
    Web web,
    List<String> relays,
    int streams,
    int rounds,
    Duration duration,
    Duration patience,
    boolean keep) {
  SmokePlan {
    relays = List.copyOf(relays);
  }

  /** Whether there is more than one stream to tell apart. */
  boolean isMany() {
    return streams * rounds > 1;
  }
}
