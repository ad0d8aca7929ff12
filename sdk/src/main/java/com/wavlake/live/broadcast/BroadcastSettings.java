package com.wavlake.live.broadcast;

import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.relay.PublishResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a broadcast is run. Immutable.
 *
 * @param lastWill where the will is kept
 * @param heartbeat the time between two versions while live
 * @param clock the time
 * @param onHeartbeat told of each heartbeat's outcome, on a thread of ours
 * @param onProblem told when a will was not kept or a heartbeat failed; the broadcast goes on
 */
public record BroadcastSettings(
    LastWill lastWill,
    Duration heartbeat,
    InstantSource clock,
    Consumer<PublishResult> onHeartbeat,
    Consumer<LiveException> onProblem) {
  private static final Logger log = LoggerFactory.getLogger(BroadcastSettings.class);

  /** The longest time between two heartbeats when there is a will. */
  static final Duration LONGEST_WITH_A_WILL = Duration.ofMinutes(2);

  /**
   * Checks the heartbeat.
   *
   * @throws LiveException INVALID when it is not positive, or so long that a will would fall due
   *     between two
   */
  public BroadcastSettings {
    boolean tooLong =
        !lastWill.equals(LastWill.NONE) && heartbeat.compareTo(LONGEST_WITH_A_WILL) > 0;
    if (heartbeat.isNegative() || heartbeat.isZero() || tooLong) {
      throw new LiveException(
          LiveException.Category.INVALID,
          "heartbeat of "
              + heartbeat.toSeconds()
              + " s: expected over 0, and with a last will at most "
              + LONGEST_WITH_A_WILL.toSeconds());
    }
  }

  /** Every 60 seconds, and no will; what goes wrong is logged. */
  public static final BroadcastSettings DEFAULT =
      new BroadcastSettings(
          LastWill.NONE,
          Duration.ofMinutes(1),
          InstantSource.system(),
          BroadcastSettings::logIfLost,
          problem -> log.warn("{}", problem.getMessage()));

  private static void logIfLost(PublishResult heartbeat) {
    if (heartbeat.acceptedCount() == 0) {
      log.warn("no relay took a heartbeat: {}", heartbeat.failures());
    }
  }

  /** With a place for the will. */
  public BroadcastSettings lastWill(LastWill will) {
    return new BroadcastSettings(will, heartbeat, clock, onHeartbeat, onProblem);
  }

  /** With another time between two heartbeats. */
  public BroadcastSettings heartbeat(Duration interval) {
    return new BroadcastSettings(lastWill, interval, clock, onHeartbeat, onProblem);
  }

  /** With another clock. */
  public BroadcastSettings clock(InstantSource source) {
    return new BroadcastSettings(lastWill, heartbeat, source, onHeartbeat, onProblem);
  }

  /** With somebody to hear of each heartbeat. */
  public BroadcastSettings onHeartbeat(Consumer<PublishResult> listener) {
    return new BroadcastSettings(lastWill, heartbeat, clock, listener, onProblem);
  }

  /** With somebody to hear of what went wrong. */
  public BroadcastSettings onProblem(Consumer<LiveException> listener) {
    return new BroadcastSettings(lastWill, heartbeat, clock, onHeartbeat, listener);
  }
}
