package com.wavlake.live.relay;

import com.wavlake.live.nostr.Event;

/**
 * Receives a subscription's events: verified, each once, in the order of arrival, never two calls
 * at the same time for one relay. It runs on the connection's own dispatching thread, not on the
 * socket's: it may block, and then slows this relay alone. To publish and wait for the answer is
 * fine while little is queued; behind a full inbox the answer is not read, so do that on a thread
 * of your own.
 */
@FunctionalInterface
public interface SubscriptionListener {

  /** A verified event that matches a filter. */
  void onEvent(Event event);

  /** The stored events of this relay are through; called again after each reconnect. */
  default void onEndOfStored(String relay) {}

  /** The relay ended the subscription, for this reason; it is not asked again. */
  default void onClosed(String relay, String reason) {}
}
