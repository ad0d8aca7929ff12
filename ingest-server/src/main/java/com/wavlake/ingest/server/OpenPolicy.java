package com.wavlake.ingest.server;

import com.wavlake.ingest.relay.WritePolicy;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.time.PerMinute;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import java.util.Optional;
import java.util.Set;

/**
 * A relay for general use: everything but what never belongs on relays, within a quota an address.
 * The streams hosted here keep their own rules.
 */
public final class OpenPolicy implements WritePolicy {
  private static final int EVENTS_PER_MINUTE = 1_200;
  private static final Set<Integer> NEVER =
      Set.of(Kind.ZAP_REQUEST, Kind.RELAY_AUTH, Kind.HTTP_AUTH);

  private final HostedStreamsPolicy hosted;
  private final StreamRegistry registry;
  private final Time time;
  private final PerMinute quota = new PerMinute(EVENTS_PER_MINUTE);

  /** Beside the rules of the streams of this server. */
  public OpenPolicy(HostedStreamsPolicy hosted, StreamRegistry registry, Time time) {
    this.hosted = hosted;
    this.registry = registry;
    this.time = time;
  }

  /** In the chat of a stream of this server: mentioning one is not enough. */
  private boolean isSaidHere(Event event) {
    try {
      return HostedStreamsPolicy.isHosted(registry, ChatMessage.parse(event).stream());
    } catch (InvalidEvent e) {
      return false;
    }
  }

  @Override
  public Optional<String> refuse(Event event, String address) {
    if (NEVER.contains(event.kind())) {
      return Optional.of("blocked: kind " + event.kind() + " does not belong on relays");
    }
    if (event.kind() == Kind.CHAT_MESSAGE && isSaidHere(event)) {
      return hosted.refuse(event, address);
    }
    return quota.use(address, time.now())
        ? Optional.empty()
        : Optional.of("rate-limited: " + EVENTS_PER_MINUTE + " events a minute");
  }
}
