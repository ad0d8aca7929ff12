package com.wavlake.ingest.moderation;

import com.wavlake.ingest.relay.WritePolicy;
import com.wavlake.ingest.time.PeerGroup;
import com.wavlake.ingest.time.PerMinute;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Kind;
import java.util.Optional;

/**
 * A relay for general use: everything within a quota an address. The streams hosted here keep their
 * own rules.
 */
public final class OpenPolicy implements WritePolicy {
  private final HostedStreamsPolicy hosted;
  private final Time time;
  private final int perMinute;
  private final PerMinute quota;

  /**
   * Beside the rules of the streams of this server.
   *
   * @param perMinute events of one address
   */
  public OpenPolicy(HostedStreamsPolicy hosted, Time time, int perMinute) {
    this.hosted = hosted;
    this.time = time;
    this.perMinute = perMinute;
    this.quota = new PerMinute(perMinute);
  }

  /** What viewers take on trust: a zap receipt that nobody has checked would be shown as paid. */
  private static boolean isOfChat(Event event) {
    return switch (event.kind()) {
      case Kind.CHAT_MESSAGE, Kind.RAID, Kind.CLIP, Kind.ZAP_RECEIPT -> true;
      default -> false;
    };
  }

  /** Whoever reads the chat of a stream of this server would read it there. */
  private boolean isSaidHere(Event event) {
    return hosted.concernsHosted(event);
  }

  @Override
  public Optional<String> refuse(Event event, String address) {
    if (isOfChat(event) && event.tags("a").count() > HostedStreamsPolicy.MOST_NAMED) {
      return Optional.of("invalid: over " + HostedStreamsPolicy.MOST_NAMED + " a tags");
    }
    if (isOfChat(event) && isSaidHere(event)) {
      return hosted.refuse(event, address);
    }
    return address.isEmpty() || quota.use(PeerGroup.of(address), time.now())
        ? Optional.empty()
        : Optional.of("rate-limited: " + perMinute + " events a minute from one address");
  }

  @Override
  public boolean isRestricted() {
    return false;
  }

  @Override
  public void taken(Event event) {
    hosted.taken(event);
  }
}
