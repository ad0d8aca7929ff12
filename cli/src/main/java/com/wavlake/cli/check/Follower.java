package com.wavlake.cli.check;

import com.wavlake.live.api.ApiException;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamEvent;
import com.wavlake.live.nostr.LiveException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Listens to what the provider tells of a stream, for the moment when it can be watched. */
final class Follower implements AutoCloseable {
  private final CompletableFuture<Boolean> playable = new CompletableFuture<>();
  private final Thread thread;

  Follower(ManagementClient client, String streamId) {
    this.thread = Thread.ofVirtual().name("follow").start(() -> follow(client, streamId));
  }

  private void follow(ManagementClient client, String streamId) {
    try {
      client.follow(
          streamId,
          event -> {
            if (event instanceof StreamEvent.FirstSegment) {
              playable.complete(true);
            }
          });
    } catch (ApiException e) {
      if (e.status() == 404 || e.status() == 405 || e.status() == 501) {
        playable.complete(false);
      } else {
        playable.completeExceptionally(e);
      }
    } catch (LiveException e) {
      playable.completeExceptionally(e);
    } catch (InterruptedException e) {
      // closing is what it is for
    }
  }

  /** Waits until somebody can watch; false at once when the provider tells no events. */
  boolean awaitPlayable() throws InterruptedException {
    try {
      return playable.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof LiveException problem
          ? problem
          : new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
