package com.wavlake.live.api;

import com.wavlake.live.nostr.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The rules of a stream's chat at the provider's relay. Immutable.
 *
 * @param slowMode between two messages of one author, whole seconds up to 6 hours; one second holds
 *     anyway
 * @param powBits work that a message has to prove (NIP-13), 0 … 32
 * @param bans who may not write, and until when; empty for good
 */
public record ChatRules(Duration slowMode, int powBits, Map<PublicKey, Optional<Instant>> bans) {
  /** No rules but those that hold everywhere. */
  public static final ChatRules NONE = new ChatRules(Duration.ZERO, 0, Map.of());

  /** Copies the map. */
  public ChatRules {
    bans = Map.copyOf(bans);
  }

  /** With so long between two messages. */
  public ChatRules slowMode(Duration pause) {
    return new ChatRules(pause, powBits, bans);
  }

  /** With so much work in each message. */
  public ChatRules powBits(int bits) {
    return new ChatRules(slowMode, bits, bans);
  }

  /** With somebody banned for good. */
  public ChatRules ban(PublicKey who) {
    return banned(who, Optional.empty());
  }

  /** With somebody banned until then. */
  public ChatRules ban(PublicKey who, Instant until) {
    return banned(who, Optional.of(until));
  }

  /** With somebody free to write again. */
  public ChatRules unban(PublicKey who) {
    Map<PublicKey, Optional<Instant>> fewer = new HashMap<>(bans);
    fewer.remove(who);
    return new ChatRules(slowMode, powBits, fewer);
  }

  private ChatRules banned(PublicKey who, Optional<Instant> until) {
    Map<PublicKey, Optional<Instant>> more = new HashMap<>(bans);
    more.put(who, until);
    return new ChatRules(slowMode, powBits, more);
  }
}
