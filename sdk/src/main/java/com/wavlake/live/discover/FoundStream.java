package com.wavlake.live.discover;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nip53.Participant;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.PublicKey;
import java.util.Optional;

/**
 * A stream as a list shows it.
 *
 * @param event the newest version that is known, verified
 * @param stream the same, read
 * @param host whose stream it is, by the query's host policy
 * @param status as people should see it, by the query's stale policy; empty when it has none
 */
public record FoundStream(Event event, LiveStream stream, PublicKey host, Optional<Status> status) {

  /** Its address, with its relays as hints. */
  public EventAddress address() {
    return stream.addressBy(event.author());
  }

  /**
   * Whether the host stands behind it: they signed it, or proved that they agreed (NIP-53). Anybody
   * can name anybody.
   */
  public boolean isHostProven() {
    return host.equals(event.author())
        || stream
            .host()
            .filter(named -> named.key().equals(host))
            .filter((Participant named) -> named.agreedTo(address()))
            .isPresent();
  }
}
