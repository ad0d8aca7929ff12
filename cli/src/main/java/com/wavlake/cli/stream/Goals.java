package com.wavlake.cli.stream;

import com.wavlake.cli.shell.CliError;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import com.wavlake.live.social.ZapGoal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is to be raised by zaps (NIP-75). */
final class Goals {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long MILLISATS = 1_000;
  private static final long MOST_SATS = 2_100_000_000_000_000L;

  private Goals() {}

  /** Refuses what is no goal, before anything is created or changed. */
  static void check(String wanted) {
    if (wanted.matches("[1-9][0-9]{0,15}")) {
      if (Long.parseLong(wanted) > MOST_SATS) {
        throw CliError.usage("--goal: " + wanted + " sats are more than there are", "");
      }
    } else if (!wanted.isEmpty()) {
      var _ = id(wanted);
    }
  }

  private static EventId id(String wanted) {
    try {
      return EventId.parse(wanted);
    } catch (InvalidEvent e) {
      throw CliError.usage(
          "--goal: '" + wanted + "' is neither a number of sats nor the id of an event", "");
    }
  }

  /**
   * The goal that is meant: one that there is, or one of so many sats that is published here.
   *
   * @param wanted sats, or an event id; empty for none
   */
  static String event(
      String wanted, String title, EventAddress stream, RelayPool relays, Signer signer) {
    if (wanted.isEmpty()) {
      return "";
    }
    if (wanted.matches("[1-9][0-9]{0,15}")) {
      long sats = Long.parseLong(wanted);
      var template =
          ZapGoal.of(
              title,
              sats * MILLISATS,
              relays.urls(),
              Optional.of(stream),
              Optional.empty(),
              Instant.now());
      return relays.publish(signer.sign(template), TIMEOUT).requireAccepted(1).event().id().hex();
    }
    return id(wanted).hex();
  }
}
