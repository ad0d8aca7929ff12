package com.wavlake.live.broadcast;

import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.Participant;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A stream's live event before anything of it is published. */
public final class StreamDraft {
  private StreamDraft() {}

  /**
   * Planned, with the streamer as host: of an HLS that somebody else carries.
   *
   * @param hlsUrl where to watch
   * @param relays where the chat takes place, best first
   */
  public static LiveStream announcing(
      String title, String hlsUrl, List<String> relays, PublicKey streamer, Instant now) {
    if (!hlsUrl.startsWith("https://") && !hlsUrl.startsWith("http://")) {
      throw new InvalidEvent("streaming", hlsUrl + ": expected the URL of an HLS, https://…");
    }
    return LiveStream.builder(LiveStream.newIdentifier(streamer, now))
        .title(title)
        .streaming(hlsUrl)
        .planned()
        .starts(now)
        .host(Participant.host(streamer, relays.isEmpty() ? "" : relays.getFirst()))
        .hashtags(List.of("live"))
        .relays(relays)
        .alt("Live stream: " + title)
        .build();
  }

  /**
   * Planned, with the streamer as host.
   *
   * @param stream as the provider has it
   * @param serviceUrl base URL of the provider's API
   * @param relays where the chat takes place, best first
   */
  public static LiveStream of(
      StreamDetails stream, String serviceUrl, List<String> relays, PublicKey streamer) {
    List<String> topics = new ArrayList<>();
    topics.add(stream.category());
    topics.add("live");
    topics.addAll(stream.tags());
    LiveStream.Builder draft =
        LiveStream.builder(stream.streamId())
            .title(stream.title())
            .description(stream.description())
            .streaming(stream.hlsPlayback())
            .planned()
            .host(Participant.host(streamer, relays.isEmpty() ? "" : relays.getFirst()))
            .hashtags(topics)
            .service(serviceUrl)
            .relays(relays)
            .alt("Live stream: " + stream.title());
    stream.starts().ifPresent(draft::starts); // a time gone by would read as over
    stream.image().ifPresent(draft::image);
    return draft.build();
  }
}
