package com.wavlake.ingest.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.ingest.TestDatabase;
import com.wavlake.ingest.store.Database;
import com.wavlake.ingest.store.SqlEventStore;
import com.wavlake.ingest.time.FakeTime;
import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The relay over its real stores, without sockets. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
final class RelayTest {
  private static final KeySigner ALICE = KeySigner.of(SecretKey.generate());
  private static final KeySigner BOB = KeySigner.of(SecretKey.generate());

  @Parameter TestDatabase kind = TestDatabase.SQLITE;
  @TempDir Path directory;
  private final FakeTime time = new FakeTime();
  private Database database;
  private Relay relay;
  private Client client;

  @BeforeEach
  void open() {
    database = kind.open(directory);
    relay =
        new Relay(
            new SqlEventStore(database),
            (_, _) -> Optional.empty(),
            RelayLimits.DEFAULT,
            AuthDemand.OFFERED,
            time);
    client = new Client();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private final class Client {
    private final List<RelayMessage> heard = new ArrayList<>();
    private final RelaySession session =
        relay.connect("192.0.2.1", frame -> heard.add(RelayMessage.parse(frame)));

    Client() {
      assertThat(heard).singleElement().isInstanceOf(RelayMessage.Challenge.class);
      heard.clear();
    }

    RelayMessage.Ok publish(Event event) {
      say(new ClientMessage.Publish(event).toJson());
      return (RelayMessage.Ok) heard.getLast();
    }

    void say(String frame) {
      session.receive(frame);
    }

    List<Event> query(Filter... filters) {
      heard.clear();
      say(new ClientMessage.Req("q", List.of(filters)).toJson());
      assertThat(heard.getLast()).isEqualTo(new RelayMessage.Eose("q"));
      List<Event> events = events();
      say(new ClientMessage.Close("q").toJson());
      return events;
    }

    List<Event> events() {
      return heard.stream()
          .filter(RelayMessage.Delivery.class::isInstance)
          .map(message -> ((RelayMessage.Delivery) message).event())
          .toList();
    }
  }

  private long now() {
    return time.now().getEpochSecond();
  }

  private Event event(KeySigner by, int kind, long at, String content, Tag... tags) {
    return by.sign(new EventTemplate(at, kind, List.of(tags), content));
  }

  @Test
  void what_is_published_is_found_by_everything_that_describes_it() {
    Event event = event(ALICE, 1, now(), "hi", Tag.of("t", "music"), Tag.of("e", "x", "relay"));
    Event other = event(BOB, 7, now() - 10, "+");
    assertThat(client.publish(event)).isEqualTo(new RelayMessage.Ok(event.id(), true, ""));
    client.publish(other);
    assertThat(client.query(Filter.any().withIds(Set.of(event.id())))).containsExactly(event);
    assertThat(client.query(Filter.any().by(ALICE.publicKey()))).containsExactly(event);
    assertThat(client.query(Filter.kinds(1))).containsExactly(event);
    assertThat(client.query(Filter.any().tagged("t", "talk", "music").tagged("e", "x")))
        .containsExactly(event);
    assertThat(client.query(Filter.any().tagged("t", "talk"))).isEmpty();
    assertThat(client.query(Filter.any().since(now()).until(now()))).containsExactly(event);
    assertThat(client.query(Filter.any())).containsExactly(event, other);
    assertThat(client.query(Filter.kinds(1), Filter.kinds(7), Filter.any()))
        .containsExactly(event, other);
    assertThat(client.query(Filter.any().limit(1))).containsExactly(event);
    assertThat(client.query(Filter.any().limit(0))).isEmpty();
  }

  @Test
  void text_with_escapes_and_a_second_look_at_the_store_come_back_the_same() {
    Event event =
        event(ALICE, 1, now(), "\"\\\n\t\u0001é😀 ' ; DROP TABLE events", Tag.of("t", "a'b"));
    client.publish(event);
    assertThat(client.query(Filter.any().tagged("t", "a'b"))).containsExactly(event);
    assertThat(client.publish(event))
        .isEqualTo(new RelayMessage.Ok(event.id(), true, "duplicate: already have this event"));
  }

  @Test
  void forged_and_malformed_events_are_refused_and_reach_nobody() {
    Client watcher = new Client();
    watcher.say(new ClientMessage.Req("w", List.of(Filter.any())).toJson());
    Event right = event(ALICE, 1, now(), "mine");
    Event forged = Event.parse(right.toJson().replace("mine", "your"));
    assertThat(client.publish(forged).reason()).startsWith("invalid:");
    Event stolen =
        Event.parse(right.toJson().replace(right.sig(), event(ALICE, 1, now(), "x").sig()));
    assertThat(client.publish(stolen).accepted()).isFalse();
    assertThat(client.publish(event(ALICE, 1, now() + 901, "future")).reason())
        .startsWith("invalid:");
    assertThat(client.publish(event(ALICE, 1, now(), "x".repeat(65_536))).reason())
        .contains("65536 bytes");
    assertThat(client.publish(event(ALICE, 22_242, now(), "")).reason()).startsWith("blocked:");
    assertThat(client.publish(event(ALICE, 1, now(), "", Tag.of("-"))).reason())
        .startsWith("auth-required:");
    assertThat(client.publish(event(ALICE, 1, now(), "", Tag.of("expiration", "1"))).reason())
        .contains("expired");
    assertThat(client.publish(event(ALICE, 1, now(), "", Tag.of("expiration", "soon"))).reason())
        .startsWith("invalid:");
    assertThat(watcher.events()).isEmpty();
    assertThat(client.query(Filter.any())).isEmpty();
  }

  @Test
  void live_events_come_as_they_are_published_each_once() {
    Event stored = event(ALICE, 1, now() - 5, "stored");
    client.publish(stored);
    Client watcher = new Client();
    watcher.say(
        new ClientMessage.Req(
                "w", List.of(Filter.kinds(1).limit(10), Filter.any().by(ALICE.publicKey())))
            .toJson());
    Event live = event(ALICE, 1, now(), "live");
    Event other = event(BOB, 2, now(), "other");
    client.publish(live);
    client.publish(other);
    assertThat(watcher.events()).containsExactly(stored, live);
    watcher.say(new ClientMessage.Close("w").toJson());
    client.publish(event(ALICE, 1, now(), "after"));
    assertThat(watcher.events()).hasSize(2);
    watcher.session.close();
    assertThat(relay.clientCount()).isEqualTo(1);
  }

  @Test
  void a_req_with_the_same_id_replaces() {
    Client watcher = new Client();
    watcher.say(new ClientMessage.Req("w", List.of(Filter.kinds(1))).toJson());
    watcher.say(new ClientMessage.Req("w", List.of(Filter.kinds(2))).toJson());
    client.publish(event(ALICE, 1, now(), ""));
    Event two = event(ALICE, 2, now(), "");
    client.publish(two);
    assertThat(watcher.events()).containsExactly(two);
  }

  @Test
  void of_replaceable_and_addressable_events_the_newest_is_kept() {
    Event old = event(ALICE, 30_311, now() - 1, "old", Tag.of("d", "x"));
    Event young = event(ALICE, 30_311, now(), "young", Tag.of("d", "x"));
    Event elsewhere = event(ALICE, 30_311, now(), "elsewhere", Tag.of("d", "y"));
    Event nowhere = event(ALICE, 30_311, now(), "nowhere");
    client.publish(old);
    assertThat(client.publish(young).accepted()).isTrue();
    assertThat(client.publish(old).accepted()).as("superseded").isFalse();
    client.publish(elsewhere);
    client.publish(nowhere);
    assertThat(client.query(Filter.kinds(30_311)))
        .containsExactlyInAnyOrder(young, elsewhere, nowhere);
    assertThat(client.query(Filter.kinds(30_311).tagged("d", "x"))).containsExactly(young);

    Event tieA = event(ALICE, 0, now(), "a");
    Event tieB = event(ALICE, 0, now(), "b");
    client.publish(tieA);
    client.publish(tieB);
    assertThat(client.query(Filter.kinds(0)))
        .containsExactly(tieA.id().compareTo(tieB.id()) < 0 ? tieA : tieB);
  }

  @Test
  void ephemeral_events_are_passed_on_and_not_kept() {
    Client watcher = new Client();
    watcher.say(new ClientMessage.Req("w", List.of(Filter.any())).toJson());
    Event event = event(ALICE, 20_001, now(), "now");
    assertThat(client.publish(event).accepted()).isTrue();
    assertThat(watcher.events()).containsExactly(event);
    assertThat(client.query(Filter.any())).isEmpty();
  }

  @Test
  void one_deletes_ones_own_and_what_is_deleted_stays_so() {
    Event mine = event(ALICE, 1, now(), "mine");
    Event others = event(BOB, 1, now(), "others");
    Event stream = event(ALICE, 30_311, now(), "", Tag.of("d", "x"));
    client.publish(mine);
    client.publish(others);
    client.publish(stream);
    Event deletion =
        event(
            ALICE,
            5,
            now() + 1,
            "",
            Tag.of("e", mine.id().hex()),
            Tag.of("e", others.id().hex()),
            Tag.of("a", stream.address().coordinate()),
            Tag.of("a", "5:" + ALICE.publicKey() + ":"),
            Tag.of("a", "1:" + ALICE.publicKey() + ":"),
            Tag.of("a", "30311junk:x:y"));
    assertThat(client.publish(deletion).accepted()).isTrue();
    assertThat(client.query(Filter.kinds(1, 30_311))).containsExactly(others);
    assertThat(client.publish(mine).reason()).startsWith("blocked:");
    assertThat(client.publish(stream).accepted()).isFalse();
    Event again = event(ALICE, 30_311, now() + 2, "", Tag.of("d", "x"));
    assertThat(client.publish(again).accepted()).as("a newer version is a new event").isTrue();
    client.publish(event(ALICE, 5, now() + 3, "", Tag.of("e", deletion.id().hex())));
    assertThat(client.publish(mine).accepted()).as("deletions cannot be deleted").isFalse();
  }

  @Test
  void an_expired_event_is_served_no_more() {
    Event event = event(ALICE, 1, now(), "", Tag.of("expiration", Long.toString(now() + 60)));
    client.publish(event);
    assertThat(client.query(Filter.any())).containsExactly(event);
    time.advance(Duration.ofSeconds(61));
    assertThat(client.query(Filter.any())).isEmpty();
  }

  @Test
  void nonsense_gets_an_answer_and_limits_hold() {
    for (String frame : List.of("", "hello", "[]", "[\"EVENT\",{}]")) {
      client.heard.clear();
      client.say(frame);
      assertThat(client.heard).as(frame).singleElement().isInstanceOf(RelayMessage.Notice.class);
    }
    client.heard.clear();
    client.say("[\"REQ\",\"bad\",{\"authors\":[]}]");
    assertThat(client.heard).singleElement().isInstanceOf(RelayMessage.Closed.class);
    client.heard.clear();
    Filter[] filters = new Filter[11];
    Arrays.fill(filters, Filter.any());
    client.say(new ClientMessage.Req("many", List.of(filters)).toJson());
    assertThat(client.heard).singleElement().isInstanceOf(RelayMessage.Closed.class);
    for (int i = 0; i < 21; i++) {
      client.heard.clear();
      client.say(new ClientMessage.Req("s" + i, List.of(Filter.any())).toJson());
    }
    assertThat(client.heard).singleElement().isInstanceOf(RelayMessage.Closed.class);
    for (int i = 0; i < 505; i++) {
      new SqlEventStore(database).store(List.of(event(ALICE, 1, now() - i, "")));
    }
    assertThat(new Client().query(Filter.any())).hasSize(500);
  }

  @Test
  void events_that_come_together_are_stored_together_and_answered_each() {
    Client watcher = new Client();
    watcher.say(new ClientMessage.Req("w", List.of(Filter.any())).toJson());
    watcher.heard.clear();
    Event first = event(ALICE, 1, now() - 2, "first");
    Event old = event(ALICE, 30_023, now() - 2, "old", Tag.of("d", "x"));
    Event young = event(ALICE, 30_023, now() - 1, "young", Tag.of("d", "x"));
    Event gone = event(ALICE, 1, now() - 1, "gone");
    Event deletion = event(ALICE, 5, now(), "", Tag.of("e", gone.id().hex()));
    Event forged = Event.parse(first.toJson().replace("first", "fifth"));
    client.heard.clear();
    client.session.receive(
        List.of(first, first, old, young, old, gone, deletion, gone, forged).stream()
            .map(event -> new ClientMessage.Publish(event).toJson())
            .toList());
    assertThat(client.heard)
        .map(message -> ((RelayMessage.Ok) message).accepted())
        .containsExactly(true, true, true, true, true, true, true, true, false);
    assertThat(client.query(Filter.any())).containsExactlyInAnyOrder(deletion, young, first);
    assertThat(watcher.events()).containsExactly(first, old, young, gone, deletion);
    assertThat(client.publish(gone).reason()).startsWith("blocked:");
  }

  @Test
  void what_was_refused_is_refused_again_however_often_it_is_sent() {
    Event old = event(ALICE, 0, now() - 1, "old");
    client.publish(event(ALICE, 0, now(), "young"));
    client.heard.clear();
    String frame = new ClientMessage.Publish(old).toJson();
    client.session.receive(List.of(frame, frame, frame));
    assertThat(client.heard).hasSize(3).allMatch(message -> !((RelayMessage.Ok) message).success());
  }

  @Test
  void values_that_no_index_takes_are_found_all_the_same() {
    String huge = "x".repeat(20_000);
    Event event =
        event(
            ALICE,
            30_023,
            now(),
            "a\0b",
            Tag.of("d", huge),
            Tag.of("t", huge),
            Tag.of("r", "a\0b"));
    assertThat(client.publish(event).accepted()).isTrue();
    assertThat(client.query(Filter.any().tagged("t", huge))).containsExactly(event);
    assertThat(client.query(Filter.any().tagged("r", "a\0b"))).containsExactly(event);
    Event newer = event(ALICE, 30_023, now() + 1, "", Tag.of("d", huge));
    assertThat(client.publish(newer).accepted()).isTrue();
    assertThat(client.query(Filter.any())).containsExactly(newer);
  }

  @Test
  void an_event_finds_its_subscriptions_without_asking_the_others() {
    SubscriptionIndex<String> index = new SubscriptionIndex<>();
    Event event = event(ALICE, 1311, now(), "hi", Tag.of("a", "30311:x:y"), Tag.of("t", "z"));
    List<Filter> chat = List.of(Filter.kinds(1311).tagged("a", "30311:x:y"));
    index.add(chat, "chat");
    index.add(List.of(Filter.kinds(1311).tagged("a", "30311:x:other")), "other chat");
    index.add(List.of(Filter.any().by(BOB.publicKey()), Filter.kinds(1311)), "kind");
    index.add(List.of(Filter.any().by(ALICE.publicKey())), "author");
    index.add(List.of(Filter.any().withIds(Set.of(event.id()))), "id");
    index.add(List.of(Filter.any()), "all");
    assertThat(index.candidates(event))
        .containsExactlyInAnyOrder("chat", "kind", "author", "id", "all");
    index.remove(chat, "chat");
    assertThat(index.candidates(event)).doesNotContain("chat");
    index.remove(List.of(Filter.any()), "all");
    index.remove(List.of(Filter.any().withIds(Set.of(event.id()))), "id");
    index.remove(List.of(Filter.any().by(ALICE.publicKey())), "author");
    index.remove(List.of(Filter.any().by(BOB.publicKey()), Filter.kinds(1311)), "kind");
    index.remove(List.of(Filter.kinds(1311).tagged("a", "30311:x:other")), "other chat");
    assertThat(index.size()).as("nothing is left behind").isZero();
  }

  @Test
  void a_client_that_goes_leaves_nothing_behind() {
    Client watcher = new Client();
    watcher.say(new ClientMessage.Req("w", List.of(Filter.kinds(1))).toJson());
    watcher.session.close();
    assertThat(relay.index().size()).isZero();
    client.publish(event(ALICE, 1, now(), ""));
    assertThat(watcher.events()).isEmpty();
  }

  @Test
  void filters_hold_so_many_values_and_no_more() {
    String[] many = new String[1_300];
    for (int i = 0; i < many.length; i++) {
      many[i] = "v" + i;
    }
    String fits = new ClientMessage.Req("a", List.of(Filter.any().tagged("t", many))).toJson();
    String over =
        new ClientMessage.Req(
                "b", List.of(Filter.any().tagged("t", many), Filter.any().tagged("x", many)))
            .toJson();
    client.say(over);
    assertThat(client.heard.getLast()).isInstanceOf(RelayMessage.Closed.class);
    for (String id : List.of("1", "2", "3")) {
      client.say(fits.replace("\"a\"", "\"" + id + "\""));
      assertThat(client.heard.getLast()).isInstanceOf(RelayMessage.Eose.class);
    }
    client.say(fits);
    assertThat(((RelayMessage.Closed) client.heard.getLast()).reason()).contains("all");
  }

  @Test
  void what_the_store_cannot_do_just_now_is_answered_and_the_next_frame_too() {
    Event event = event(ALICE, 1, now(), "");
    database.close();
    client.heard.clear();
    client.session.receive(
        List.of(
            new ClientMessage.Publish(event).toJson(),
            "[\"REQ\",\"a\",{}]",
            "[\"COUNT\",\"b\",{}]",
            "[\"NEWS\"]"));
    assertThat(client.heard).hasSize(4);
    assertThat(((RelayMessage.Ok) client.heard.get(0)).reason()).startsWith("error:");
    assertThat(client.heard.get(1)).isEqualTo(new RelayMessage.Closed("a", "error: try again"));
    assertThat(relay.index().size()).as("closed is closed").isZero();
  }

  @Test
  void requests_are_counted_by_address() {
    Relay strict =
        new Relay(
            new SqlEventStore(database),
            (_, _) -> Optional.empty(),
            RelayLimits.DEFAULT.counting(10, 10, 2),
            AuthDemand.OFFERED,
            time);
    List<String> heard = new ArrayList<>();
    RelaySession session = strict.connect("2001:db8::1", heard::add);
    RelaySession neighbour = strict.connect("2001:db8::2", heard::add);
    session.receive("[\"REQ\",\"a\",{}]");
    session.receive("[\"COUNT\",\"b\",{}]");
    neighbour.receive("[\"REQ\",\"c\",{}]");
    assertThat(heard.getLast()).startsWith("[\"CLOSED\",\"c\",\"rate-limited:");
    time.advance(Duration.ofSeconds(61));
    neighbour.receive("[\"REQ\",\"c\",{}]");
    assertThat(heard.getLast()).isEqualTo("[\"EOSE\",\"c\"]");
  }

  @Test
  void a_relay_that_demands_authentication_serves_nobody_before_it() {
    Relay strict =
        new Relay(
            new SqlEventStore(database),
            (_, _) -> Optional.empty(),
            RelayLimits.DEFAULT,
            AuthDemand.ALL,
            time);
    strict.servedAt("wss://relay.example/relay");
    List<RelayMessage> heard = new ArrayList<>();
    RelaySession session =
        strict.connect("192.0.2.1", frame -> heard.add(RelayMessage.parse(frame)));
    String challenge = ((RelayMessage.Challenge) heard.getFirst()).challenge();
    session.receive("[\"REQ\",\"a\",{}]");
    assertThat(((RelayMessage.Closed) heard.getLast()).reason()).startsWith("auth-required:");
    session.receive(new ClientMessage.Publish(event(ALICE, 1, now(), "")).toJson());
    assertThat(((RelayMessage.Ok) heard.getLast()).reason()).startsWith("auth-required:");
    Event answer =
        event(
            ALICE,
            22_242,
            now(),
            "",
            Tag.of("relay", "WSS://Relay.example:443/relay/"),
            Tag.of("challenge", challenge));
    session.receive(new ClientMessage.Auth(answer).toJson());
    assertThat(heard.getLast()).isEqualTo(new RelayMessage.Ok(answer.id(), true, ""));
    session.receive("[\"REQ\",\"a\",{}]");
    assertThat(heard.getLast()).isEqualTo(new RelayMessage.Eose("a"));
  }
}
