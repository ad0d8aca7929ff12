package com.wavlake.live.relay;

import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where one connection stands with NIP-42. What a relay refuses with {@code auth-required:} waits
 * here for the challenge, for the signer and for the relay's answer. Guarded by its connection's
 * lock.
 */
final class Authentication {
  /** How far it has come on this socket. */
  enum Progress {
    /** Nothing was sent. */
    NONE,
    /** The signer is signing, or the relay has not answered. */
    UNDER_WAY,
    /** The relay accepted. */
    DONE,
    /** The signer or the relay refused. */
    REFUSED
  }

  private Optional<String> challenge = Optional.empty();
  private Optional<EventId> sent = Optional.empty();
  private Progress progress = Progress.NONE;
  private boolean wanted;

  /** One signature at a time, however often a relay sends challenges. */
  private boolean signing;

  /** A new socket: what was said on the last one counts no more. */
  void reset() {
    challenge = Optional.empty();
    sent = Optional.empty();
    progress = Progress.NONE;
    wanted = false;
  }

  void challenged(String text) {
    challenge = Optional.of(text);
    sent = Optional.empty();
    progress = Progress.NONE;
  }

  /** Something was refused for want of it. */
  void want() {
    wanted = true;
  }

  /** The challenge to sign now, if it is time; then it is under way. */
  Optional<String> begin() {
    if (signing || !wanted || progress != Progress.NONE || challenge.isEmpty()) {
      return Optional.empty();
    }
    progress = Progress.UNDER_WAY;
    signing = true;
    return challenge;
  }

  /** Whether a signature of that challenge is still of use. */
  boolean isFor(String text) {
    return progress == Progress.UNDER_WAY && challenge.equals(Optional.of(text));
  }

  /** The signer is done, with or without a signature. */
  void signed() {
    signing = false;
  }

  void sent(EventId id) {
    sent = Optional.of(id);
  }

  boolean isAnswer(EventId id) {
    return sent.equals(Optional.of(id));
  }

  void ended(boolean accepted) {
    progress = accepted ? Progress.DONE : Progress.REFUSED;
    wanted = false;
  }

  Progress progress() {
    return progress;
  }

  static EventTemplate template(String relay, String challenge, Instant now) {
    return new EventTemplate(
        now.getEpochSecond(),
        Kind.RELAY_AUTH,
        List.of(Tag.of("relay", relay), Tag.of("challenge", challenge)),
        "");
  }
}
