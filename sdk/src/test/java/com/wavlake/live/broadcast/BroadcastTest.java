package com.wavlake.live.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nip53.Participant;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.Relays;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class BroadcastTest {
  private static final KeySigner SIGNER = KeySigner.of(SecretKey.generate());
  private static final InstantSource STANDING =
      InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));
  private static final Duration NEVER = Duration.ofHours(1);

  private Relays relay;
  private RelayPool pool;

  @BeforeEach
  void open() throws IOException {
    relay = new Relays();
    pool = RelayPool.connect(relay.url());
  }

  @AfterEach
  void close() {
    pool.close();
    relay.close();
  }

  private Broadcast broadcast(Duration heartbeat) {
    LiveStream draft =
        LiveStream.builder("d")
            .title("Java night")
            .streaming("https://live.example/live/d.m3u8")
            .host(Participant.host(SIGNER.publicKey(), ""))
            .planned()
            .build();
    return Broadcast.of(draft, pool, SIGNER, outcome -> {}, STANDING, heartbeat);
  }

  private List<Status> statuses() {
    return relay.published().stream()
        .map(event -> LiveStream.parse(event).status().orElseThrow())
        .toList();
  }

  @Test
  void from_planned_to_ended_every_version_is_newer_even_when_the_clock_stands() {
    try (Broadcast broadcast = broadcast(NEVER)) {
      broadcast.plan();
      broadcast.goLive();
      broadcast.edit(edit -> edit.title("Q&A"));
    }
    assertThat(statuses()).containsExactly(Status.PLANNED, Status.LIVE, Status.LIVE, Status.ENDED);
    assertThat(relay.published().stream().map(Event::createdAt)).isSorted().doesNotHaveDuplicates();
    assertThat(LiveStream.parse(relay.published().getLast()).title()).contains("Q&A");
  }

  @Test
  void a_heartbeat_tells_the_number_of_viewers() {
    try (Broadcast broadcast = broadcast(Duration.ofMillis(100))) {
      broadcast.goLive();
      broadcast.viewers(7);
      await().until(() -> relay.published().size() >= 3);
      assertThat(LiveStream.parse(relay.published().getLast()).currentParticipants()).hasValue(7);
      broadcast.detach();
    }
    assertThat(statuses()).as("detached, it stays live").doesNotContain(Status.ENDED);
  }

  @Test
  void an_edit_made_elsewhere_is_gone_on_from() {
    try (Broadcast broadcast = broadcast(NEVER)) {
      broadcast.goLive();
      Event elsewhere =
          SIGNER.sign(
              broadcast.current().toBuilder()
                  .title("Edited elsewhere")
                  .build()
                  .toTemplate(STANDING.instant()));
      relay.deliver(elsewhere);
      await().until(() -> broadcast.current().title().equals(Optional.of("Edited elsewhere")));
      broadcast.end();
    }
    LiveStream ended = LiveStream.parse(relay.published().getLast());
    assertThat(ended.title()).contains("Edited elsewhere");
    assertThat(ended.status()).contains(Status.ENDED);
  }

  @Test
  void ended_elsewhere_it_is_not_ended_again() {
    try (Broadcast broadcast = broadcast(NEVER)) {
      broadcast.goLive();
      Event elsewhere =
          SIGNER.sign(
              broadcast.current().toBuilder()
                  .ended(STANDING.instant())
                  .build()
                  .toTemplate(STANDING.instant()));
      relay.store(elsewhere);
      relay.answer(event -> new RelayMessage.Ok(event.id(), false, "replaced: have newer event"));
      assertThat(broadcast.end()).isEmpty();
      broadcast.detach();
    }
  }

  @Test
  void an_end_that_a_newer_live_version_stood_against_is_published_again_behind_it() {
    try (Broadcast broadcast = broadcast(NEVER)) {
      broadcast.goLive();
      Event heartbeat =
          SIGNER.sign(
              broadcast.current().toBuilder()
                  .build()
                  .toTemplate(STANDING.instant().plusSeconds(9)));
      relay.store(heartbeat);
      relay.answer(
          event -> new RelayMessage.Ok(event.id(), event.supersedes(heartbeat), "invalid: older"));
      assertThat(broadcast.end().orElseThrow().acceptedCount()).isEqualTo(1);
      assertThat(relay.published().getLast().supersedes(heartbeat)).isTrue();
    }
  }

  @Test
  void live_that_no_relay_takes_is_not_live() {
    relay.answer(event -> new RelayMessage.Ok(event.id(), false, "blocked: no"));
    try (Broadcast broadcast = broadcast(Duration.ofMillis(50))) {
      assertThatThrownBy(broadcast::goLive)
          .isInstanceOf(LiveException.class)
          .hasMessageContaining("blocked: no");
      broadcast.detach();
    }
    assertThat(statuses()).containsExactly(Status.LIVE);
  }
}
