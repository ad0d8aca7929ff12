package com.wavlake.ingest.relay;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.RelayMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a client has asked for and is told of as it comes. */
final class LiveSubscription {
  private final String id;
  private final List<Filter> filters;
  private final Outbound out;
  private final ReentrantLock lock = new ReentrantLock();

  /** What was sent while stored events are being sent: the same event may come from both sides. */
  private @Nullable Set<EventId> sent = new HashSet<>();

  private volatile boolean over;

  LiveSubscription(String id, List<Filter> filters, Outbound out) {
    this.id = id;
    this.filters = filters;
    this.out = out;
  }

  List<Filter> filters() {
    return filters;
  }

  /** A new event, which may not match. */
  void offer(Event event, String json) {
    for (Filter filter : filters) {
      if (filter.matches(event)) {
        send(event, json);
        return;
      }
    }
  }

  void send(Event event, String json) {
    lock.lock();
    try {
      if (!over && (sent == null || sent.add(event.id()))) {
        out.send(RelayMessage.Delivery.frame(id, json));
      }
    } finally {
      lock.unlock();
    }
  }

  /** All stored ones are sent: from now on every event comes once. */
  void replayed() {
    lock.lock();
    try {
      sent = null;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing of it is sent any more. */
  void end() {
    over = true;
  }
}
