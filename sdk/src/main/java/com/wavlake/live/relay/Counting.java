package com.wavlake.live.relay;

import com.wavlake.live.nostr.ClientMessage;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** A COUNT of one connection, not yet answered (NIP-45). Guarded by its connection's lock. */
final class Counting extends Request {
  final CompletableFuture<OptionalLong> future = new CompletableFuture<>();
  private final ClientMessage.Count message;

  Counting(ClientMessage.Count message) {
    this.message = message;
  }

  /** Whoever waits goes on elsewhere, as with {@link Pending}. */
  void complete(OptionalLong count) {
    future.completeAsync(() -> count);
  }

  @Override
  ClientMessage.Count message() {
    return message;
  }
}
