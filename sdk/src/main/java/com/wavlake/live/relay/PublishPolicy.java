package com.wavlake.live.relay;

/** How many relays have to take an event before it counts as published. */
@FunctionalInterface
public interface PublishPolicy {
  /** One is enough. */
  PublishPolicy ANY = relays -> 1;

  /** More than half. */
  PublishPolicy MAJORITY = relays -> relays / 2 + 1;

  /** Every one. */
  PublishPolicy ALL = relays -> Math.max(1, relays);

  /** At least so many; never fewer than one. */
  static PublishPolicy atLeast(int count) {
    return relays -> Math.max(1, count);
  }

  /** How many of {@code relays} have to accept. */
  int needed(int relays);
}
