package com.wavlake.ingest.moderation;

import com.wavlake.live.nostr.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How a host wants their chat. Immutable.
 *
 * @param slowMode between two messages of one author; at least {@link #LEAST_PACE} applies anyway
 * @param powBits work that a message has to prove (NIP-13); 0 for none
 * @param bans who may not write, and until when; empty for good
 */
public record ChatRules(Duration slowMode, int powBits, Map<PublicKey, Optional<Instant>> bans) {
  /** One message a second. */
  public static final Duration LEAST_PACE = Duration.ofSeconds(1);

  /** The slowest chat. */
  public static final Duration MAX_SLOW_MODE = Duration.ofHours(1);

  /** What a phone can still do in seconds. */
  public static final int MAX_POW_BITS = 32;

  /** How many people one host bans in one stream. */
  public static final int MAX_BANS = 300;

  /** No rules but those for all. */
  public static final ChatRules NONE = new ChatRules(Duration.ZERO, 0, Map.of());

  /** Copies the map. */
  public ChatRules {
    bans = Map.copyOf(bans);
  }

  /** The time between two messages of one author. */
  public Duration pace() {
    return slowMode.compareTo(LEAST_PACE) > 0 ? slowMode : LEAST_PACE;
  }

  /** Until when somebody may not write; empty when they may, {@link Instant#MAX} for good. */
  public Optional<Instant> bannedUntil(PublicKey author, Instant now) {
    return Optional.ofNullable(bans.get(author))
        .map(until -> until.orElse(Instant.MAX))
        .filter(until -> until.isAfter(now));
  }
}
