package com.wavlake.ingest.relay;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The relay over its real store, without sockets. */
final class RelayTest {
  private static final KeySigner ALICE = KeySigner.of(SecretKey.generate());
  private static final KeySigner BOB = KeySigner.of(SecretKey.generate());

  @TempDir Path directory;
  private final FakeTime time = new FakeTime();
  private Database database;
  private Relay relay;
  private Client client;

  @BeforeEach
  void open() {
    database = Database.open(directory);
    relay =
        new Relay(
            new SqlEventStore(database), (_, _) -> Optional.empty(), RelayLimits.DEFAULT, time);
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
        .startsWith("blocked:");
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
    for (String frame : List.of("", "hello", "[]", "[\"COUNT\",\"x\",{}]", "[\"EVENT\",{}]")) {
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
      new SqlEventStore(database).store(event(ALICE, 1, now() - i, ""));
    }
    assertThat(new Client().query(Filter.any())).hasSize(500);
  }
}
