package com.wavlake.cli.check;

import com.wavlake.cli.command.Reports;
import com.wavlake.cli.shell.CliError;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.broadcast.Broadcast;
import com.wavlake.live.broadcast.BroadcastSettings;
import com.wavlake.live.broadcast.LastWill;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.Participant;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The streamer on relays: the stream's event, and their part of the chat. */
final class StreamerSide implements AutoCloseable {
  private final RelayPool relays;
  private final Signer signer;
  private final Broadcast broadcast;
  private final Chatter chatter;
  private volatile Optional<PublishResult> last = Optional.empty();

  StreamerSide(SmokePlan plan, CreatedStream stream, String title, List<String> urls) {
    if (urls.isEmpty()) {
      throw new CliError("no_relay", "the provider names no relay, and --relay none either", "");
    }
    this.signer = plan.signer();
    LiveStream draft =
        LiveStream.builder(stream.streamId())
            .title(title)
            .description("A check of this provider; it ends by itself.")
            .streaming(stream.hlsPlayback())
            .planned()
            .host(Participant.host(signer.publicKey(), urls.getFirst()))
            .service(plan.provider())
            .relays(urls)
            .alt("Live stream: " + title)
            .build();
    this.relays = RelayPool.connect(urls); // last of what can fail
    BroadcastSettings settings = // a check that is killed is ended by its will, where one is kept
        BroadcastSettings.DEFAULT
            .lastWill(LastWill.withProvider(plan.client(), stream.streamId()))
            .onHeartbeat(_ -> {})
            .onProblem(_ -> {});
    this.broadcast = Broadcast.of(draft, relays, signer, settings);
    this.chatter = new Chatter(relays, broadcast.address());
  }

  EventAddress address() {
    return broadcast.address();
  }

  Chatter chatter() {
    return chatter;
  }

  String plan() {
    return accepted(broadcast.plan());
  }

  String goLive() {
    return accepted(broadcast.goLive());
  }

  /** Says that it has ended, unless somebody has. */
  String end() {
    return broadcast.end().map(this::accepted).orElse("it was ended elsewhere");
  }

  private String accepted(PublishResult result) {
    last = Optional.of(result);
    return Reports.sentence(result.requireAccepted(1));
  }

  /**
   * Asks the relays to forget the stream's event (NIP-09), also one whose publishing was cut short;
   * what they do is theirs.
   */
  void askToForget(Duration timeout) {
    List<Tag> tags = new ArrayList<>();
    last.ifPresent(result -> tags.add(Tag.of("e", result.event().id().hex())));
    tags.add(Tag.of("a", address().coordinate()));
    tags.add(Tag.of("k", Integer.toString(Kind.LIVE_STREAM)));
    long newest = last.map(result -> result.event().createdAt()).orElse(0L);
    Instant upTo = // versions after it would stay, and versions may be stamped a little ahead
        Instant.ofEpochSecond(Math.max(Instant.now().getEpochSecond(), newest));
    EventTemplate request = EventTemplate.of(upTo, Kind.DELETION, tags, "a check that is over");
    var _ = relays.publish(signer.sign(request), timeout);
  }

  @Override
  public void close() {
    chatter.close();
    broadcast.detach();
    relays.close();
  }
}
