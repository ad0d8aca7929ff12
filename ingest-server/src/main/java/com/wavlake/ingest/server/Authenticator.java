package com.wavlake.ingest.server;

import com.wavlake.ingest.time.PeerGroup;
import com.wavlake.ingest.time.PerMinute;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.api.Nip98;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, by NIP-98. The whole URL is compared with the public one; an event serves once for a
 * method that changes something; what was signed before this server started is refused, because
 * what was used before is not known.
 */
final class Authenticator {
  private static final int MAX_REMEMBERED = 300_000;

  private final Time time;
  private final Instant started;
  private final int changesPerMinute;
  private final PerMinute quota;
  private final Map<EventId, Instant> used = new LinkedHashMap<>();

  /**
   * Nobody yet.
   *
   * @param changesPerMinute of one address
   */
  Authenticator(Time time, int changesPerMinute) {
    this.time = time;
    this.changesPerMinute = changesPerMinute;
    this.quota = new PerMinute(changesPerMinute);
    this.started = time.now();
  }

  /**
   * The caller.
   *
   * @param address where the request came from
   */
  PublicKey require(
      @Nullable String header, String method, String url, byte[] body, String address) {
    if (header == null) {
      throw unauthorized("This needs a NIP-98 Authorization header.");
    }
    Instant now = time.now();
    boolean changes = !method.equals("GET");
    String peer = PeerGroup.of(address);
    if (changes && !quota.use(peer, now)) { // before it costs the verification of a signature
      throw Problem.rateLimited(
          "Over " + changesPerMinute + " changes a minute from your address.",
          quota.wait(peer, now));
    }
    Event event;
    try {
      event = Nip98.verify(header, method, url, body, now);
    } catch (InvalidEvent e) {
      if (e.field().equals("created_at")) {
        throw new Problem(401, "clock_skew", String.valueOf(e.getMessage()))
            .with("server_time", now.getEpochSecond());
      }
      throw unauthorized("NIP-98: " + e.getMessage());
    }
    if (changes) {
      if (event.createdAt() < started.getEpochSecond() - 1) {
        throw unauthorized("NIP-98: signed before this server started; sign again.");
      }
      remember(event.id(), now);
    }
    return event.author();
  }

  private synchronized void remember(EventId id, Instant now) {
    var oldest = used.values().iterator();
    Instant horizon = now.minus(Nip98.WINDOW.multipliedBy(3));
    while (oldest.hasNext() && oldest.next().isBefore(horizon)) {
      oldest.remove();
    }
    if (used.size() >= MAX_REMEMBERED) {
      throw Problem.busy("Too many requests at once; try again in a minute.");
    }
    if (used.putIfAbsent(id, now) != null) {
      throw unauthorized("NIP-98: this authorisation was used before; sign a new one.");
    }
  }

  private static Problem unauthorized(String detail) {
    return new Problem(401, "unauthorized", detail);
  }
}
