package com.wavlake.live.nip53;

import com.wavlake.live.nip53.LiveStream.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What to make of a stream that reads as live and is not updated any more.
 *
 * @param patience without an update
 * @param hides whether it disappears then; else it reads as ended
 */
public record StalePolicy(Duration patience, boolean hides) {
  /** After an hour it reads as ended (NIP-53). */
  public static final StalePolicy NIP_53 = new StalePolicy(Duration.ofHours(1), false);

  /** Amethyst waits eight hours. */
  public static final StalePolicy AMETHYST = new StalePolicy(Duration.ofHours(8), false);

  /** The zap.stream web app hides it after seven days. */
  public static final StalePolicy ZAP_STREAM = new StalePolicy(Duration.ofDays(7), true);

  /** Whether a live stream has not been updated for too long. */
  public boolean isStale(LiveStream stream, Instant now) {
    return stream.status().equals(Optional.of(Status.LIVE))
        && now.isAfter(Instant.ofEpochSecond(stream.createdAt()).plus(patience));
  }

  /** The status that people should see; empty when it has none, or is to be hidden. */
  public Optional<Status> statusOf(LiveStream stream, Instant now) {
    if (!isStale(stream, now)) {
      return stream.status();
    }
    return hides ? Optional.empty() : Optional.of(Status.ENDED);
  }
}
