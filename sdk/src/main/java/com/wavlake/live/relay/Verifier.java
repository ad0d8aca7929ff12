package com.wavlake.live.relay;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Verifies events, the same one from many relays once. What it remembers are events, by id and
 * signature, that were verified: a forgery can neither hide nor stand in for a real one. Safe for
 * use by many threads.
 */
final class Verifier {
  /** As many threads as cores: parsing and verifying is all they do. */
  static final ExecutorService CORES =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          Thread.ofPlatform().daemon().name("nostr-verify-", 0).factory());

  private static final int REMEMBERED = 16_384;

  /** Small, whatever the event's size. */
  private record Known(EventId id, String sig) {}

  private final Recent<Known> verified = new Recent<>(REMEMBERED);

  boolean verifies(Event event) {
    if (!event.hasValidId()) {
      return false; // only with a valid id does an equal id mean equal content
    }
    Known known = new Known(event.id(), event.sig());
    if (verified.contains(known)) {
      return true;
    }
    boolean genuine = event.hasValidSignature();
    if (genuine) {
      verified.add(known);
    }
    return genuine;
  }
}
