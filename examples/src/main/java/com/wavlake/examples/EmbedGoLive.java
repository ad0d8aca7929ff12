package com.wavlake.examples;

import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamEvent;
import com.wavlake.live.broadcast.Broadcast;
import com.wavlake.live.broadcast.BroadcastSettings;
import com.wavlake.live.broadcast.LastWill;
import com.wavlake.live.broadcast.StreamDraft;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.util.concurrent.CompletableFuture;

/** Goes live from an app of one's own: the app starts its encoder, the SDK does the rest. */
public final class EmbedGoLive {
  private EmbedGoLive() {}

  /** The app's part. */
  public interface Encoder {
    /** Begins to send RTMP to {@code server} with {@code key}. */
    void start(String server, String key);

    /** Waits until it has sent enough. */
    void awaitEnd() throws InterruptedException;
  }

  /**
   * From nothing to live, and back.
   *
   * @return where the stream was found, as naddr
   */
  public static String stream(String providerUrl, Signer signer, Encoder encoder)
      throws InterruptedException {
    try (ManagementClient provider = ManagementClient.at(providerUrl, signer);
        RelayPool relays = RelayPool.connect(provider.info().relayUrl())) {

      CreatedStream created = provider.create(CreateStream.titled("Java night").category("talk"));
      var draft =
          StreamDraft.of(
              provider.get(created.streamId()), providerUrl, relays.urls(), signer.publicKey());

      try (Broadcast broadcast =
          Broadcast.of(
              draft,
              relays,
              signer,
              BroadcastSettings.DEFAULT.lastWill(
                  LastWill.withProvider(provider, created.streamId())))) {
        broadcast.plan().requireAccepted(1);
        encoder.start(created.rtmpIngest(), created.streamKey().orElseThrow().reveal());
        awaitFirstSegment(provider, created.streamId());

        provider.start(created.streamId());
        broadcast.goLive();
        broadcast.edit(event -> event.title("Java night: Q&A"));
        encoder.awaitEnd();

        provider.stop(created.streamId());
        return broadcast.address().naddr();
      } // publishes `ended`
    }
  }

  private static void awaitFirstSegment(ManagementClient provider, String streamId)
      throws InterruptedException {
    CompletableFuture<Void> playable = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        provider.follow(
            streamId,
            event -> {
              if (event instanceof StreamEvent.FirstSegment) {
                playable.complete(null);
              }
            });
        playable.completeExceptionally(new IllegalStateException("it ended before it began"));
      } catch (InterruptedException | RuntimeException e) {
        playable.completeExceptionally(e);
      }
    });
    playable.join();
  }
}
