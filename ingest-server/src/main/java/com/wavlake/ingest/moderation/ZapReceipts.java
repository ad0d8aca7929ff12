package com.wavlake.ingest.moderation;

import com.wavlake.ingest.relay.EventStore;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.social.Lnurl;
import com.wavlake.live.social.Profile;
import com.wavlake.live.social.ZapReceipt;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Whether a zap receipt is what it says (NIP-57): made by the payment server that the recipient's
 * profile, as it is on this relay, names. That server is asked now and then, over https and at
 * public addresses alone. May block. Safe for use by many threads.
 */
public final class ZapReceipts {
  private static final int PEOPLE = 1_000;
  private static final int ASKING = 4;
  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final Duration STALE = Duration.ofMinutes(30);
  private static final Duration ASK_AGAIN = Duration.ofMinutes(1);

  private final EventStore profiles;
  private final Lnurl lnurl;
  private final Time time;
  private final Semaphore asking = new Semaphore(ASKING);
  private final Map<PublicKey, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PublicKey, Known> eldest) {
          return size() > PEOPLE;
        }
      };

  private record Known(Optional<Lnurl.Provider> provider, Instant at) {}

  /** With profiles out of the relay's own store. */
  public ZapReceipts(EventStore profiles, Lnurl lnurl, Time time) {
    this.profiles = profiles;
    this.lnurl = lnurl;
    this.time = time;
  }

  /** The stream that a receipt is for. */
  static Optional<EventAddress> stream(Event event) {
    try {
      return ZapReceipt.parse(event).stream();
    } catch (InvalidEvent e) {
      return Optional.empty();
    }
  }

  /** Why a receipt is not believed. */
  Optional<String> refuse(Event event) {
    try {
      ZapReceipt receipt = ZapReceipt.parse(event);
      if (receipt.stream().filter(at -> at.author().equals(receipt.recipient())).isEmpty()) {
        return Optional.of("blocked: it was not paid to the stream's host");
      }
      if (!isKnown(receipt.recipient()) && asking.availablePermits() == 0) {
        return Optional.of("error: too much to look up just now, try again");
      }
      Optional<Lnurl.Provider> provider = providerOf(receipt.recipient());
      if (provider.isEmpty()) {
        return Optional.of(
            "blocked: the recipient's payment server is not known here: no profile, or no answer");
      }
      var _ = receipt.requireBy(provider.get());
      return Optional.empty();
    } catch (InvalidEvent e) {
      return Optional.of("invalid: " + e.getMessage());
    }
  }

  private boolean isKnown(PublicKey recipient) {
    synchronized (known) {
      return known.containsKey(recipient);
    }
  }

  private Optional<Lnurl.Provider> providerOf(PublicKey recipient) {
    Instant now = time.now();
    synchronized (known) {
      Known before = known.get(recipient);
      if (before != null
          && before.at().plus(before.provider().isPresent() ? FRESH : ASK_AGAIN).isAfter(now)) {
        return before.provider();
      }
    }
    if (!asking.tryAcquire()) {
      return Optional.empty(); // a flood of made-up recipients is not to keep us asking
    }
    Optional<Lnurl.Provider> provider;
    try {
      provider = ask(recipient);
    } finally {
      asking.release();
    }
    synchronized (known) {
      Known before = known.get(recipient);
      if (provider.isEmpty()
          && before != null
          && before.provider().isPresent()
          && before.at().plus(STALE).isAfter(now)) {
        return before.provider(); // for a moment, and asked again with the next receipt
      }
      known.put(recipient, new Known(provider, now));
    }
    return provider;
  }

  private Optional<Lnurl.Provider> ask(PublicKey recipient) {
    try {
      return profiles.query(Filter.kinds(Kind.PROFILE).by(recipient), 1, time.now()).stream()
          .findFirst()
          .map(Profile::parse)
          .flatMap(lnurl::providerOf);
    } catch (LiveException e) { // malformed, or it cannot be asked
      return Optional.empty();
    }
  }
}
