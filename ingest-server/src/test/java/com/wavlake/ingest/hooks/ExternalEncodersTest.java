package com.wavlake.ingest.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import com.wavlake.ingest.hls.HlsSettings;
import com.wavlake.ingest.stream.MemoryJournal;
import com.wavlake.ingest.stream.RecordingMode;
import com.wavlake.ingest.stream.StreamEvent;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.stream.StreamSettings;
import com.wavlake.ingest.stream.Takeover;
import com.wavlake.ingest.time.FakeTime;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.nostr.PublicKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Encoders at engines that are not there: what those say is said here, and the clock is moved. */
final class ExternalEncodersTest {
  private static final String NGINX = "nginx-rtmp";
  private static final String SRS = "srs";
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final FakeTime time = new FakeTime();
  private final MemoryJournal journal = new MemoryJournal();
  private final Map<String, String> playlists = new ConcurrentHashMap<>();
  private final List<String> kicked = new CopyOnWriteArrayList<>();
  private final List<StreamEvent> told = new CopyOnWriteArrayList<>();
  private final StreamKey key = StreamKey.generate();
  private final StreamKey other = StreamKey.generate();
  private StreamRegistry registry = registry(Takeover.ALWAYS);
  private ExternalEncoders encoders = encoders();

  @BeforeEach
  void create() {
    create("one", key);
    create("two", other);
    registry.open();
    registry.listen(told::add);
  }

  @AfterEach
  void close() {
    encoders.close();
    registry.close();
  }

  private StreamRegistry registry(Takeover takeover) {
    StreamSettings settings =
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
            takeover);
    return new StreamRegistry(settings, journal, journal, time);
  }

  private ExternalEncoders encoders() {
    PlaylistProbe probe = url -> Optional.ofNullable(playlists.get(url));
    Kick kick = (client, id) -> kicked.add(client + " " + id);
    return new ExternalEncoders(
        registry,
        journal,
        new ExternalEncoders.Engine(probe, id -> id + ".m3u8", Duration.ofSeconds(60), kick),
        time);
  }

  /** As after a crash: what was in memory is gone. */
  private void restart(Takeover takeover) {
    encoders.close();
    registry = registry(takeover);
    registry.open();
    registry.listen(told::add);
    encoders = encoders();
  }

  private void create(String id, StreamKey its) {
    StreamRecord.About about =
        new StreamRecord.About(
            "t", "", "music", true, Optional.empty(), Optional.empty(), "", false);
    journal.put(
        StreamRecord.created(id, PublicKey.of(new byte[32]), about, its.hash(), time.now()));
  }

  private HookAnswer publish(String source, String client, String stream, StreamKey shown) {
    return encoders.handle(
        source, new HookCall.Publish(client, stream, shown.reveal(), "192.0.2.1"));
  }

  private HookAnswer update(String source, String client, String stream, StreamKey shown) {
    return encoders.handle(
        source, new HookCall.Update(client, stream, shown.reveal(), "192.0.2.1"));
  }

  private void start(String id) {
    assertThat(registry.with(id, StreamSession::start)).isPresent();
  }

  private String state(String id) {
    StreamRecord record = registry.record(id).orElseThrow();
    return record.status().wire() + " " + record.connection().wire();
  }

  private void segment(String id, int number) {
    playlists.put(id + ".m3u8", number + ".ts");
    time.advance(LOOK);
  }

  private long firstSegments() {
    return told.stream().filter(StreamEvent.FirstSegment.class::isInstance).count();
  }

  @Test
  void an_encoder_comes_goes_live_and_leaves() {
    assertThat(publish(NGINX, "1", "", key)).isEqualTo(new HookAnswer.Yes("one"));
    assertThat(state("one")).isEqualTo("created connected");
    start("one");
    assertThat(update(NGINX, "1", "", key)).isEqualTo(new HookAnswer.Yes("one"));
    assertThat(encoders.handle(NGINX, new HookCall.Unpublish("1", "", key.reveal())))
        .isEqualTo(new HookAnswer.Yes(""));
    assertThat(state("one")).isEqualTo("reconnecting reconnecting");
    assertThat(encoders.count()).isZero();
    time.advance(Duration.ofSeconds(31));
    assertThat(state("one")).isEqualTo("ended ended");
    assertThat(publish(NGINX, "2", "", key)).isInstanceOf(HookAnswer.No.class);
    assertThat(kicked).as("it went by itself").isEmpty();
  }

  @Test
  void that_it_can_be_watched_is_told_once() {
    playlists.put("one.m3u8", "of the run before.ts");
    publish(NGINX, "1", "", key);
    time.advance(Duration.ZERO);
    time.advance(LOOK);
    assertThat(firstSegments()).as("an old playlist is none").isZero();
    segment("one", 0);
    assertThat(firstSegments()).isOne();
    segment("one", 1);
    segment("one", 2);
    assertThat(firstSegments()).isOne();
  }

  @Test
  void two_engines_count_their_clients_each_for_itself() {
    assertThat(publish(NGINX, "1", "", key)).isEqualTo(new HookAnswer.Yes("one"));
    assertThat(publish(SRS, "1", "two", other)).isEqualTo(new HookAnswer.Yes("two"));
    encoders.handle(SRS, new HookCall.Unpublish("1", "two", other.reveal()));
    assertThat(state("one")).isEqualTo("created connected");
    assertThat(state("two")).isEqualTo("created disconnected");
  }

  @Test
  void an_engine_that_was_started_anew_gives_the_same_numbers_again() {
    publish(NGINX, "1", "", key); // nginx dies, and starts, and the other one is there first
    publish(NGINX, "1", "", other);
    assertThat(update(NGINX, "1", "", other)).isEqualTo(new HookAnswer.Yes("two"));
    encoders.handle(NGINX, new HookCall.Unpublish("1", "", other.reveal()));
    assertThat(state("one")).as("not the one that had the number").isEqualTo("created connected");
    assertThat(state("two")).isEqualTo("created disconnected");
    publish(NGINX, "1", "", key);
    assertThat(update(NGINX, "1", "", key)).isEqualTo(new HookAnswer.Yes("one"));
    assertThat(kicked).as("what has the number now is wanted").isEmpty();
  }

  @Test
  void a_second_encoder_takes_over_and_the_first_ones_end_is_not_its_own() {
    publish(SRS, "a", "one", key);
    start("one");
    assertThat(publish(SRS, "b", "one", key)).isEqualTo(new HookAnswer.Yes("one"));
    await().untilAsserted(() -> assertThat(kicked).containsExactly("a one"));
    encoders.handle(SRS, new HookCall.Unpublish("a", "one", key.reveal()));
    assertThat(state("one")).isEqualTo("live connected");
    assertThat(encoders.count()).isOne();
  }

  @Test
  void who_was_not_let_in_again_replaces_nobody() {
    restart(Takeover.NEVER);
    publish(SRS, "a", "one", key);
    start("one");
    assertThat(publish(SRS, "a", "one", key)).isInstanceOf(HookAnswer.No.class);
    publish(SRS, "a", "", StreamKey.generate()); // of no stream
    registry.with("one", session -> session.stop("enough"));
    await().untilAsserted(() -> assertThat(kicked).containsExactly("a one"));
  }

  @Test
  void a_newcomer_that_the_engine_itself_refuses_leaves_the_first_one_in() {
    publish(NGINX, "1", "", key);
    start("one");
    publish(NGINX, "2", "", key); // nginx: already publishing
    encoders.handle(NGINX, new HookCall.Unpublish("2", "", key.reveal()));
    assertThat(update(NGINX, "1", "", key)).isEqualTo(new HookAnswer.Yes("one"));
    assertThat(state("one")).isEqualTo("live connected");
  }

  @Test
  void whether_one_may_take_over_is_seen_by_the_playlist() {
    restart(Takeover.STALE);
    publish(SRS, "a", "one", key);
    for (int number = 0; number < 30; number++) {
      segment("one", number / 4); // a segment every 8 s
    }
    assertThat(publish(SRS, "b", "one", key)).isInstanceOf(HookAnswer.No.class);
    time.advance(Duration.ofSeconds(30));
    assertThat(publish(SRS, "b", "one", key)).isEqualTo(new HookAnswer.Yes("one"));
  }

  @Test
  void after_stop_and_after_a_new_key_an_encoder_is_cut_off() {
    publish(SRS, "a", "one", key);
    publish(NGINX, "1", "", other);
    start("one");
    start("two");
    registry.with("one", session -> session.stop("enough"));
    StreamKey next = StreamKey.generate();
    registry.with("two", session -> session.rekey(next.hash()));
    await().untilAsserted(() -> assertThat(kicked).containsExactlyInAnyOrder("a one", "1 two"));
    assertThat(update(SRS, "a", "one", key)).isInstanceOf(HookAnswer.No.class);
    assertThat(update(NGINX, "1", "", other)).isInstanceOf(HookAnswer.No.class);
    await().untilAsserted(() -> assertThat(kicked).as("asked again").hasSize(4));

    time.advance(LOOK);
    assertThat(state("two")).isEqualTo("reconnecting reconnecting");
    assertThat(encoders.count()).isZero();
    for (int i = 0; i < 20; i++) {
      assertThat(update(NGINX, "1", "", other)).isInstanceOf(HookAnswer.No.class);
    }
    assertThat(publish(NGINX, "2", "", next))
        .as("one that goes on with the old key does not use up what its address may get wrong")
        .isEqualTo(new HookAnswer.Yes("two"));
    assertThat(state("two")).isEqualTo("live connected");
  }

  @Test
  void an_encoder_whose_engine_falls_silent_is_lost() {
    publish(NGINX, "1", "", key);
    start("one");
    for (int number = 0; number < 60; number++) {
      segment("one", number);
    }
    assertThat(state("one")).isEqualTo("live connected");
    playlists.clear();
    time.advance(Duration.ofSeconds(58));
    assertThat(state("one")).isEqualTo("live connected");
    time.advance(Duration.ofSeconds(6));
    assertThat(state("one")).isEqualTo("reconnecting reconnecting");
    assertThat(encoders.count()).isZero();
    time.advance(Duration.ofSeconds(121));
    assertThat(state("one")).isEqualTo("ended ended");
  }

  @Test
  void a_server_that_was_started_anew_takes_them_back_in() {
    publish(NGINX, "1", "", key);
    start("one");
    restart(Takeover.ALWAYS);
    assertThat(state("one")).isEqualTo("reconnecting reconnecting");
    assertThat(update(NGINX, "1", "", key)).isEqualTo(new HookAnswer.Yes("one"));
    assertThat(state("one")).isEqualTo("live connected");
    assertThat(kicked).as("a server that stops leaves the engine alone").isEmpty();
  }

  @Test
  void a_key_opens_its_own_stream_alone() {
    assertThat(publish(SRS, "a", "two", key))
        .isEqualTo(new HookAnswer.No("This key does not open the stream two."));
    assertThat(publish(SRS, "a", key.reveal(), key)).isInstanceOf(HookAnswer.No.class);
    assertThat(encoders.handle(SRS, new HookCall.Publish("a", "one", "", "192.0.2.1")))
        .isInstanceOf(HookAnswer.No.class);
    assertThat(encoders.handle(SRS, new HookCall.Publish("a", "one", "wrong", "192.0.2.1")))
        .isInstanceOf(HookAnswer.No.class);
    assertThat(encoders.count()).isZero();
  }

  @Test
  void there_are_no_more_than_the_server_has_seats_for() {
    StreamKey third = StreamKey.generate();
    create("three", third);
    publish(SRS, "a", "one", key);
    publish(SRS, "b", "two", other);
    assertThat(publish(SRS, "c", "three", third)).isInstanceOf(HookAnswer.No.class);
    for (int i = 0; i < 100; i++) {
      publish(SRS, "again-" + i, "one", key);
    }
    assertThat(encoders.count()).isEqualTo(2);
  }

  @Test
  void an_engine_that_is_slow_with_one_playlist_does_not_hold_up_the_others()
      throws InterruptedException {
    CountDownLatch slow = new CountDownLatch(1);
    List<String> asked = new CopyOnWriteArrayList<>();
    AtomicBoolean hang = new AtomicBoolean();
    PlaylistProbe probe =
        url -> {
          asked.add(url);
          try {
            if (hang.get() && url.equals("one.m3u8")) {
              slow.await();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Optional.ofNullable(playlists.get(url));
        };
    encoders.close();
    FakeTime quiet = new FakeTime(); // its looks are this test's
    encoders =
        new ExternalEncoders(
            registry,
            journal,
            new ExternalEncoders.Engine(
                probe, id -> id + ".m3u8", Duration.ofMinutes(1), Kick.NONE),
            quiet);
    publish(NGINX, "1", "", key);
    publish(NGINX, "2", "", other);
    quiet.advance(Duration.ZERO);
    asked.clear();
    hang.set(true);
    playlists.put("two.m3u8", "0.ts");
    Thread looking = Thread.startVirtualThread(() -> quiet.advance(LOOK));
    await().untilAsserted(() -> assertThat(asked).contains("one.m3u8"));
    await().untilAsserted(() -> assertThat(firstSegments()).isOne());
    assertThat(looking.isAlive()).isTrue();
    slow.countDown();
    looking.join();
  }

  @Test
  void the_engines_http_interface_cuts_off() throws IOException {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer engine =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    engine.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    engine.start();
    try {
      String base = "http://127.0.0.1:" + engine.getAddress().getPort();
      Kick.by("DELETE " + base + "/api/v1/clients/{client}").end("341w361a", "one");
      Kick.by("POST " + base + "/v3/rtmpconns/kick/{client}").end("../a b?", "one");
      Kick.by("GET " + base + "/control/drop/publisher?app=live&name={id}&clientid={client}")
          .end("7", "one");
      Kick.by("").end("7", "one");
    } finally {
      engine.stop(0);
    }
    assertThat(asked)
        .containsExactly(
            "DELETE /api/v1/clients/341w361a",
            "POST /v3/rtmpconns/kick/..%2Fa+b%3F",
            "GET /control/drop/publisher?app=live&name=one&clientid=7");
    Kick.by("GET http://127.0.0.1:1/{client}").end("nobody is there: that is logged", "one");
    assertThatThrownBy(() -> Kick.by("PATCH http://127.0.0.1/{client}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_playlist_is_followed_through_a_redirect_and_to_its_variant() throws IOException {
    List<String> asked = new CopyOnWriteArrayList<>();
    Map<String, String> bodies =
        Map.of(
            "/a/index.m3u8?cookieCheck=1",
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmain_stream.m3u8?session=s\n",
            "/a/main_stream.m3u8?session=s",
            "#EXTM3U\n#EXTINF:2,\nseg0.mp4\n#EXTINF:2,\nseg1.mp4\n#EXT-X-PART:DURATION=1,URI=\"p\"\n",
            "/b.m3u8",
            "#EXTM3U\n");
    HttpServer engine =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    engine.createContext(
        "/",
        exchange -> {
          String uri = exchange.getRequestURI().toString();
          asked.add(uri);
          if (uri.equals("/a/index.m3u8")) { // as MediaMTX does
            exchange.getResponseHeaders().set("Location", uri + "?cookieCheck=1");
            exchange.sendResponseHeaders(302, -1);
          } else if (bodies.containsKey(uri)) {
            byte[] body = bodies.getOrDefault(uri, "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          } else {
            exchange.sendResponseHeaders(404, -1);
          }
          exchange.close();
        });
    engine.start();
    try {
      String base = "http://127.0.0.1:" + engine.getAddress().getPort();
      PlaylistProbe probe = PlaylistProbe.http();
      assertThat(probe.newest(base + "/a/index.m3u8")).hasValue("seg1.mp4");
      assertThat(probe.newest(base + "/a/index.m3u8")).hasValue("seg1.mp4");
      assertThat(asked).as("the second time straight to the variant").hasSize(4);
      assertThat(probe.newest(base + "/b.m3u8")).isEmpty();
      assertThat(probe.newest(base + "/c.m3u8")).isEmpty();
      assertThat(probe.newest("http://127.0.0.1:1/x.m3u8")).isEmpty();
    } finally {
      engine.stop(0);
    }
  }
}
