package com.wavlake.live.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.PublishOutcome.Status;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RelayConnectionTest {
  private static final KeySigner SIGNER = KeySigner.of(SecretKey.generate());
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private ScriptedRelay relay;
  private RelayConnection connection;
  private final List<Event> received = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() throws IOException {
    relay = new ScriptedRelay();
    connection = RelayConnection.open(relay.url());
  }

  @AfterEach
  void close() {
    connection.close();
    relay.close();
  }

  private static Event event(long createdAt, String content) {
    return SIGNER.sign(new EventTemplate(createdAt, 1, List.of(), content));
  }

  private void awaitReceived(Event... events) {
    await().atMost(TIMEOUT).untilAsserted(() -> assertThat(received).containsExactly(events));
  }

  @Test
  void each_ok_answers_its_own_event() throws Exception {
    Event a = event(1, "a");
    Event b = event(1, "b");
    CompletableFuture<PublishOutcome> outcomeA = connection.publish(a, TIMEOUT);
    CompletableFuture<PublishOutcome> outcomeB = connection.publish(b, TIMEOUT);
    ScriptedRelay.Client client = relay.client();
    client.next(ClientMessage.Publish.class);
    client.next(ClientMessage.Publish.class);

    client.send(new RelayMessage.Ok(event(1, "c").id(), true, ""));
    client.send(new RelayMessage.Ok(b.id(), false, "blocked: not b"));
    client.send(new RelayMessage.Ok(a.id(), true, ""));

    assertThat(outcomeA.join()).isEqualTo(new PublishOutcome(relay.url(), Status.ACCEPTED, ""));
    assertThat(outcomeB.join())
        .isEqualTo(new PublishOutcome(relay.url(), Status.REJECTED, "blocked: not b"));
  }

  @Test
  void a_duplicate_is_a_success_even_with_false() throws Exception {
    Event a = event(1, "a");
    CompletableFuture<PublishOutcome> outcome = connection.publish(a, TIMEOUT);
    relay.client().send(new RelayMessage.Ok(a.id(), false, "duplicate: have it"));
    assertThat(outcome.join().accepted()).isTrue();
  }

  @Test
  void no_answer_is_a_time_out_and_no_connection_is_unreachable() throws Exception {
    relay.client();
    await().until(() -> connection.state() == RelayState.CONNECTED);
    assertThat(connection.publish(event(1, "a"), Duration.ofMillis(200)).join().status())
        .isEqualTo(Status.TIMED_OUT);
    try (RelayConnection nowhere = RelayConnection.open("ws://127.0.0.1:1")) {
      PublishOutcome outcome = nowhere.publish(event(1, "a"), Duration.ofMillis(500)).join();
      assertThat(outcome.status()).isEqualTo(Status.UNREACHABLE);
      assertThat(outcome.reason()).isNotEmpty();
    }
  }

  @Test
  void a_publish_without_answer_is_sent_again_after_a_reconnect() throws Exception {
    Event a = event(1, "a");
    CompletableFuture<PublishOutcome> outcome = connection.publish(a, TIMEOUT);
    ScriptedRelay.Client first = relay.client();
    first.next(ClientMessage.Publish.class);
    first.drop();

    ScriptedRelay.Client second = relay.client();
    assertThat(second.next(ClientMessage.Publish.class).event()).isEqualTo(a);
    second.send(new RelayMessage.Ok(a.id(), true, ""));
    assertThat(outcome.join().accepted()).isTrue();
  }

  @Test
  void forged_unasked_and_repeated_events_do_not_reach_the_listener() throws Exception {
    connection.subscribe(List.of(Filter.kinds(1)), received::add);
    ScriptedRelay.Client client = relay.client();
    String id = client.next(ClientMessage.Req.class).subscription();
    Event right = event(5, "right");
    Event forged = Event.parse(right.toJson().replace("right", "wrong"));
    Event otherKind = SIGNER.sign(new EventTemplate(5, 2, List.of(), ""));

    client.send(new RelayMessage.Delivery(id, forged)); // the same id: must not hide the real one
    client.send(new RelayMessage.Delivery("other", event(5, "not ours")));
    client.send(new RelayMessage.Delivery(id, otherKind));
    client.sendRaw("[\"EVENT\",");
    client.send(new RelayMessage.Delivery(id, right));
    client.send(new RelayMessage.Delivery(id, right));
    Event last = event(6, "last");
    client.send(new RelayMessage.Delivery(id, last));

    awaitReceived(right, last);
  }

  @Test
  void a_subscription_survives_a_reconnect_from_where_it_was() throws Exception {
    connection.subscribe(List.of(Filter.kinds(1).limit(10)), received::add);
    ScriptedRelay.Client first = relay.client();
    Event before = event(1_000, "before");
    String id = first.next(ClientMessage.Req.class).subscription();
    first.send(new RelayMessage.Delivery(id, before));
    first.send(new RelayMessage.Eose(id));
    first.send(new RelayMessage.Delivery(id, event(999, "after the stored ones")));
    await().atMost(TIMEOUT).until(() -> received.size() == 2);
    received.removeLast();
    first.drop();

    ScriptedRelay.Client second = relay.client();
    ClientMessage.Req again = second.next(ClientMessage.Req.class);
    assertThat(again.filters()).containsExactly(Filter.kinds(1).since(940));
    Event missed = event(1_001, "missed");
    second.send(new RelayMessage.Delivery(again.subscription(), before));
    second.send(new RelayMessage.Delivery(again.subscription(), missed));
    awaitReceived(before, missed);
  }

  @Test
  void a_replay_that_was_cut_off_is_asked_for_again_whole() throws Exception {
    Filter filter = Filter.kinds(1).limit(10);
    connection.subscribe(List.of(filter), received::add);
    ScriptedRelay.Client first = relay.client();
    Event newest = event(1_000, "newest first");
    first.send(
        new RelayMessage.Delivery(first.next(ClientMessage.Req.class).subscription(), newest));
    awaitReceived(newest);
    first.drop();
    assertThat(relay.client().next(ClientMessage.Req.class).filters()).containsExactly(filter);
  }

  @Test
  void closed_while_it_was_being_opened_it_stays_closed() throws Exception {
    try (ScriptedRelay other = new ScriptedRelay()) {
      RelayConnection early = RelayConnection.open(other.url());
      List<RelayState> states = new CopyOnWriteArrayList<>();
      early.onState(states::add);
      early.close();
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(3))
          .until(() -> early.state() == RelayState.CLOSED);
      assertThat(states).doesNotContain(RelayState.CONNECTED, RelayState.LOST, RelayState.FAILED);
    }
  }

  @Test
  void an_event_dated_ahead_does_not_move_the_cursor_past_now() throws Exception {
    connection.subscribe(List.of(Filter.kinds(1)), received::add);
    ScriptedRelay.Client first = relay.client();
    Event future = event(99_999_999_999L, "future");
    String id = first.next(ClientMessage.Req.class).subscription();
    first.send(new RelayMessage.Eose(id));
    first.send(new RelayMessage.Delivery(id, future));
    awaitReceived(future);
    first.drop();
    long since =
        relay.client().next(ClientMessage.Req.class).filters().getFirst().since().orElseThrow();
    assertThat(since).isLessThanOrEqualTo(System.currentTimeMillis() / 1000 + 1);
  }

  @Test
  void a_closed_subscription_is_not_asked_again() throws Exception {
    CompletableFuture<String> reason = new CompletableFuture<>();
    connection.subscribe(
        List.of(Filter.kinds(1)),
        new SubscriptionListener() {
          @Override
          public void onEvent(Event event) {}

          @Override
          public void onClosed(String url, String why) {
            reason.complete(why);
          }
        });
    ScriptedRelay.Client first = relay.client();
    first.send(
        new RelayMessage.Closed(
            first.next(ClientMessage.Req.class).subscription(), "restricted: no"));
    assertThat(reason.join()).isEqualTo("restricted: no");
    first.drop();
    assertThat(relay.client().isSilentFor(300)).isTrue();
  }

  @Test
  void a_failing_or_slow_listener_harms_no_other_subscription() throws Exception {
    connection.subscribe(
        List.of(Filter.kinds(1)),
        event -> {
          throw new IllegalStateException("a listener's fault, on purpose");
        });
    connection.subscribe(List.of(Filter.kinds(1)), received::add);
    ScriptedRelay.Client client = relay.client();
    String first = client.next(ClientMessage.Req.class).subscription();
    String second = client.next(ClientMessage.Req.class).subscription();
    Event a = event(1, "a");
    client.send(new RelayMessage.Delivery(first, a));
    client.send(new RelayMessage.Delivery(second, a));
    awaitReceived(a);
  }

  @Test
  void unsubscribing_says_close() throws Exception {
    Subscription subscription = connection.subscribe(List.of(Filter.kinds(1)), received::add);
    ScriptedRelay.Client client = relay.client();
    String id = client.next(ClientMessage.Req.class).subscription();
    subscription.close();
    assertThat(client.next(ClientMessage.Close.class).subscription()).isEqualTo(id);
  }

  @Test
  void waiting_publishes_are_bounded() {
    try (RelayConnection nowhere = RelayConnection.open("ws://127.0.0.1:1")) {
      for (int i = 0; i < RelayConnection.MAX_PENDING; i++) {
        var unused = nowhere.publish(event(i, "x"), TIMEOUT);
      }
      assertThat(nowhere.publish(event(1, "one more"), TIMEOUT))
          .isCompletedWithValueMatching(o -> o.status() == Status.UNREACHABLE);
    }
  }

  @Test
  void closing_completes_what_waits() {
    CompletableFuture<PublishOutcome> outcome =
        connection.publish(event(1, "a"), Duration.ofMinutes(5));
    connection.close();
    assertThat(outcome.join().status()).isEqualTo(Status.UNREACHABLE);
    assertThatThrownBy(() -> connection.subscribe(List.of(Filter.any()), received::add))
        .isInstanceOf(LiveException.class);
  }

  @Test
  void backoff_grows_to_a_cap_and_is_reset_by_a_stable_connection_alone() {
    Backoff backoff = new Backoff(new Random(1));
    long previous = 0;
    for (int i = 0; i < 20; i++) {
      previous = backoff.next(Duration.ofSeconds(59)).toMillis();
    }
    assertThat(previous).isBetween(30_000L, 60_000L);
    assertThat(backoff.next(Duration.ofSeconds(60)).toMillis()).isBetween(250L, 500L);
  }

  @Test
  void a_count_is_asked_for_again_after_a_reconnect_and_each_answer_is_its_own() throws Exception {
    CompletableFuture<OptionalLong> notes = connection.count(List.of(Filter.kinds(1)), TIMEOUT);
    CompletableFuture<OptionalLong> chat = connection.count(List.of(Filter.kinds(1311)), TIMEOUT);
    ScriptedRelay.Client first = relay.client();
    assertThat(first.next(ClientMessage.Count.class).filters()).containsExactly(Filter.kinds(1));
    first.drop();

    ScriptedRelay.Client second = relay.client();
    String notesQuery = second.next(ClientMessage.Count.class).query();
    String chatQuery = second.next(ClientMessage.Count.class).query();
    second.send(new RelayMessage.Count("another", 1));
    second.send(new RelayMessage.Count(chatQuery, 7));
    second.send(new RelayMessage.Count(notesQuery, 238));
    assertThat(notes.join()).hasValue(238);
    assertThat(chat.join()).hasValue(7);
  }

  @Test
  void a_count_that_is_refused_or_not_answered_is_none() throws Exception {
    CompletableFuture<OptionalLong> refused = connection.count(List.of(Filter.any()), TIMEOUT);
    ScriptedRelay.Client client = relay.client();
    String query = client.next(ClientMessage.Count.class).query();
    client.send(new RelayMessage.Closed(query, "auth-required: tell me who you are"));
    assertThat(refused.join()).isEmpty();
    assertThat(connection.count(List.of(Filter.any()), Duration.ofMillis(50)).join()).isEmpty();
    CompletableFuture<OptionalLong> abandoned = connection.count(List.of(Filter.any()), TIMEOUT);
    connection.close();
    assertThat(abandoned.join()).isEmpty();
    assertThat(connection.count(List.of(Filter.any()), TIMEOUT).join()).isEmpty();
  }

  @Test
  void a_connection_has_so_many_counts_and_no_more() {
    for (int i = 0; i < RelayConnection.MAX_SUBSCRIPTIONS; i++) {
      assertThat(connection.count(List.of(Filter.any()), TIMEOUT)).isNotDone();
    }
    assertThat(connection.count(List.of(Filter.any()), TIMEOUT).join()).isEmpty();
  }

  @Test
  void a_pool_counts_by_the_relay_that_has_most_and_waits_for_no_dead_one() throws Exception {
    relay.client(); // the connection that the other tests use
    try (ScriptedRelay other = new ScriptedRelay();
        RelayPool pool = RelayPool.connect(relay.url(), other.url(), "ws://127.0.0.1:1")) {
      CompletableFuture<OptionalLong> most =
          CompletableFuture.supplyAsync(
              () -> pool.count(List.of(Filter.kinds(1311)), Duration.ofHours(1)));
      ScriptedRelay.Client some = relay.client();
      ScriptedRelay.Client more = other.client();
      some.send(new RelayMessage.Count(some.next(ClientMessage.Count.class).query(), 3));
      more.send(new RelayMessage.Count(more.next(ClientMessage.Count.class).query(), 5));
      assertThat(most.join()).hasValue(5);
    }
  }

  @Test
  void a_pool_reports_one_outcome_a_relay_and_a_dead_one_does_not_delay_a_query() throws Exception {
    try (ScriptedRelay other = new ScriptedRelay();
        RelayPool pool = RelayPool.connect(other.url(), "ws://127.0.0.1:1")) {
      Event a = event(1, "a");
      ScriptedRelay.Client client = other.client();
      CompletableFuture<PublishResult> result =
          CompletableFuture.supplyAsync(() -> pool.publish(a, Duration.ofSeconds(1)));
      client.next(ClientMessage.Publish.class);
      client.send(new RelayMessage.Ok(a.id(), true, ""));
      assertThat(result.join().acceptedCount()).isEqualTo(1);
      assertThat(result.join().failures())
          .singleElement()
          .satisfies(f -> assertThat(f.status()).isEqualTo(Status.UNREACHABLE));
      assertThatThrownBy(() -> result.join().requireAccepted(2))
          .isInstanceOf(LiveException.class)
          .hasMessageContaining("1 of 2");

      CompletableFuture<List<Event>> found =
          CompletableFuture.supplyAsync(() -> pool.query(Filter.kinds(1), Duration.ofSeconds(1)));
      String id = client.next(ClientMessage.Req.class).subscription();
      client.send(new RelayMessage.Delivery(id, a));
      client.send(new RelayMessage.Eose(id));
      assertThat(found.join()).containsExactly(a);
    }
  }
}
