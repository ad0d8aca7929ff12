package com.wavlake.live.nostr;

import java.time.Instant;
import java.util.OptionalLong;

/** When an event ends to be of interest: {@code ["expiration", seconds]} (NIP-40). */
public final class Expiration {
  private static final String NAME = "expiration";

  private Expiration() {}

  /** The tag for {@code when}. */
  public static Tag tag(Instant when) {
    return Tag.of(NAME, Long.toString(when.getEpochSecond()));
  }

  /**
   * Seconds since 1970, or empty when the event does not expire.
   *
   * @throws InvalidEvent when the tag holds no number
   */
  public static OptionalLong of(Event event) {
    try {
      return event
          .tag(NAME)
          .map(tag -> OptionalLong.of(Long.parseLong(tag.value())))
          .orElseGet(OptionalLong::empty);
    } catch (NumberFormatException e) {
      throw new InvalidEvent(NAME, "is no number");
    }
  }

  /** Whether it has expired at {@code now}; a malformed tag expires nothing. */
  public static boolean hasPassed(Event event, Instant now) {
    try {
      OptionalLong seconds = of(event);
      return seconds.isPresent() && seconds.getAsLong() <= now.getEpochSecond();
    } catch (InvalidEvent malformed) {
      return false;
    }
  }
}
