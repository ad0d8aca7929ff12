package com.wavlake.examples;

import com.wavlake.live.broadcast.Broadcast;
import com.wavlake.live.broadcast.BroadcastSettings;
import com.wavlake.live.broadcast.StreamDraft;
import com.wavlake.live.broadcast.WillFolder;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Announces an HLS that somebody else carries: no provider needed. */
public final class AnnounceHls {
  private AnnounceHls() {}

  /**
   * Live until {@code show} returns, then ended. Should this process die, the next one that runs
   * this publishes the end that was left in {@code wills}.
   *
   * @return where it was found, as naddr
   */
  public static String run(
      RelayPool relays, Signer streamer, String title, String hlsUrl, Path wills, Runnable show) {
    WillFolder folder = WillFolder.at(wills);
    Instant now = Instant.now();
    folder.due(now).forEach(left -> folder.publish(left, now, Duration.ofSeconds(10)));

    LiveStream draft =
        StreamDraft.announcing(title, hlsUrl, relays.urls(), streamer.publicKey(), Instant.now());
    BroadcastSettings settings =
        BroadcastSettings.DEFAULT.lastWill(
            folder.of(draft.addressBy(streamer.publicKey()), relays.urls()));
    try (Broadcast broadcast = Broadcast.of(draft, relays, streamer, settings)) {
      broadcast.goLive();
      show.run();
      return broadcast.address().naddr();
    }
  }
}
