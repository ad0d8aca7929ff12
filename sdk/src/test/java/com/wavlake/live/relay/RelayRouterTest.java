package com.wavlake.live.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.PublishOutcome.Status;
import com.wavlake.live.signer.KeySigner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** NIP-65 and NIP-11. */
@Timeout(60)
final class RelayRouterTest {
  private static final KeySigner ALICE = KeySigner.of(SecretKey.generate());
  private static final KeySigner BOB = KeySigner.of(SecretKey.generate());
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  private static Event note(KeySigner who, String text) {
    return who.sign(new EventTemplate(NOW.getEpochSecond(), 1, List.of(), text));
  }

  @Test
  void a_relay_list_is_read_as_the_nip_says_and_written_back() {
    Event event =
        ALICE.sign(
            new EventTemplate(
                1,
                Kind.RELAY_LIST,
                List.of(
                    Tag.of("r", "wss://both.example"),
                    Tag.of("r", "wss://w.example", "write"),
                    Tag.of("r", "wss://r.example", "read"),
                    Tag.of("r", "https://no.relay")),
                ""));
    RelayList list = RelayList.parse(event);
    assertThat(list.write()).containsExactly("wss://both.example", "wss://w.example");
    assertThat(list.read()).containsExactly("wss://both.example", "wss://r.example");
    assertThat(RelayList.parse(ALICE.sign(list.toTemplate(NOW)))).isEqualTo(list);
    assertThatThrownBy(() -> RelayList.parse(note(ALICE, "x"))).isInstanceOf(InvalidEvent.class);
  }

  @Test
  void a_relay_has_one_name() {
    assertThat(RelayConnection.normalUrl(" WSS://Relay.Example:443/ "))
        .isEqualTo("wss://relay.example");
    assertThat(RelayConnection.normalUrl("ws://127.0.0.1:80")).isEqualTo("ws://127.0.0.1");
    assertThat(RelayConnection.normalUrl("ws://a:8080/relay")).isEqualTo("ws://a:8080/relay");
    assertThatThrownBy(() -> RelayConnection.normalUrl("https://relay.example"))
        .isInstanceOf(LiveException.class)
        .hasMessageContaining("expected ws://host");
  }

  @Test
  void people_are_read_where_they_write_and_notified_where_they_read() throws Exception {
    try (Relays index = new Relays();
        Relays aliceWrites = new Relays();
        Relays bobReads = new Relays();
        RelayPool pool = RelayPool.connect(index.url())) {
      RelayList alices = new RelayList(List.of(aliceWrites.url()), List.of());
      RelayList bobs = new RelayList(List.of(), List.of(bobReads.url()));
      index.store(ALICE.sign(alices.toTemplate(NOW)), BOB.sign(bobs.toTemplate(NOW)));
      Event elsewhere = note(ALICE, "only where she writes");
      aliceWrites.store(elsewhere);

      RelayRouter router = RelayRouter.over(pool, RelaySettings.DEFAULT);
      assertThat(router.listOf(ALICE.publicKey(), TIMEOUT)).contains(alices);
      assertThat(router.read(ALICE.publicKey(), Filter.kinds(1), TIMEOUT))
          .containsExactly(elsewhere);
      Event mention = note(ALICE, "hello bob");
      PublishResult result = router.publish(mention, List.of(BOB.publicKey()), TIMEOUT);
      assertThat(result.acceptedCount()).isEqualTo(3);
      assertThat(index.published()).containsExactly(mention);
      assertThat(aliceWrites.published()).containsExactly(mention);
      assertThat(bobReads.published()).containsExactly(mention);

      RelayRouter careful = RelayRouter.over(pool);
      assertThat(careful.read(ALICE.publicKey(), Filter.kinds(1), TIMEOUT))
          .as("a list must not lead into our own network")
          .containsExactly(mention);
    }
  }

  @Test
  void a_relay_tells_its_limits() throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      server.enqueue(
          new MockResponse.Builder()
              .body(
                  "{\"name\":\"r\",\"supported_nips\":[1,42,\"x\"],\"limitation\":"
                      + "{\"auth_required\":true,\"max_subscriptions\":20,\"max_limit\":\"many\"}}")
              .build());
      RelayInfo info = RelayInfo.of("ws://127.0.0.1:" + server.getPort());
      assertThat(Objects.requireNonNull(server.takeRequest().getHeaders().get("Accept")))
          .isEqualTo("application/nostr+json");
      assertThat(info.name()).isEqualTo("r");
      assertThat(info.knows(42)).isTrue();
      assertThat(info.knows(50)).isFalse();
      assertThat(info.authRequired()).isTrue();
      assertThat(info.maxSubscriptions()).hasValue(20);
      assertThat(info.maxLimit()).isEmpty();
      assertThatThrownBy(() -> RelayInfo.parse("[]")).isInstanceOf(InvalidEvent.class);
      assertThatThrownBy(() -> RelayInfo.of("https://x.example")).hasMessageContaining("ws://");
    }
  }

  @Test
  void a_relay_that_is_down_keeps_nobody_waiting_and_is_said_to_be_down() throws Exception {
    try (Relays up = new Relays();
        RelayPool pool = RelayPool.connect(up.url(), "ws://127.0.0.1:1")) {
      await().until(() -> pool.states().get("ws://127.0.0.1:1") == RelayState.FAILED);
      await().until(() -> pool.connectedCount() == 1);
      long start = System.nanoTime();
      PublishResult result = pool.publish(note(ALICE, "x"), TIMEOUT);
      assertThat(pool.query(Filter.kinds(7), TIMEOUT)).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.dividedBy(2));
      assertThat(result.acceptedCount()).isEqualTo(1);
      assertThat(result.failures())
          .singleElement()
          .satisfies(f -> {
            assertThat(f.status()).isIn(Status.UNREACHABLE, Status.TIMED_OUT);
            assertThat(f.reason()).isNotEmpty();
          });
    }
  }

  @Test
  void nothing_there_and_nobody_there_are_told_apart_before_something_is_replaced()
      throws Exception {
    EventAddress mutes = new EventAddress(Kind.MUTE_LIST, ALICE.publicKey(), "", List.of());
    try (Relays up = new Relays();
        RelayPool pool = RelayPool.connect(up.url())) {
      assertThat(pool.lookUp(mutes, TIMEOUT)).isEmpty();
    }
    try (RelayPool nowhere = RelayPool.connect("ws://127.0.0.1:1")) {
      assertThat(nowhere.newest(mutes, TIMEOUT)).isEmpty();
      assertThatThrownBy(() -> nowhere.lookUp(mutes, TIMEOUT))
          .isInstanceOfSatisfying(
              LiveException.class,
              e -> assertThat(e.category()).isEqualTo(LiveException.Category.UNREACHABLE));
    }
  }

  @Test
  void a_relay_that_refuses_to_answer_has_not_said_that_there_is_nothing() throws Exception {
    EventAddress mutes = new EventAddress(Kind.MUTE_LIST, ALICE.publicKey(), "", List.of());
    try (ScriptedRelay refusing = new ScriptedRelay();
        RelayPool pool = RelayPool.connect(refusing.url())) {
      CompletableFuture<Throwable> thrown =
          CompletableFuture.supplyAsync(() -> catchThrowable(() -> pool.lookUp(mutes, TIMEOUT)));
      ScriptedRelay.Client client = refusing.client();
      String id = client.next(ClientMessage.Req.class).subscription();
      client.send(new RelayMessage.Closed(id, "restricted: members only"));
      assertThat(thrown.join()).isInstanceOf(LiveException.class);
    }
  }

  @Test
  void a_relay_that_two_asked_for_stays_until_both_have_let_go() throws Exception {
    try (RelayPool pool = RelayPool.connect(List.of())) {
      String url = "wss://192.0.2.1.sslip.invalid";
      assertThat(pool.addPublic(url)).isTrue();
      assertThat(pool.addPublic(url + "/")).isTrue();
      pool.removePublic(url);
      assertThat(pool.urls()).containsExactly(url);
      pool.removePublic(url);
      assertThat(pool.urls()).isEmpty();
      assertThat(pool.addPublic(url)).isTrue();
      pool.add(url);
      assertThat(pool.addPublic(url)).as("it is the user's own now").isFalse();
      pool.removePublic(url);
      assertThat(pool.urls()).containsExactly(url);
    }
  }
}
