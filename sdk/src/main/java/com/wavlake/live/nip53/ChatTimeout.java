package com.wavlake.live.nip53;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Expiration;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A host silences somebody in their chat for a while, kind 1314 as zap.stream's apps write it:
 * {@code p} and {@code expiration}. Honoured only when its author is the host.
 *
 * @param event the whole event
 * @param who is silenced
 * @param until when it ends
 */
public record ChatTimeout(Event event, PublicKey who, Instant until) {

  /**
   * Reads an event of kind 1314.
   *
   * @throws InvalidEvent naming the tag at fault
   */
  public static ChatTimeout parse(Event event) {
    Tags tags = Tags.of(event, Kind.CHAT_TIMEOUT);
    Instant until =
        tags.instant("expiration").orElseThrow(() -> new InvalidEvent("expiration", "is missing"));
    return new ChatTimeout(event, PublicKey.parse(tags.require("p")), until);
  }

  /** What the host signs. */
  public static EventTemplate of(
      EventAddress stream, PublicKey who, Duration howLong, Instant now) {
    if (howLong.isNegative() || howLong.isZero()) {
      throw new InvalidEvent("expiration", howLong + " is no time to wait");
    }
    return new EventTemplate(
        now.getEpochSecond(),
        Kind.CHAT_TIMEOUT,
        List.of(
            Tags.address(stream, "root"),
            Tag.of("p", who.hex()),
            Expiration.tag(now.plus(howLong))),
        "");
  }
}
