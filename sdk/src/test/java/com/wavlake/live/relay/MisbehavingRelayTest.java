package com.wavlake.live.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.PublishOutcome.Status;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Relays that are slow, wrong, overwhelming or hostile, on purpose. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
final class MisbehavingRelayTest {
  private static final KeySigner ALICE = KeySigner.of(SecretKey.generate());
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private ScriptedRelay relay;
  private final List<Event> received = new CopyOnWriteArrayList<>();
  private final List<String> closedWith = new CopyOnWriteArrayList<>();
  private final SubscriptionListener listener =
      new SubscriptionListener() {
        @Override
        public void onEvent(Event event) {
          received.add(event);
        }

        @Override
        public void onClosed(String url, String reason) {
          closedWith.add(reason);
        }
      };

  @BeforeEach
  void open() throws IOException {
    relay = new ScriptedRelay();
  }

  @AfterEach
  void close() {
    relay.close();
  }

  private static Event event(long createdAt, String content) {
    return ALICE.sign(new EventTemplate(createdAt, 1, List.of(), content));
  }

  private RelayConnection connect() {
    return RelayConnection.open(relay.url());
  }

  private RelayConnection connectAs(Signer signer) {
    return RelayConnection.open(relay.url(), RelaySettings.DEFAULT.authenticateAs(signer));
  }

  private static void requireAuth(ClientMessage.Auth auth, String url, String challenge) {
    Event event = auth.event();
    assertThat(event.verify()).isTrue();
    assertThat(event.kind()).isEqualTo(Kind.RELAY_AUTH);
    assertThat(event.author()).isEqualTo(ALICE.publicKey());
    assertThat(event.tag("relay").map(Tag::value)).contains(url);
    assertThat(event.tag("challenge").map(Tag::value)).contains(challenge);
  }

  @Test
  void a_late_ok_is_nobodys() throws Exception {
    try (RelayConnection connection = connect()) {
      ScriptedRelay.Client client = relay.client();
      Event a = event(1, "a");
      assertThat(connection.publish(a, Duration.ofMillis(300)).join().status())
          .isEqualTo(Status.TIMED_OUT);
      client.next(ClientMessage.Publish.class);
      client.send(new RelayMessage.Ok(a.id(), true, ""));
      Event b = event(1, "b");
      CompletableFuture<PublishOutcome> outcome = connection.publish(b, TIMEOUT);
      client.next(ClientMessage.Publish.class);
      client.send(new RelayMessage.Ok(b.id(), false, "blocked: b"));
      assertThat(outcome.join())
          .isEqualTo(new PublishOutcome(relay.url(), Status.REJECTED, "blocked: b"));
    }
  }

  @Test
  void auth_required_is_answered_once_the_challenge_comes_and_the_event_sent_again()
      throws Exception {
    try (RelayConnection connection = connectAs(ALICE)) {
      Event a = event(1, "a");
      CompletableFuture<PublishOutcome> outcome = connection.publish(a, TIMEOUT);
      ScriptedRelay.Client client = relay.client();
      client.next(ClientMessage.Publish.class);
      client.send(new RelayMessage.Ok(a.id(), false, "auth-required: who are you?"));
      client.send(new RelayMessage.Challenge("c1"));
      ClientMessage.Auth auth = client.next(ClientMessage.Auth.class);
      requireAuth(auth, relay.url(), "c1");
      client.send(new RelayMessage.Ok(auth.event().id(), true, ""));
      assertThat(client.next(ClientMessage.Publish.class).event()).isEqualTo(a);
      client.send(new RelayMessage.Ok(a.id(), true, ""));
      assertThat(outcome.join().accepted()).isTrue();
    }
  }

  @Test
  void auth_in_the_middle_resumes_a_closed_subscription() throws Exception {
    try (RelayConnection connection = connectAs(ALICE)) {
      connection.subscribe(List.of(Filter.kinds(1)), listener);
      ScriptedRelay.Client client = relay.client();
      String id = client.next(ClientMessage.Req.class).subscription();
      client.send(new RelayMessage.Challenge("c1"));
      assertThat(client.isSilentFor(300)).as("nobody is told who we are unasked").isTrue();
      client.send(new RelayMessage.Closed(id, "auth-required: members only"));
      ClientMessage.Auth auth = client.next(ClientMessage.Auth.class);
      requireAuth(auth, relay.url(), "c1");
      client.send(new RelayMessage.Ok(auth.event().id(), true, ""));
      assertThat(client.next(ClientMessage.Req.class).subscription()).isEqualTo(id);
      Event a = event(1, "a");
      client.send(new RelayMessage.Delivery(id, a));
      await().untilAsserted(() -> assertThat(received).containsExactly(a));
      client.send(new RelayMessage.Closed(id, "auth-required: still not"));
      await().untilAsserted(() -> assertThat(closedWith).hasSize(1));
    }
  }

  @Test
  void without_a_signer_auth_required_is_final() throws Exception {
    try (RelayConnection connection = connect()) {
      Event a = event(1, "a");
      CompletableFuture<PublishOutcome> outcome = connection.publish(a, TIMEOUT);
      ScriptedRelay.Client client = relay.client();
      client.send(new RelayMessage.Challenge("c1"));
      client.next(ClientMessage.Publish.class);
      client.send(new RelayMessage.Ok(a.id(), false, "auth-required: who?"));
      assertThat(outcome.join().status()).isEqualTo(Status.REJECTED);
      assertThat(client.isSilentFor(200)).isTrue();
    }
  }

  @Test
  void an_authentication_that_is_refused_ends_what_waited_for_it() throws Exception {
    try (RelayConnection connection = connectAs(ALICE)) {
      connection.subscribe(List.of(Filter.kinds(1)), listener);
      Event a = event(1, "a");
      ScriptedRelay.Client client = relay.client();
      String id = client.next(ClientMessage.Req.class).subscription();
      CompletableFuture<PublishOutcome> outcome = connection.publish(a, TIMEOUT);
      client.next(ClientMessage.Publish.class);
      client.send(new RelayMessage.Challenge("c1"));
      client.send(new RelayMessage.Closed(id, "auth-required: x"));
      ClientMessage.Auth auth = client.next(ClientMessage.Auth.class);
      client.send(new RelayMessage.Ok(a.id(), false, "auth-required: x"));
      client.send(new RelayMessage.Ok(auth.event().id(), false, "restricted: not you"));
      assertThat(outcome.join())
          .isEqualTo(new PublishOutcome(relay.url(), Status.REJECTED, "restricted: not you"));
      await().untilAsserted(() -> assertThat(closedWith).containsExactly("restricted: not you"));
    }
  }

  @Test
  void a_signer_that_refuses_to_authenticate_ends_it_too() throws Exception {
    Signer refusing =
        new Signer() {
          @Override
          public com.wavlake.live.nostr.PublicKey publicKey() {
            return ALICE.publicKey();
          }

          @Override
          public Event sign(EventTemplate template) {
            throw new LiveException(LiveException.Category.REFUSED, "the user said no");
          }

          @Override
          public void close() {}
        };
    try (RelayConnection connection = connectAs(refusing)) {
      Event a = event(1, "a");
      CompletableFuture<PublishOutcome> outcome = connection.publish(a, TIMEOUT);
      ScriptedRelay.Client client = relay.client();
      client.send(new RelayMessage.Challenge("c1"));
      client.send(new RelayMessage.Ok(a.id(), false, "auth-required: x"));
      assertThat(outcome.join().reason()).contains("the user said no");
    }
  }

  @Test
  void rate_limited_is_tried_again_and_then_told() throws Exception {
    try (RelayConnection connection = connect()) {
      ScriptedRelay.Client client = relay.client();
      Event a = event(1, "a");
      CompletableFuture<PublishOutcome> taken = connection.publish(a, TIMEOUT);
      client.next(ClientMessage.Publish.class);
      client.send(new RelayMessage.Ok(a.id(), false, "rate-limited: slow down"));
      client.next(ClientMessage.Publish.class);
      client.send(new RelayMessage.Ok(a.id(), true, ""));
      assertThat(taken.join().accepted()).isTrue();

      Event b = event(1, "b");
      CompletableFuture<PublishOutcome> refused = connection.publish(b, Duration.ofMillis(500));
      client.next(ClientMessage.Publish.class);
      client.send(new RelayMessage.Ok(b.id(), false, "rate-limited: slow down"));
      assertThat(refused.join())
          .as("no time is left to try again")
          .isEqualTo(new PublishOutcome(relay.url(), Status.REJECTED, "rate-limited: slow down"));
    }
  }

  @Test
  void what_is_published_once_is_not_sent_again_when_the_relay_asks_to_slow_down()
      throws Exception {
    try (RelayConnection connection = connect()) {
      ScriptedRelay.Client client = relay.client();
      Event a = event(1, "a");
      CompletableFuture<PublishOutcome> refused = connection.publishOnce(a, TIMEOUT);
      client.next(ClientMessage.Publish.class);
      client.send(new RelayMessage.Ok(a.id(), false, "rate-limited: wait another 3 s"));
      assertThat(refused.join())
          .isEqualTo(
              new PublishOutcome(relay.url(), Status.REJECTED, "rate-limited: wait another 3 s"));
      assertThat(client.isSilentFor(1_200)).isTrue();
    }
  }

  @Test
  void a_listener_may_publish_and_wait_for_the_answer() throws Exception {
    try (RelayConnection connection = connect()) {
      CompletableFuture<PublishOutcome> answered = new CompletableFuture<>();
      Event answer = event(2, "answer");
      connection.subscribe(
          List.of(Filter.kinds(1)),
          event -> answered.complete(connection.publish(answer, TIMEOUT).join()));
      ScriptedRelay.Client client = relay.client();
      String id = client.next(ClientMessage.Req.class).subscription();
      client.send(new RelayMessage.Delivery(id, event(1, "question")));
      client.next(ClientMessage.Publish.class);
      client.send(new RelayMessage.Ok(answer.id(), true, ""));
      assertThat(answered.join().accepted()).isTrue();
    }
  }

  @Test
  void a_frame_of_five_megabytes_is_dropped_and_the_next_one_read() throws Exception {
    try (RelayConnection connection = connect()) {
      connection.subscribe(List.of(Filter.kinds(1)), listener);
      ScriptedRelay.Client client = relay.client();
      String id = client.next(ClientMessage.Req.class).subscription();
      client.send(new RelayMessage.Delivery(id, event(1, "x".repeat(5 << 20))));
      Event small = event(2, "small");
      client.send(new RelayMessage.Delivery(id, small));
      await().untilAsserted(() -> assertThat(received).containsExactly(small));
    }
  }

  @Test
  void a_flood_waits_in_the_socket_and_not_in_memory_and_nothing_of_it_is_lost() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger got = new AtomicInteger();
    int flood = 3 * Inbox.FRAMES;
    try (RelayConnection connection = connect();
        ScriptedRelay other = new ScriptedRelay();
        RelayConnection undisturbed = RelayConnection.open(other.url())) {
      connection.subscribe(
          List.of(Filter.kinds(1)),
          event -> {
            try {
              go.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            got.incrementAndGet();
          });
      ScriptedRelay.Client client = relay.client();
      String id = client.next(ClientMessage.Req.class).subscription();
      for (int i = 0; i < flood; i++) {
        client.send(new RelayMessage.Delivery(id, event(i, "flood")));
      }
      undisturbed.subscribe(List.of(Filter.kinds(1)), listener);
      ScriptedRelay.Client quiet = other.client();
      Event one = event(1, "one");
      quiet.send(
          new RelayMessage.Delivery(quiet.next(ClientMessage.Req.class).subscription(), one));
      await().untilAsserted(() -> assertThat(received).containsExactly(one));
      go.countDown();
      await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(got).hasValue(flood));
    }
  }

  @Test
  void events_verified_on_many_cores_arrive_in_their_order() throws Exception {
    try (RelayConnection connection = connect()) {
      connection.subscribe(List.of(Filter.kinds(1)), listener);
      ScriptedRelay.Client client = relay.client();
      String id = client.next(ClientMessage.Req.class).subscription();
      List<Event> sent = new CopyOnWriteArrayList<>();
      for (int i = 0; i < 300; i++) {
        Event event = event(i, "x".repeat(i % 7 * 1_000));
        sent.add(event);
        client.send(new RelayMessage.Delivery(id, event));
      }
      await().untilAsserted(() -> assertThat(received).containsExactlyElementsOf(sent));
    }
  }

  @Test
  void a_socket_that_falls_silent_is_given_up() throws Exception {
    try (SilentRelay silent = new SilentRelay();
        RelayConnection connection =
            RelayConnection.open(
                silent.url(), RelaySettings.DEFAULT.pingEvery(Duration.ofMillis(300)))) {
      List<RelayState> states = new CopyOnWriteArrayList<>();
      connection.onState(states::add);
      await().until(() -> states.contains(RelayState.CONNECTED));
      await().until(() -> states.contains(RelayState.LOST));
      await().until(() -> silent.connections.get() >= 2);
    }
  }

  @Test
  void states_are_told_in_order_and_say_why() throws Exception {
    try (RelayConnection nowhere = RelayConnection.open("ws://127.0.0.1:1")) {
      List<RelayState> states = new CopyOnWriteArrayList<>();
      nowhere.onState(states::add);
      await().until(() -> states.contains(RelayState.FAILED));
      assertThat(nowhere.lastProblem()).isNotEmpty();
      await()
          .until(() -> states.lastIndexOf(RelayState.FAILED) > states.indexOf(RelayState.FAILED));
      assertThat(states).contains(RelayState.CONNECTING).doesNotContain(RelayState.LOST);
    }
    try (RelayConnection connection = connect()) {
      List<RelayState> states = new CopyOnWriteArrayList<>();
      connection.onState(states::add);
      relay.client().drop();
      relay.client();
      await()
          .until(() -> states.lastIndexOf(RelayState.CONNECTED) > states.indexOf(RelayState.LOST));
      assertThat(states)
          .containsSubsequence(
              RelayState.CONNECTED, RelayState.LOST, RelayState.CONNECTING, RelayState.CONNECTED);
    }
  }

  @Test
  void an_update_asks_anew_and_loses_nothing() throws Exception {
    try (RelayConnection connection = connect()) {
      Subscription subscription = connection.subscribe(List.of(Filter.kinds(1)), listener);
      ScriptedRelay.Client client = relay.client();
      String first = client.next(ClientMessage.Req.class).subscription();
      client.send(new RelayMessage.Eose(first));
      Filter both = Filter.kinds(1, 7);
      subscription.update(List.of(both));
      ClientMessage.Req again = client.next(ClientMessage.Req.class);
      assertThat(again.subscription()).isNotEqualTo(first);
      assertThat(again.filters()).containsExactly(both);
      Event old = event(1, "under the old id, on its way");
      client.send(new RelayMessage.Delivery(first, old));
      client.send(new RelayMessage.Delivery(again.subscription(), old));
      client.send(new RelayMessage.Eose(again.subscription()));
      assertThat(client.next(ClientMessage.Close.class).subscription()).isEqualTo(first);
      Event fresh = event(2, "new");
      client.send(new RelayMessage.Delivery(again.subscription(), fresh));
      await().untilAsserted(() -> assertThat(received).containsExactly(old, fresh));
      client.drop();
      ClientMessage.Req resumed = relay.client().next(ClientMessage.Req.class);
      assertThat(resumed.subscription()).isEqualTo(again.subscription());
    }
  }

  @Test
  void subscriptions_are_bounded() throws Exception {
    try (RelayConnection connection = connect()) {
      for (int i = 0; i < RelayConnection.MAX_SUBSCRIPTIONS; i++) {
        connection.subscribe(List.of(Filter.kinds(1)), listener);
      }
      assertThatThrownBy(() -> connection.subscribe(List.of(Filter.kinds(1)), listener))
          .isInstanceOf(LiveException.class)
          .hasMessageContaining("already");
    }
  }

  @Test
  void relays_that_strangers_name_are_public_ones() {
    RelaySettings careful = RelaySettings.DEFAULT.publicAddressesOnly();
    assertThatThrownBy(() -> RelayConnection.open("ws://127.0.0.1:1", careful))
        .isInstanceOf(LiveException.class)
        .hasMessageContaining("public");
    try (RelayConnection byName = RelayConnection.open("ws://localhost:1", careful)) {
      await().until(() -> byName.state() == RelayState.FAILED);
      assertThat(byName.lastProblem()).contains("no public address");
    }
  }

  /** Shakes hands as a WebSocket server, and says nothing ever after. */
  private static final class SilentRelay implements AutoCloseable {
    private static final Pattern KEY = Pattern.compile("Sec-WebSocket-Key: (\\S+)");
    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();

    SilentRelay() throws IOException {
      Thread.ofVirtual().start(this::accept);
    }

    String url() {
      return "ws://127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = server.accept();
          sockets.add(socket);
          InputStream in = socket.getInputStream();
          StringBuilder head = new StringBuilder();
          while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
          }
          Matcher key = KEY.matcher(head);
          if (!key.find()) {
            throw new IOException("no WebSocket");
          }
          byte[] digest =
              MessageDigest.getInstance("SHA-1")
                  .digest(
                      (key.group(1) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                          .getBytes(StandardCharsets.US_ASCII));
          String answer =
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  + "Sec-WebSocket-Accept: "
                  + Base64.getEncoder().encodeToString(digest)
                  + "\r\n\r\n";
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
          connections.incrementAndGet();
        }
      } catch (IOException | java.security.NoSuchAlgorithmException end) {
        // closed by the test
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void a_pool_fails_over_and_follows_relays_that_come_and_go() throws Exception {
    try (ScriptedRelay backup = new ScriptedRelay();
        ScriptedRelay third = new ScriptedRelay();
        RelayPool pool = RelayPool.connect("ws://127.0.0.1:1")) {
      List<String> told = new CopyOnWriteArrayList<>();
      pool.onState((url, state) -> told.add(url + " " + state));
      pool.subscribe(List.of(Filter.kinds(1)), listener);
      pool.failOverTo(List.of(backup.url()), 1);
      ScriptedRelay.Client client = backup.client();
      String id = client.next(ClientMessage.Req.class).subscription();
      Event a = event(1, "a");
      client.send(new RelayMessage.Delivery(id, a));
      await().untilAsserted(() -> assertThat(received).containsExactly(a));
      assertThat(pool.states()).containsEntry(backup.url(), RelayState.CONNECTED);
      await().until(() -> told.contains("ws://127.0.0.1:1 FAILED"));

      pool.add(third.url());
      pool.add(third.url());
      ScriptedRelay.Client late = third.client();
      String lateId = late.next(ClientMessage.Req.class).subscription();
      late.send(new RelayMessage.Delivery(lateId, a));
      Event b = event(2, "b");
      late.send(new RelayMessage.Delivery(lateId, b));
      await().untilAsserted(() -> assertThat(received).containsExactly(a, b));
      pool.remove(backup.url());
      assertThat(pool.urls()).containsExactly("ws://127.0.0.1:1", third.url());
    }
  }

  @Test
  void a_forged_copy_on_one_relay_hides_nothing_on_another() throws Exception {
    try (ScriptedRelay honest = new ScriptedRelay();
        RelayPool pool = RelayPool.connect(relay.url(), honest.url())) {
      pool.subscribe(List.of(Filter.kinds(1)), listener);
      ScriptedRelay.Client liar = relay.client();
      String id = liar.next(ClientMessage.Req.class).subscription();
      Event real = event(1, "real");
      liar.send(
          new RelayMessage.Delivery(
              id, Event.parse(real.toJson().replace("\"real\"", "\"fake\""))));
      Event otherSignature =
          Event.parse(real.toJson().replaceFirst("\"sig\":\"..", "\"sig\":\"00"));
      liar.send(new RelayMessage.Delivery(id, otherSignature));
      ScriptedRelay.Client client = honest.client();
      client.send(
          new RelayMessage.Delivery(client.next(ClientMessage.Req.class).subscription(), real));
      await().untilAsserted(() -> assertThat(received).containsExactly(real));
    }
  }

  @Test
  void a_policy_waits_for_as_many_as_it_asks_for() throws Exception {
    try (ScriptedRelay second = new ScriptedRelay();
        RelayPool pool = RelayPool.connect(relay.url(), second.url())) {
      Event a = event(1, "a");
      CompletableFuture<PublishResult> result =
          CompletableFuture.supplyAsync(() -> pool.publish(a, TIMEOUT, PublishPolicy.ALL));
      ScriptedRelay.Client one = relay.client();
      one.next(ClientMessage.Publish.class);
      one.send(new RelayMessage.Ok(a.id(), true, ""));
      ScriptedRelay.Client other = second.client();
      other.next(ClientMessage.Publish.class);
      TimeUnit.MILLISECONDS.sleep(100); // it must not have been done by now
      assertThat(result).isNotDone();
      other.send(new RelayMessage.Ok(a.id(), false, "pow: 20 bits needed"));
      PublishResult both = result.join();
      assertThat(both.require(PublishPolicy.ANY)).isEqualTo(both);
      assertThatThrownBy(() -> both.require(PublishPolicy.ALL))
          .hasMessageContaining("pow: 20 bits needed");
      assertThat(PublishPolicy.MAJORITY.needed(3)).isEqualTo(2);
      assertThat(PublishPolicy.atLeast(0).needed(3)).isEqualTo(1);
    }
  }

  @Test
  void a_relay_that_takes_the_call_and_says_nothing_has_failed() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        RelayConnection connection =
            RelayConnection.open(
                "ws://127.0.0.1:" + mute.getLocalPort(),
                new RelaySettings(
                    java.util.Optional.empty(), TIMEOUT, Duration.ofMillis(300), false))) {
      await().until(() -> connection.state() == RelayState.FAILED);
    }
  }

  @Test
  void a_redirect_is_not_followed_and_compression_is_not_offered() throws Exception {
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      server.enqueue(
          new MockResponse.Builder()
              .code(302)
              .addHeader("Location", relay.url().replace("ws:", "http:"))
              .build());
      try (RelayConnection connection =
          RelayConnection.open("ws://127.0.0.1:" + server.getPort())) {
        await().until(() -> connection.state() == RelayState.FAILED);
        assertThat(connection.lastProblem()).isEqualTo("HTTP 302");
        assertThat(server.takeRequest().getHeaders().get("Sec-WebSocket-Extensions"))
            .as("a small frame could unfold to any size")
            .isNull();
      }
    }
  }

  @Test
  void a_second_disconnect_in_the_middle_of_a_replay_loses_nothing() throws Exception {
    long now = System.currentTimeMillis() / 1000;
    try (RelayConnection connection = connect()) {
      connection.subscribe(List.of(Filter.kinds(1)), listener);
      ScriptedRelay.Client first = relay.client();
      String id = first.next(ClientMessage.Req.class).subscription();
      first.send(new RelayMessage.Delivery(id, event(now - 7_200, "old")));
      first.send(new RelayMessage.Eose(id));
      await().until(() -> received.size() == 1);
      first.drop();
      ScriptedRelay.Client second = relay.client();
      Filter missed = second.next(ClientMessage.Req.class).filters().getFirst();
      assertThat(missed.since()).hasValue(now - 7_260);
      second.send(new RelayMessage.Delivery(id, event(now, "newest of two hours")));
      await().until(() -> received.size() == 2);
      second.drop();
      assertThat(relay.client().next(ClientMessage.Req.class).filters()).containsExactly(missed);
    }
  }

  @Test
  void a_call_that_fails_harms_no_other() throws Exception {
    try (RelayConnection connection = connect()) {
      assertThatThrownBy(() -> connection.subscribe(List.of(), listener))
          .isInstanceOf(LiveException.class);
      Subscription good = connection.subscribe(List.of(Filter.kinds(1)), listener);
      assertThatThrownBy(() -> good.update(List.of())).isInstanceOf(LiveException.class);
      String half = event(1, "x").toJson().replace("\"x\"", "\"\\ud800\"");
      Event halfACharacter = Event.parse(half);
      assertThat(halfACharacter.verify()).isFalse();
      assertThat(connection.publish(halfACharacter, TIMEOUT).join().status())
          .isEqualTo(Status.REJECTED);
      ScriptedRelay.Client client = relay.client();
      client.next(ClientMessage.Req.class);
      client.drop();
      ScriptedRelay.Client again = relay.client();
      String id = again.next(ClientMessage.Req.class).subscription();
      again.sendRaw("[\"EVENT\",\"" + id + "\"," + half + "]");
      Event fine = event(2, "fine");
      again.send(new RelayMessage.Delivery(id, fine));
      await().untilAsserted(() -> assertThat(received).containsExactly(fine));
    }
  }

  @Test
  void a_listener_that_fails_an_assertion_hears_the_next_event() throws Exception {
    try (RelayConnection connection = connect()) {
      connection.subscribe(
          List.of(Filter.kinds(1)),
          event -> {
            received.add(event);
            throw new AssertionError("on purpose");
          });
      ScriptedRelay.Client client = relay.client();
      String id = client.next(ClientMessage.Req.class).subscription();
      client.send(new RelayMessage.Delivery(id, event(1, "a")));
      client.send(new RelayMessage.Delivery(id, event(2, "b")));
      await().until(() -> received.size() == 2);
    }
  }

  @Test
  void challenges_without_end_are_signed_one_at_a_time() throws Exception {
    AtomicInteger signing = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    Signer slow =
        new Signer() {
          @Override
          public com.wavlake.live.nostr.PublicKey publicKey() {
            return ALICE.publicKey();
          }

          @Override
          public Event sign(EventTemplate template) {
            most.accumulateAndGet(signing.incrementAndGet(), Math::max);
            try {
              go.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            signing.decrementAndGet();
            return ALICE.sign(template);
          }

          @Override
          public void close() {}
        };
    try (RelayConnection connection = connectAs(slow)) {
      Event a = event(1, "a");
      var unused = connection.publish(a, TIMEOUT);
      ScriptedRelay.Client client = relay.client();
      client.next(ClientMessage.Publish.class);
      client.send(new RelayMessage.Ok(a.id(), false, "auth-required: x"));
      for (int i = 0; i < 50; i++) {
        client.send(new RelayMessage.Challenge("c" + i));
      }
      client.send(new RelayMessage.Notice("all sent"));
      await().until(() -> signing.get() == 1);
      go.countDown();
      requireAuth(client.next(ClientMessage.Auth.class), relay.url(), "c49");
      assertThat(most).hasValue(1);
    }
  }
}
