package com.wavlake.live.relay;

/**
 * What one relay did with one event.
 *
 * @param relay its URL
 * @param status how it ended
 * @param reason the relay's own words, or ours where it had none; may be empty when accepted
 */
public record PublishOutcome(String relay, Status status, String reason) {

  /** How publishing to one relay ended. */
  public enum Status {
    /** OK true, or it held the event already. */
    ACCEPTED,
    /** OK false: final. */
    REJECTED,
    /** Connected, but no OK in time. */
    TIMED_OUT,
    /** Never connected in time. */
    UNREACHABLE
  }

  /** Whether the relay has the event now. */
  public boolean accepted() {
    return status == Status.ACCEPTED;
  }
}
