package com.wavlake.live.relay;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.LiveException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One outcome a relay for one event.
 *
 * @param event what was published
 * @param outcomes in the order of the pool's relays
 */
public record PublishResult(Event event, List<PublishOutcome> outcomes) {
  /** Copies the outcomes. */
  public PublishResult {
    outcomes = List.copyOf(outcomes);
  }

  /** How many relays have it. */
  public int acceptedCount() {
    return (int) outcomes.stream().filter(PublishOutcome::accepted).count();
  }

  private LiveException.Category category() {
    if (outcomes.stream().anyMatch(o -> o.status() == PublishOutcome.Status.REJECTED)) {
      return LiveException.Category.REFUSED;
    }
    return outcomes.stream().anyMatch(o -> o.status() == PublishOutcome.Status.TIMED_OUT)
        ? LiveException.Category.TIMED_OUT
        : LiveException.Category.UNREACHABLE;
  }

  /** Those that do not. */
  public List<PublishOutcome> failures() {
    return outcomes.stream().filter(outcome -> !outcome.accepted()).toList();
  }

  /** This result, when the policy is met; see {@link #requireAccepted}. */
  public PublishResult require(PublishPolicy policy) {
    return requireAccepted(policy.needed(outcomes.size()));
  }

  /**
   * This result, when at least {@code relays} have the event.
   *
   * @throws NotPublished when fewer have: REFUSED, TIMED_OUT or UNREACHABLE; the message gives
   *     every relay's reason
   */
  public PublishResult requireAccepted(int relays) {
    if (acceptedCount() < relays) {
      String reasons =
          failures().stream()
              .map(failure -> failure.relay() + ": " + failure.reason())
              .collect(Collectors.joining("; "));
      throw new NotPublished(
          this,
          category(),
          "event of kind "
              + event.kind()
              + " accepted by "
              + acceptedCount()
              + " of "
              + outcomes.size()
              + " relays, needed "
              + relays
              + " ("
              + reasons
              + ")");
    }
    return this;
  }
}
