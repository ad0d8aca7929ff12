package com.wavlake.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.ingest.TestDatabase;
import com.wavlake.ingest.access.Access;
import com.wavlake.ingest.access.AccessMode;
import com.wavlake.ingest.access.Publisher;
import com.wavlake.ingest.moderation.ChatPace;
import com.wavlake.ingest.moderation.ChatRules;
import com.wavlake.ingest.outbox.LastWill;
import com.wavlake.ingest.store.StreamStore.Creation;
import com.wavlake.ingest.stream.ConnectionState;
import com.wavlake.ingest.stream.StreamJournal;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.ingest.webhook.Webhook;
import com.wavlake.ingest.webhook.WebhookDelivery;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the stores keep, on both databases. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
final class StoresTest {
  private static final Instant NOW = Instant.parse("2026-01-31T20:00:00.123Z");
  private static final StreamStore.Urls URLS = new StreamStore.Urls("rtmp://x/live", "https://x");
  private static final StreamRecord.About ABOUT =
      new StreamRecord.About(
          "Título 😀",
          "",
          "music",
          true,
          Optional.of(NOW.plusSeconds(3600)),
          Optional.empty(),
          "a b",
          true);

  @Parameter TestDatabase kind = TestDatabase.SQLITE;
  @TempDir Path directory;
  private final KeySigner owner = KeySigner.of(SecretKey.generate());
  private Database database;
  private StreamHistory history;
  private StreamStore streams;

  @BeforeEach
  void open() {
    database = kind.open(directory);
    history = new StreamHistory(database);
    streams = new StreamStore(database, history);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private StreamRecord stream(Instant created) {
    String id = UUID.randomUUID().toString();
    return StreamRecord.created(id, owner.publicKey(), ABOUT, "hash of " + id, created);
  }

  private StreamRecord create(Instant created) {
    StreamRecord stream = stream(created);
    var _ = streams.create(stream, URLS, Optional.empty(), Optional.empty());
    return stream;
  }

  private StreamRecord ended(Instant created, Instant expires) {
    StreamRecord stream =
        create(created)
            .in(StreamState.ENDED, ConnectionState.ENDED)
            .startedAt(created)
            .endedAt(created.plusSeconds(60), expires);
    streams.save(stream, created);
    return stream;
  }

  @Test
  void a_stream_comes_back_as_it_was_kept() {
    StreamRecord stream = create(NOW);
    assertThat(streams.find(stream.id())).hasValue(stream);
    StreamRecord changed =
        stream
            .in(StreamState.LIVE, ConnectionState.CONNECTED)
            .startedAt(NOW.plusSeconds(5))
            .failing("ab")
            .withAbout(
                new StreamRecord.About(
                    "Other",
                    "words",
                    "talk",
                    false,
                    Optional.empty(),
                    Optional.of("https://i"),
                    "",
                    true));
    streams.save(changed, NOW);
    assertThat(streams.find(stream.id())).hasValue(changed);
    assertThat(streams.unfinished()).containsExactly(changed);
    assertThat(streams.byKeyHash(stream.keyHash())).hasValue(changed);
    assertThat(streams.planned(NOW, 10)).isEmpty();
  }

  @Test
  void pages_cover_all_streams_once_however_many_share_a_moment() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      made.add(create(NOW.plusSeconds(i / 10)).id());
    }
    List<String> seen = new ArrayList<>();
    Optional<StreamStore.Place> place = Optional.empty();
    List<StreamRecord> page = streams.ownedBy(owner.publicKey(), place, 7);
    while (!page.isEmpty()) {
      page.forEach(stream -> seen.add(stream.id()));
      StreamRecord last = page.getLast();
      place = Optional.of(new StreamStore.Place(last.times().createdAt(), last.id()));
      page = streams.ownedBy(owner.publicKey(), place, 7);
    }
    assertThat(seen).hasSize(25).containsExactlyInAnyOrderElementsOf(made);
    assertThat(streams.planned(NOW, 100)).hasSize(25);
  }

  @Test
  void what_was_live_and_is_over_is_listed_newest_first() {
    Instant later = NOW.plus(Duration.ofDays(1));
    StreamRecord first = ended(NOW, later);
    StreamRecord last = ended(NOW.plusSeconds(20), later);
    StreamRecord second = ended(NOW.plusSeconds(10), later);
    StreamRecord never = create(NOW.plusSeconds(30));
    streams.save(
        never.in(StreamState.ENDED, ConnectionState.ENDED).endedAt(NOW.plusSeconds(40), later),
        NOW);
    StreamRecord live = create(NOW.plusSeconds(50));
    streams.save(live.in(StreamState.LIVE, ConnectionState.CONNECTED).startedAt(NOW), NOW);
    assertThat(streams.ended(10)).containsExactly(last, second, first);
    assertThat(streams.ended(2)).containsExactly(last, second);
  }

  @Test
  void what_is_over_is_listed_without_a_look_at_all_of_it() {
    boolean isFile = kind == TestDatabase.SQLITE;
    String plan =
        database.read(h -> {
          if (!isFile) { // which would rather read a table as small as this one
            h.execute("SET enable_seqscan = off");
          }
          return h.createQuery(
                  (isFile ? "EXPLAIN QUERY PLAN " : "EXPLAIN ")
                      + StreamStore.ENDED.replace("?", "24"))
              .mapToMap()
              .list()
              .toString();
        });
    assertThat(plan)
        .contains("idx_streams_ended")
        .doesNotContainIgnoringCase("sort")
        .doesNotContain("TEMP B-TREE");
  }

  @Test
  void a_repeated_create_answers_the_same_stream_while_nobody_has_used_it() {
    StreamRecord first = stream(NOW);
    assertThat(streams.create(first, URLS, Optional.of("key"), Optional.empty()))
        .isEqualTo(new Creation.Created(first));
    StreamRecord again = stream(NOW);
    assertThat(streams.create(again, URLS, Optional.of("key"), Optional.empty()))
        .isEqualTo(new Creation.Repeated(first.withKeyHash(again.keyHash())));
    assertThat(streams.byKeyHash(first.keyHash())).as("the lost key").isEmpty();
    streams.save(
        first.withKeyHash(again.keyHash()).in(StreamState.CREATED, ConnectionState.CONNECTED), NOW);
    assertThat(streams.create(stream(NOW), URLS, Optional.of("key"), Optional.empty()))
        .isEqualTo(new Creation.Used(first.id()));
    assertThat(streams.unfinishedOf(owner.publicKey())).isEqualTo(1);
  }

  @Test
  void a_key_moves_on_once_and_a_repeat_of_that_is_no_conflict() {
    StreamRecord old = ended(NOW, NOW.plusSeconds(86_400));
    StreamRecord next = stream(NOW);
    Creation created = streams.create(next, URLS, Optional.of("k"), Optional.of(old.id()));
    assertThat(created).isEqualTo(new Creation.Created(next.withKeyHash(old.keyHash())));
    assertThat(old.hasReusableKey()).isTrue();
    assertThat(streams.find(old.id()).orElseThrow().hasReusableKey()).isFalse();
    assertThat(streams.find(next.id()).orElseThrow().hasReusableKey())
        .as("it is not over")
        .isFalse();
    assertThat(streams.byKeyHash(old.keyHash()).orElseThrow().id()).isEqualTo(next.id());
    assertThat(streams.create(stream(NOW), URLS, Optional.of("k"), Optional.of(old.id())))
        .isEqualTo(new Creation.Repeated(next.withKeyHash(old.keyHash())));
    assertThat(streams.create(stream(NOW), URLS, Optional.of("other"), Optional.of(old.id())))
        .isEqualTo(new Creation.NoKeyToReuse());
    assertThat(streams.create(stream(NOW), URLS, Optional.empty(), Optional.of(next.id())))
        .as("it is not over")
        .isEqualTo(new Creation.NoKeyToReuse());
  }

  @Test
  void a_transition_and_the_notice_of_it_are_kept_together() {
    SqlWebhookStore webhooks = new SqlWebhookStore(database);
    Webhook all =
        new Webhook(
            "w1",
            owner.publicKey(),
            "https://x/1",
            "whsec_",
            Set.of("stream.live", "stream.ended"),
            NOW);
    Webhook errors =
        new Webhook("w2", owner.publicKey(), "https://x/2", "whsec_", Set.of("stream.error"), NOW);
    assertThat(webhooks.add(all, 2)).isTrue();
    assertThat(webhooks.add(errors, 2)).isTrue();
    assertThat(webhooks.add(errors, 2)).as("too many").isFalse();
    assertThat(webhooks.of(owner.publicKey())).containsExactly(all, errors);
    StreamRecord stream = create(NOW);
    StreamRecord live = stream.in(StreamState.LIVE, ConnectionState.CONNECTED).startedAt(NOW);
    streams.save(live, NOW);
    streams.save(live.in(StreamState.RECONNECTING, ConnectionState.RECONNECTING), NOW);
    streams.save(live, NOW);
    streams.save(
        live.in(StreamState.ENDED, ConnectionState.ENDED).endedAt(NOW, NOW.plusSeconds(9)), NOW);
    assertThat(webhooks.recent("w1", 10))
        .extracting(WebhookDelivery::event)
        .containsExactlyInAnyOrder("stream.live", "stream.ended");
    assertThat(webhooks.recent("w2", 10)).isEmpty();
    webhooks.recent("w1", 10).forEach(d -> webhooks.retry(d, NOW.plusSeconds(5), "HTTP 500"));
    assertThat(webhooks.due(NOW, 10)).isEmpty();
    for (int i = 0; i < 2; i++) { // one at a time for each webhook
      assertThat(webhooks.due(NOW.plusSeconds(5), 10)).hasSize(1);
      webhooks.due(NOW.plusSeconds(5), 10).forEach(d -> webhooks.settle(d, true, "HTTP 200"));
    }
    assertThat(webhooks.due(NOW.plusSeconds(500), 10)).isEmpty();
    assertThat(webhooks.recent("w1", 10)).hasSize(2).allMatch(d -> d.attempts() == 2);
    webhooks.forgetSettled(NOW.plusSeconds(1));
    assertThat(webhooks.recent("w1", 10)).isEmpty();
    assertThat(webhooks.remove(KeySigner.of(SecretKey.generate()).publicKey(), "w1")).isFalse();
    assertThat(webhooks.remove(owner.publicKey(), "w1")).isTrue();
  }

  @Test
  void what_is_past_its_time_goes_and_a_summary_stays() {
    StreamRecord gone = ended(NOW, NOW.plusSeconds(100));
    StreamRecord there = ended(NOW, NOW.plusSeconds(1_000_000));
    StreamRecord never = create(NOW);
    SqlEventStore events = new SqlEventStore(database);
    List<Event> chat = new ArrayList<>();
    for (StreamRecord stream : List.of(gone, there)) {
      EventAddress at =
          new EventAddress(Kind.LIVE_STREAM, owner.publicKey(), stream.id(), List.of());
      for (int i = 0; i < 150; i++) {
        chat.add(owner.sign(ChatMessage.to(at).text("message " + i, NOW.plusSeconds(i))));
      }
    }
    assertThat(events.store(chat)).hasSize(300);
    Retention retention = new Retention(database);
    assertThat(retention.forgetExpired(NOW.plusSeconds(50))).isZero();
    List<Event> left = events.query(Filter.kinds(Kind.CHAT_MESSAGE), 500, NOW);
    assertThat(left).as("the last hundred of each").hasSize(200);
    assertThat(left.getFirst().content()).isEqualTo("message 149");
    assertThat(left.getLast().content()).isEqualTo("message 50");
    assertThat(retention.forgetExpired(NOW.plusSeconds(101))).isEqualTo(1);
    assertThat(streams.find(gone.id())).isEmpty();
    assertThat(streams.find(there.id())).isPresent();
    assertThat(events.query(Filter.kinds(Kind.CHAT_MESSAGE), 500, NOW)).hasSize(100);
    assertThat(history.summaries(owner.publicKey(), 10))
        .singleElement()
        .satisfies(summary -> {
          assertThat(summary.streamId()).isEqualTo(gone.id());
          assertThat(summary.chatMessages()).isEqualTo(150);
          assertThat(summary.endedAt()).isEqualTo(gone.times().endedAt());
        });
    retention.forgetExpired(NOW.plus(Duration.ofDays(40)));
    assertThat(streams.find(never.id())).as("never used").isEmpty();
  }

  @Test
  void what_others_say_about_a_stream_stays_theirs_and_a_will_keeps_its_stream() {
    StreamRecord gone = ended(NOW, NOW.plusSeconds(100));
    SqlEventStore events = new SqlEventStore(database);
    String coordinate = "30311:" + owner.publicKey().hex() + ":" + gone.id();
    Event list =
        owner.sign(
            new EventTemplate(
                NOW.getEpochSecond(),
                30_003,
                List.of(Tag.of("d", "x"), Tag.of("a", coordinate)),
                ""));
    Event raid =
        owner.sign(
            new EventTemplate(
                NOW.getEpochSecond(), 1312, List.of(Tag.of("a", coordinate, "", "root")), ""));
    events.store(List.of(list, raid));
    SqlOutboxStore outbox = new SqlOutboxStore(database);
    outbox.deposit(new LastWill(gone.id(), list, NOW));
    Retention retention = new Retention(database);
    assertThat(retention.forgetExpired(NOW.plusSeconds(200))).isZero();
    assertThat(outbox.withdraw(gone.id())).isTrue();
    assertThat(retention.forgetExpired(NOW.plusSeconds(200))).isEqualTo(1);
    assertThat(events.query(Filter.any(), 10, NOW)).containsExactly(list);
  }

  @Test
  void an_id_that_no_stream_can_have_is_no_stream() {
    assertThat(streams.find("a\0b")).isEmpty();
    assertThat(streams.find("x".repeat(1_000))).isEmpty();
  }

  @Test
  void chat_is_read_by_its_tag_in_order_however_it_is_asked_for() {
    EventAddress at = new EventAddress(Kind.LIVE_STREAM, owner.publicKey(), "s", List.of());
    SqlEventStore events = new SqlEventStore(database);
    List<Event> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(owner.sign(ChatMessage.to(at).text("m" + i, NOW.plusSeconds(i / 3))));
    }
    events.store(all);
    Filter chat = Filter.kinds(1311).tagged("a", at.coordinate());
    List<Event> newest = events.query(chat, 10, NOW);
    assertThat(newest).hasSize(10);
    for (int i = 1; i < newest.size(); i++) {
      assertThat(newest.get(i - 1).supersedes(newest.get(i))).isTrue();
    }
    assertThat(events.query(Filter.kinds(1311, 1312).tagged("a", at.coordinate(), "x"), 10, NOW))
        .isEqualTo(newest);
    assertThat(events.query(chat.by(owner.publicKey()).since(NOW.getEpochSecond() + 9), 10, NOW))
        .hasSize(3);
    assertThat(events.query(chat.until(NOW.getEpochSecond()), 10, NOW)).hasSize(3);
  }

  @Test
  void samples_count_the_chat_between_them() {
    StreamRecord stream = create(NOW);
    SqlEventStore events = new SqlEventStore(database);
    EventAddress at = new EventAddress(Kind.LIVE_STREAM, owner.publicKey(), stream.id(), List.of());
    sample(stream, 0);
    events.store(
        List.of(
            owner.sign(ChatMessage.to(at).text("one", NOW)),
            owner.sign(ChatMessage.to(at).text("two", NOW))));
    sample(stream, 10);
    sample(stream, 20);
    assertThat(history.metrics(stream.id(), NOW, NOW.plusSeconds(20), 10))
        .extracting(StreamHistory.Sample::chatMessages)
        .containsExactly(0, 2, 0);
    assertThat(history.metrics(stream.id(), NOW.plusSeconds(1), NOW.plusSeconds(15), 10))
        .hasSize(1);
    streams.error(stream.id(), "media", "broken\0", NOW);
    assertThat(history.errors(stream.id(), 10))
        .containsExactly(new StreamHistory.Fault(NOW, "media", "broken"));
  }

  private void sample(StreamRecord stream, int seconds) {
    streams.samples(
        List.of(
            new StreamJournal.Sampling(
                stream.id(),
                NOW.plusSeconds(seconds),
                3,
                1_000,
                29.97,
                ConnectionState.CONNECTED)));
  }

  @Test
  void rules_of_chat_and_who_wrote_when_survive() {
    StreamRecord stream = create(NOW);
    SqlChatRulesStore rules = new SqlChatRulesStore(database);
    assertThat(rules.rules(stream.id())).isEqualTo(ChatRules.NONE);
    PublicKey rude = KeySigner.of(SecretKey.generate()).publicKey();
    ChatRules strict =
        new ChatRules(Duration.ofSeconds(30), 12, Map.of(rude, Optional.of(NOW.plusSeconds(60))));
    rules.keep(stream.id(), strict);
    assertThat(rules.rules(stream.id())).isEqualTo(strict);
    assertThat(rules.ban(stream.id(), rude, Optional.empty(), NOW)).isTrue();
    assertThat(rules.rules(stream.id()).bannedUntil(rude, NOW)).hasValue(Instant.MAX);
    assertThat(rules.ban(stream.id(), rude, Optional.of(NOW.plusSeconds(5)), NOW)).isTrue();
    assertThat(rules.rules(stream.id()).bannedUntil(rude, NOW))
        .as("a timeout does not shorten it")
        .hasValue(Instant.MAX);
    Map<PublicKey, Optional<Instant>> many = new HashMap<>();
    while (many.size() < ChatRules.MAX_BANS) {
      many.put(KeySigner.of(SecretKey.generate()).publicKey(), Optional.empty());
    }
    rules.keep(stream.id(), new ChatRules(Duration.ZERO, 0, many));
    assertThat(rules.ban(stream.id(), rude, Optional.empty(), NOW)).as("enough").isFalse();

    ChatPace pace = new ChatPace();
    pace.written(rude, stream.id(), NOW);
    pace.written(rude, stream.id(), NOW.plusSeconds(2));
    pace.written(rude, "a stream that is gone", NOW);
    rules.keepPace(pace.drain());
    assertThat(pace.drain()).isEmpty();
    assertThat(rules.paceSince(NOW))
        .singleElement()
        .satisfies(message -> assertThat(message.at()).isEqualTo(NOW.plusSeconds(2)));
  }

  @Test
  void publishers_ask_and_are_answered() {
    SqlPublisherStore store = new SqlPublisherStore(database);
    PublicKey admin = owner.publicKey();
    PublicKey bob = KeySigner.of(SecretKey.generate()).publicKey();
    PublicKey carol = KeySigner.of(SecretKey.generate()).publicKey();
    Access byAdmin = new Access(AccessMode.ADMIN, Set.of(), Set.of(admin), store);
    assertThat(byAdmin.mayCreate(admin, NOW)).isEqualTo(Access.Answer.YES);
    assertThat(byAdmin.mayCreate(bob, NOW)).isEqualTo(Access.Answer.PENDING);
    assertThat(byAdmin.mayCreate(bob, NOW)).isEqualTo(Access.Answer.PENDING);
    assertThat(store.list(Optional.of(Publisher.Status.PENDING), 10))
        .extracting(Publisher::key)
        .containsExactly(bob);
    store.ask(carol, 2, NOW.plusSeconds(1));
    PublicKey dave = KeySigner.of(SecretKey.generate()).publicKey();
    store.ask(dave, 2, NOW.plusSeconds(2));
    assertThat(store.list(Optional.of(Publisher.Status.PENDING), 10))
        .as("who has waited longest makes room")
        .extracting(Publisher::key)
        .containsExactly(carol, dave);
    assertThat(store.remove(carol)).isTrue();
    store.ask(bob, 2, NOW);
    var _ = store.set(bob, Publisher.Status.APPROVED, "a friend", NOW.plusSeconds(1));
    assertThat(byAdmin.mayCreate(bob, NOW)).isEqualTo(Access.Answer.YES);
    assertThat(byAdmin.mayPublish(bob)).isTrue();
    var _ = store.set(bob, Publisher.Status.SUSPENDED, "no friend", NOW.plusSeconds(2));
    Access open = new Access(AccessMode.OPEN, Set.of(), Set.of(), store);
    assertThat(open.mayCreate(bob, NOW)).isEqualTo(Access.Answer.SUSPENDED);
    assertThat(open.mayPublish(bob)).isFalse();
    assertThat(open.mayCreate(carol, NOW)).isEqualTo(Access.Answer.YES);
    Access invited = new Access(AccessMode.ALLOWLIST, Set.of(carol), Set.of(), store);
    assertThat(invited.mayCreate(carol, NOW)).isEqualTo(Access.Answer.YES);
    assertThat(invited.mayCreate(admin, NOW)).isEqualTo(Access.Answer.NOT_INVITED);
    assertThat(store.find(bob).orElseThrow().createdAt()).isEqualTo(NOW);
    assertThat(store.remove(bob)).isTrue();
    assertThat(store.remove(bob)).isFalse();
  }

  @Test
  void totals_go_on_from_where_they_were() {
    SqlCounters counters = new SqlCounters(database);
    counters.add(Map.of("sent", 5L), "2026-01");
    counters.add(Map.of("sent", 7L), "2026-01");
    counters.add(Map.of("sent", 1L), "2026-02");
    assertThat(counters.value("sent", "2026-01")).isEqualTo(12);
    assertThat(counters.value("sent", "2026-03")).isZero();
  }

  @Test
  void an_event_of_the_relay_comes_back_byte_for_byte() {
    SqlEventStore events = new SqlEventStore(database);
    Event odd =
        owner.sign(
            new EventTemplate(
                NOW.getEpochSecond(), 1, List.of(), "\u0000 \u001f \u2028 \\ \" 😀 ' %"));
    assertThat(events.store(List.of(odd, odd))).hasSize(2);
    assertThat(events.query(Filter.any(), 10, NOW)).containsExactly(odd);
    assertThat(events.count(List.of(Filter.any(), Filter.kinds(1)), NOW)).isEqualTo(1);
  }
}
