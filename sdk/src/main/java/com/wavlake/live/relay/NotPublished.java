package com.wavlake.live.relay;

import com.wavlake.live.nostr.LiveException;

/** Too few relays took an event; what each of them said is in the {@link #result}. */
public final class NotPublished extends LiveException {
  private static final long serialVersionUID = 1L;

  private final transient PublishResult result;

  NotPublished(PublishResult result, Category category, String message) {
    super(category, message);
    this.result = result;
  }

  /** One outcome a relay. */
  public PublishResult result() {
    return result;
  }
}
