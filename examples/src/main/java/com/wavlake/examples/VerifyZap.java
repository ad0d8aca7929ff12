package com.wavlake.examples;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.social.Lnurl;
import com.wavlake.live.social.Profile;
import com.wavlake.live.social.ZapReceipt;
import java.time.Duration;
import java.util.List;

/** Says whether a zap receipt counts: whether the recipient's own payment server signed it. */
public final class VerifyZap {
  private VerifyZap() {}

  /** One sentence about a receipt. */
  public static String run(RelayPool relays, Lnurl lnurl, Event receipt) {
    try {
      ZapReceipt zap = ZapReceipt.parse(receipt);
      var profileAddress = new EventAddress(Kind.PROFILE, zap.recipient(), "", List.of());
      Profile recipient =
          relays
              .newest(profileAddress, Duration.ofSeconds(10))
              .map(Profile::parse)
              .orElseThrow(() -> new InvalidEvent("p", "the recipient has no profile"));
      Lnurl.Provider provider =
          lnurl
              .providerOf(recipient)
              .orElseThrow(() -> new InvalidEvent("lud16", "the recipient takes no payments"));
      ZapReceipt counted = zap.requireBy(provider);
      return counted.sats() + " sats from " + counted.sender().npub();
    } catch (InvalidEvent e) {
      return "does not count: " + e.getMessage();
    }
  }
}
