package com.wavlake.benchmarks;

import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;

/** Streams for the side-by-side scripts: one JVM start for all of them. */
public final class CreateStreams {
  private CreateStreams() {}

  /**
   * Creates streams at a server, under a key that nobody keeps.
   *
   * @param args the server's URL, how many; a line each is printed: RTMP URL with key, HLS URL
   */
  public static void main(String[] args) {
    int count = Integer.parseInt(args[1]);
    try (KeySigner signer = KeySigner.of(SecretKey.generate());
        ManagementClient provider = ManagementClient.at(args[0], signer)) {
      for (int i = 1; i <= count; i++) {
        CreatedStream stream = provider.create(CreateStream.titled("Benchmark " + i));
        String key = stream.streamKey().orElseThrow().reveal();
        System.out.println(stream.rtmpIngest() + "/" + key + " " + stream.hlsPlayback());
      }
    }
  }
}
