package com.wavlake.examples;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.Participant;
import com.wavlake.live.nip53.StreamLint;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.relay.PublishPolicy;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.Instant;

/** Publishes one live event by hand, checked as the viewers in the wild will read it. */
public final class PublishLiveEvent {
  private PublishLiveEvent() {}

  /** Signs and publishes; one outcome a relay. */
  public static PublishResult run(RelayPool relays, Signer streamer, String hlsUrl) {
    Instant now = Instant.now();
    LiveStream stream =
        LiveStream.builder(LiveStream.newIdentifier(streamer.publicKey(), now))
            .title("Java night")
            .description("We read NIP-53 together.")
            .image("https://live.example/java-night.jpg")
            .streaming(hlsUrl)
            .host(Participant.host(streamer.publicKey(), relays.urls().getFirst()))
            .relays(relays.urls())
            .alt("Live stream: Java night")
            .live(now)
            .build();
    Event event = streamer.sign(stream.toTemplate(now));

    StreamLint.Report report = StreamLint.standard().check(event, now);
    report
        .findings()
        .forEach(f -> System.err.println(f.severity() + " " + f.field() + ": " + f.problem()));
    if (!report.isValid()) {
      throw new IllegalStateException("not worth publishing");
    }
    return relays.publish(event, Duration.ofSeconds(10)).require(PublishPolicy.ANY);
  }
}
