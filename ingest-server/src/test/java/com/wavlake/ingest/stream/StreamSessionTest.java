package com.wavlake.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.ingest.hls.HlsSettings;
import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.Track;
import com.wavlake.ingest.rtmp.PublishGate.Publication;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.time.FakeTime;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.nostr.PublicKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StreamSessionTest {
  private static final Track.Video VIDEO =
      new Track.Video(Codec.AVC, "avc1.64001f", 640, 360, new byte[] {1});
  private static final StreamSettings SETTINGS =
      new StreamSettings(
          HlsSettings.DEFAULT,
          Duration.ofSeconds(120),
          Duration.ofSeconds(30),
          Duration.ofHours(24),
          Duration.ofMinutes(5),
          2,
          3,
          12_000,
          RecordingMode.OFF,
          Duration.ofDays(7),
          Takeover.ALWAYS);

  private final FakeTime time = new FakeTime();
  private final MemoryJournal journal = new MemoryJournal();
  private final StreamKey key = StreamKey.generate();
  private final AtomicInteger closedSockets = new AtomicInteger();
  private final List<StreamEvent> told = new ArrayList<>();
  private StreamRegistry registry = new StreamRegistry(SETTINGS, journal, journal, time);

  @BeforeEach
  void create() {
    create("id", key);
    registry.open();
    registry.listen(told::add);
  }

  private void create(String id, StreamKey its) {
    StreamRecord.About about =
        new StreamRecord.About(
            "t", "", "music", true, Optional.empty(), Optional.empty(), "", false);
    PublicKey owner = PublicKey.of(new byte[32]);
    journal.put(StreamRecord.created(id, owner, about, its.hash(), time.now()));
  }

  private Publication publish(StreamKey with) throws PublishRefused {
    return registry.admit(with.reveal(), "192.0.2.1", closedSockets::incrementAndGet);
  }

  private Publication publish() throws PublishRefused {
    return publish(key);
  }

  private void start() {
    assertThat(registry.with("id", StreamSession::start)).isPresent();
  }

  private String state() {
    StreamRecord record = registry.record("id").orElseThrow();
    assertThat(journal.find("id").orElseThrow().status()).as("durable").isEqualTo(record.status());
    assertThat(journal.find("id").orElseThrow().connection())
        .as("durable")
        .isEqualTo(record.connection());
    return record.status().wire() + " " + record.connection().wire();
  }

  private static void pictures(Publication to, int seconds) {
    to.announced(true, false);
    to.track(VIDEO);
    for (int i = 0; i < seconds * 30; i++) {
      to.sample(new Sample(VIDEO, i * 3_000L, 0, i % 60 == 0, ByteBuffer.allocate(50)));
    }
  }

  private String session() {
    return registry.active("id").orElseThrow().media().session();
  }

  @Test
  void an_encoder_comes_and_goes_before_the_start() throws Exception {
    assertThat(state()).isEqualTo("created disconnected");
    Publication encoder = publish();
    assertThat(state()).isEqualTo("created connected");
    pictures(encoder, 3);
    assertThat(registry.active("id").orElseThrow().media().isPlayable())
        .as("before start too")
        .isTrue();
    encoder.lost("gone");
    assertThat(state()).isEqualTo("created disconnected");
    time.advance(Duration.ofHours(1));
    assertThat(state()).isEqualTo("created disconnected");
  }

  @Test
  void while_the_server_goes_down_nobodys_grace_runs_out() throws Exception {
    Publication encoder = publish();
    start();
    registry.hold();
    encoder.lost("the server goes down");
    time.advance(Duration.ofMinutes(10));
    assertThat(state()).isEqualTo("reconnecting reconnecting");
  }

  @Test
  void the_key_itself_is_never_looked_up() {
    List<String> lookedUp = new ArrayList<>();
    StreamRegistry watched =
        new StreamRegistry(
            SETTINGS,
            journal,
            hash -> {
              lookedUp.add(hash);
              return Optional.empty();
            },
            time);
    assertThatThrownBy(() -> watched.admit(key.reveal(), "192.0.2.1", () -> {}))
        .isInstanceOf(PublishRefused.class)
        .hasMessageNotContaining(key.reveal());
    assertThat(lookedUp).containsExactly(key.hash()).doesNotContain(key.reveal());
  }

  @Test
  void a_suspended_owner_s_key_opens_nothing() throws Exception {
    KeyDirectory strict =
        new KeyDirectory() {
          @Override
          public Optional<StreamRecord> byKeyHash(String hash) {
            return journal.byKeyHash(hash);
          }

          @Override
          public boolean mayPublish(PublicKey owner) {
            return false;
          }
        };
    StreamRegistry watched = new StreamRegistry(SETTINGS, journal, strict, time);
    assertThatThrownBy(() -> watched.admit(key.reveal(), "192.0.2.1", () -> {}))
        .hasMessageContaining("suspended");
    assertThat(watched.refusedCount()).isEqualTo(1);
  }

  @Test
  void what_its_owner_says_of_it_changes_and_a_new_key_sends_its_followers_away() throws Exception {
    List<StreamEvent> heard = new ArrayList<>();
    assertThat(registry.with("id", session -> session.follow(heard::add))).isPresent();
    registry.with(
        "id",
        session ->
            session.describe(about ->
                new StreamRecord.About(
                    "Other", "", "talk", false, Optional.empty(), Optional.empty(), "", false)));
    assertThat(journal.find("id").orElseThrow().about().title()).isEqualTo("Other");
    registry.with("id", session -> session.rekey("another hash"));
    assertThat(heard.getLast()).isInstanceOf(StreamEvent.KeyReplaced.class);
  }

  @Test
  void media_that_is_served_elsewhere_is_told_once_an_encoder() throws Exception {
    registry.with(
        "id",
        session -> {
          session.playableElsewhere();
          return session;
        });
    assertThat(told).noneMatch(StreamEvent.FirstSegment.class::isInstance);
    publish();
    for (int i = 0; i < 3; i++) {
      registry.active("id").orElseThrow().playableElsewhere();
    }
    assertThat(told).filteredOn(StreamEvent.FirstSegment.class::isInstance).hasSize(1);
  }

  @Test
  void start_needs_an_encoder() {
    assertThatThrownBy(this::start)
        .isInstanceOf(StreamConflict.class)
        .hasMessageContaining("not connected");
    assertThat(state()).isEqualTo("created disconnected");
  }

  @Test
  void an_encoder_back_within_the_grace_continues_the_same_session() throws Exception {
    Publication first = publish();
    pictures(first, 3);
    start();
    String session = session();
    first.lost("connection reset");
    assertThat(state()).isEqualTo("reconnecting reconnecting");
    time.advance(Duration.ofSeconds(119));

    pictures(publish(), 3);

    assertThat(state()).isEqualTo("live connected");
    assertThat(session()).isEqualTo(session);
    time.advance(Duration.ofMinutes(10));
    assertThat(state()).as("the old alarm is off").isEqualTo("live connected");
  }

  @Test
  void a_lost_encoder_ends_the_stream_after_the_long_grace_a_stopped_one_after_the_short()
      throws Exception {
    Publication lost = publish();
    start();
    lost.lost("reset");
    time.advance(Duration.ofSeconds(121));
    assertThat(state()).isEqualTo("ended ended");

    create("id", key);
    registry = new StreamRegistry(SETTINGS, journal, journal, time);
    Publication stopped = publish();
    start();
    stopped.unpublished();
    time.advance(Duration.ofSeconds(29));
    assertThat(state()).isEqualTo("reconnecting reconnecting");
    time.advance(Duration.ofSeconds(2));
    assertThat(state()).isEqualTo("ended ended");
  }

  @Test
  void a_stop_by_the_owner_ends_at_once_and_for_good() throws Exception {
    Publication encoder = publish();
    pictures(encoder, 3);
    start();
    time.advance(Duration.ofSeconds(7));
    registry.with("id", session -> session.stop("enough"));
    assertThat(state()).isEqualTo("ended ended");
    assertThat(closedSockets).hasValue(1);
    assertThat(registry.active("id").orElseThrow().media().ended()).isTrue();
    assertThat(registry.record("id").orElseThrow().durationSeconds(time.now())).isEqualTo(7);
    encoder.lost("its socket was closed");
    assertThat(state()).isEqualTo("ended ended");
    assertThatThrownBy(this::publish)
        .isInstanceOf(PublishRefused.class)
        .hasMessageContaining("has ended");
    assertThat(told).last().isInstanceOf(StreamEvent.Ended.class);
  }

  @Test
  void the_same_key_twice_takes_over_and_the_old_connection_is_heard_no_more() throws Exception {
    Publication old = publish();
    pictures(old, 3);
    start();
    Publication young = publish();
    assertThat(closedSockets).hasValue(1);
    old.sample(new Sample(VIDEO, 0, 0, true, ByteBuffer.allocate(1)));
    old.lost("its socket was closed");
    assertThat(state()).isEqualTo("live connected");
    pictures(young, 3);
    assertThat(state()).isEqualTo("live connected");
  }

  @Test
  void a_new_key_lets_the_old_one_in_no_more() throws Exception {
    publish();
    StreamKey next = StreamKey.generate();
    registry.with("id", session -> session.rekey(next.hash()));
    assertThat(closedSockets).hasValue(1);
    assertThatThrownBy(this::publish).isInstanceOf(PublishRefused.class);
    assertThat(publish(next)).isNotNull();
  }

  @Test
  void wrong_keys_are_refused_in_words_and_too_many_throttled() throws Exception {
    StreamKey wrong = StreamKey.generate();
    for (int i = 0; i < StreamRegistry.WRONG_KEYS_ALLOWED; i++) {
      assertThatThrownBy(() -> publish(wrong))
          .isInstanceOf(PublishRefused.class)
          .hasMessageContaining("not known");
    }
    assertThatThrownBy(() -> publish(key)).hasMessageContaining("Too many");
    time.advance(Duration.ofSeconds(61));
    assertThat(publish(key)).isNotNull();
  }

  @Test
  void no_more_streams_than_the_limit() throws Exception {
    publish();
    for (String id : List.of("b", "c")) {
      create(id, StreamKey.parse("wlk_live_" + id.repeat(32)));
    }
    publish(StreamKey.parse("wlk_live_" + "b".repeat(32)));
    assertThatThrownBy(() -> publish(StreamKey.parse("wlk_live_" + "c".repeat(32))))
        .hasMessageContaining("2 streams");
    assertThat(publish()).as("who is in may come back").isNotNull();
  }

  @Test
  void whether_a_second_encoder_takes_over_is_a_setting() throws Exception {
    registry.close();
    registry = new StreamRegistry(taking(Takeover.NEVER), journal, journal, time);
    Publication first = publish();
    first.received(1_000);
    assertThatThrownBy(this::publish)
        .isInstanceOf(PublishRefused.class)
        .hasMessageContaining("Another encoder");
    first.lost("gone");
    assertThat(publish()).as("the place is free").isNotNull();
    registry.close();

    registry = new StreamRegistry(taking(Takeover.STALE), journal, journal, time);
    Publication silent = publish();
    silent.received(1_000);
    assertThatThrownBy(this::publish).isInstanceOf(PublishRefused.class);
    time.advance(Duration.ofSeconds(6));
    assertThat(publish()).as("nothing came for 6 s").isNotNull();
  }

  private static StreamSettings taking(Takeover takeover) {
    return new StreamSettings(
        SETTINGS.hls(),
        SETTINGS.lostGrace(),
        SETTINGS.stopGrace(),
        SETTINGS.retention(),
        SETTINGS.linger(),
        SETTINGS.maxStreams(),
        SETTINGS.maxViewers(),
        SETTINGS.maxKbps(),
        SETTINGS.recording(),
        SETTINGS.recordingRetention(),
        takeover);
  }

  @Test
  void after_a_crash_no_number_is_used_twice() throws Exception {
    pictures(publish(), 5);
    start();
    long used = registry.active("id").orElseThrow().media().nextSequence();
    time.advance(Duration.ofSeconds(2)); // the tick that sees a first segment keeps it
    registry = new StreamRegistry(SETTINGS, journal, journal, time); // the old one is not closed
    registry.open();
    pictures(publish(), 3);
    assertThat(registry.active("id").orElseThrow().media().held().getFirst().sequence())
        .isGreaterThanOrEqualTo(used);
    assertThat(registry.active("id").orElseThrow().media().targetDuration()).isEqualTo(2);
  }

  @Test
  void a_restart_waits_for_the_encoder_as_if_it_had_been_lost() throws Exception {
    pictures(publish(), 5);
    start();
    registry.close();
    assertThat(journal.find("id").orElseThrow().status()).isEqualTo(StreamState.RECONNECTING);
    long next = journal.find("id").orElseThrow().counts().playlist().nextSequence();
    assertThat(next).isPositive();

    registry = new StreamRegistry(SETTINGS, journal, journal, time);
    registry.open();
    assertThat(state()).isEqualTo("reconnecting reconnecting");
    pictures(publish(), 3);
    assertThat(state()).isEqualTo("live connected");
    assertThat(registry.active("id").orElseThrow().media().held().getFirst().sequence())
        .isEqualTo(next);
    assertThat(registry.active("id").orElseThrow().media().held().getFirst().discontinuity())
        .isTrue();
  }

  @Test
  void a_restart_without_the_encoder_ends_the_stream() throws Exception {
    publish();
    start();
    registry.close();
    registry = new StreamRegistry(SETTINGS, journal, journal, time);
    registry.open();
    time.advance(Duration.ofSeconds(121));
    assertThat(state()).isEqualTo("ended ended");
  }

  @Test
  void a_crash_leaves_no_connection_behind() throws Exception {
    publish(); // and then kill -9: the journal says connected
    registry = new StreamRegistry(SETTINGS, journal, journal, time);
    registry.open();
    assertThatThrownBy(this::start).isInstanceOf(StreamConflict.class);
    assertThat(registry.connectedStreams()).isZero();
  }

  @Test
  void a_journal_that_fails_changes_nothing_it_should_not_and_no_stream_stays_live_for_it()
      throws Exception {
    journal.broken = true;
    assertThatThrownBy(this::publish).isInstanceOf(IllegalStateException.class);
    journal.broken = false;
    Publication encoder = publish();
    start();
    journal.broken = true;
    assertThatThrownBy(() -> registry.with("id", session -> session.stop("x")))
        .isInstanceOf(IllegalStateException.class);
    encoder.lost("reset");
    time.advance(Duration.ofSeconds(130));
    assertThat(registry.record("id").orElseThrow().status()).isEqualTo(StreamState.RECONNECTING);
    journal.broken = false;
    time.advance(Duration.ofSeconds(10));
    assertThat(state()).isEqualTo("ended ended");
  }

  @Test
  void a_fault_in_handling_media_ends_this_stream_as_an_error() throws Exception {
    Publication encoder = publish();
    start();
    encoder.track(VIDEO);
    encoder.announced(true, false);
    Track.Video unwritable =
        new Track.Video(Codec.AAC, "mp4a.40.2", 640, 360, new byte[] {9}); // no video box for it
    encoder.track(unwritable);
    encoder.sample(new Sample(unwritable, 0, 0, true, ByteBuffer.allocate(10)));
    assertThat(state()).isEqualTo("error failed");
    assertThat(journal.errors).singleElement().asString().contains("media");
  }

  @Test
  void who_follows_is_told_how_things_stand_and_then_what_happens() throws Exception {
    List<StreamEvent> followed = new ArrayList<>();
    registry.with("id", session -> session.follow(followed::add));
    Publication encoder = publish();
    pictures(encoder, 3);
    start();
    registry.with("id", session -> session.stop("enough"));
    assertThat(followed)
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly(
            "Changed",
            "ViewersChanged",
            "Changed",
            "Changed",
            "FirstSegment",
            "Changed",
            "Changed",
            "Ended");
  }

  @Test
  void viewers_count_from_the_second_request_until_they_stay_away() throws Exception {
    pictures(publish(), 3);
    StreamSession session = registry.active("id").orElseThrow();
    Viewers.Viewer a = new Viewers.Viewer("192.0.2.1", "ua", "");
    Viewers.Viewer b = new Viewers.Viewer("192.0.2.2", "ua", "");
    assertThat(registry.visit(session, a)).isTrue();
    assertThat(registry.viewers()).isZero();
    registry.visit(session, a);
    registry.visit(session, b);
    registry.visit(session, b);
    assertThat(registry.viewers()).isEqualTo(2);
    time.advance(Duration.ofSeconds(20));
    assertThat(registry.viewers()).isZero();
    assertThat(session.viewers().peak()).isEqualTo(2);
    assertThat(session.viewers().total()).isEqualTo(2);
  }

  @Test
  void no_more_viewers_than_the_limit_and_one_address_cannot_fill_it_up() throws Exception {
    pictures(publish(), 3);
    StreamSession session = registry.active("id").orElseThrow();
    for (int i = 0; i < 3; i++) {
      Viewers.Viewer viewer = new Viewers.Viewer("192.0.2." + i, "", "");
      registry.visit(session, viewer);
      registry.visit(session, viewer);
    }
    assertThat(registry.visit(session, new Viewers.Viewer("192.0.2.9", "", ""))).isFalse();
    assertThat(registry.visit(session, new Viewers.Viewer("192.0.2.0", "", "")))
        .as("who is in stays in")
        .isTrue();

    Viewers many = new Viewers(new Audience(), 0, 0);
    for (int i = 0; i < 1_000; i++) {
      Viewers.Viewer face = new Viewers.Viewer("192.0.2.66", "", "session " + i);
      many.visit(face, time.now(), true);
      assertThat(many.visit(face, time.now(), true)).isTrue();
    }
    assertThat(many.current()).isEqualTo(100);
  }

  @Test
  void what_nobody_needs_any_more_is_let_go() throws Exception {
    Publication encoder = publish();
    pictures(encoder, 3);
    start();
    registry.with("id", session -> session.stop("enough"));
    time.advance(Duration.ofMinutes(4));
    assertThat(registry.active("id")).isPresent();
    time.advance(Duration.ofMinutes(2));
    assertThat(registry.active("id")).isEmpty();
  }
}
