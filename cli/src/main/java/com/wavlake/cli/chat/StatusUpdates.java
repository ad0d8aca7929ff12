package com.wavlake.cli.chat;

import com.wavlake.cli.profile.Workspace;
import com.wavlake.live.api.ApiException;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamStatus;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Terminal;

/**
 * Keeps the line at the bottom of the window true: every second, and the provider's word every 5.
 */
final class StatusUpdates implements AutoCloseable {
  private static final int PROVIDER_SECONDS = 5;

  private final Workspace workspace;
  private final RelayPool relays;
  private final EventAddress stream;
  private final Terminal terminal;
  private final InputLine input;
  private Vitals vitals = Vitals.UNKNOWN;
  private final CountDownLatch closed = new CountDownLatch(1);

  StatusUpdates(
      Workspace workspace,
      RelayPool relays,
      EventAddress stream,
      Terminal terminal,
      InputLine input) {
    this.workspace = workspace;
    this.relays = relays;
    this.stream = stream;
    this.terminal = terminal;
    this.input = input;
  }

  void start() {
    draw();
    every(1, this::draw);
    if (workspace.provider().isPresent()) {
      Thread.ofVirtual().name("chat-provider").start(this::askProvider);
    }
  }

  private void every(int seconds, Runnable task) {
    Thread.ofVirtual()
        .name("chat-status")
        .start(() -> {
          try {
            while (!closed.await(seconds, TimeUnit.SECONDS)) {
              task.run();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** What is public needs nobody's key; a stream that is not there is asked for once. */
  private void askProvider() {
    try (KeySigner nobody = KeySigner.of(SecretKey.generate());
        ManagementClient client = workspace.client(nobody)) {
      do {
        try {
          if (isElsewhere()) {
            provider(Optional.empty());
          } else {
            StreamStatus status = client.status(stream.identifier());
            provider(Optional.of(status));
          }
        } catch (ApiException e) {
          provider(Optional.empty());
          if (e.status() == 404) {
            return;
          }
        } catch (LiveException unreachable) {
          provider(Optional.empty());
        }
      } while (!closed.await(PROVIDER_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the stream's event names another provider than the profile's. */
  private boolean isElsewhere() {
    Optional<String> service = vitals().event().flatMap(LiveStream::service);
    return service.isPresent()
        && workspace.provider().map(own -> !bare(own).equals(bare(service.get()))).orElse(true);
  }

  private static String bare(String url) {
    String bare = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    return bare.endsWith("/api/v1") ? bare.substring(0, bare.length() - 7) : bare;
  }

  /** A new version of the stream's event; the words for what is new in it. */
  Optional<String> heard(LiveStream newest) {
    Vitals before = event(newest);
    draw();
    return before.event().flatMap(old -> news(old, newest));
  }

  private synchronized Vitals vitals() {
    return vitals;
  }

  private synchronized void provider(Optional<StreamStatus> said) {
    vitals = vitals.provider(said, Instant.now());
  }

  /** Returns what was known before. */
  private synchronized Vitals event(LiveStream newest) {
    Vitals before = vitals;
    vitals = vitals.event(newest);
    return before;
  }

  static Optional<String> news(LiveStream old, LiveStream now) {
    if (!old.status().equals(now.status())) {
      return now.status()
          .map(status ->
              switch (status) {
                case LIVE -> "the stream is live";
                case ENDED -> "the stream has ended; /quit leaves";
                case PLANNED -> "the stream is planned again";
              });
    }
    if (!old.title().equals(now.title())) {
      return now.title().map(title -> "the title is now: " + title);
    }
    int more = now.pinned().size() - old.pinned().size();
    return more == 0
        ? Optional.empty()
        : Optional.of(more > 0 ? "the host pinned a message" : "the host unpinned a message");
  }

  private void draw() {
    if (closed.getCount() > 0) {
      Vitals now = vitals();
      input.status(
          StatusLine.of(
              now,
              Instant.now(),
              relays.connectedCount(),
              relays.connections().size(),
              now.event().flatMap(LiveStream::title).orElse(""),
              terminal.getSize().getColumns()));
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
