package com.wavlake.examples;

import com.wavlake.live.discover.StreamBoard;
import com.wavlake.live.discover.StreamQuery;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.relay.RelayPool;
import java.time.Duration;
import java.util.List;

/** A first program: which streams are live on these relays? */
public final class WhoIsLive {
  private WhoIsLive() {}

  /** Takes the relays' URLs. */
  public static void main(String[] relayUrls) {
    onRelays(relayUrls).forEach(System.out::println);
  }

  static List<String> onRelays(String... relayUrls) {
    try (RelayPool relays = RelayPool.connect(relayUrls)) {
      return StreamBoard.find(relays, StreamQuery.of(Status.LIVE), Duration.ofSeconds(10)).stream()
          .map(found -> found.stream().title().orElse("untitled") + "  " + found.address().naddr())
          .toList();
    }
  }
}
