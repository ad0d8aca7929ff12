package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.wavlake.cli.encoder.TestClip;
import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.broadcast.StreamDraft;
import com.wavlake.live.broadcast.WillFolder;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.Bunker;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** wlk live, and everything that can happen to it. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class LiveIT extends WlkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static Optional<LiveStream> on(String relay, String naddr) {
    try (RelayPool pool = RelayPool.connect(relay)) {
      return pool.newest(EventAddress.parse(naddr), Duration.ofSeconds(5)).map(LiveStream::parse);
    }
  }

  private static void awaitLine(WlkProcess.Running run, String part) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(run.soFar().lines()).anyMatch(l -> l.contains(part)));
  }

  private static void awaitStatus(String relay, String naddr, Status status) {
    await()
        .atMost(PATIENCE)
        .until(() -> on(relay, naddr).flatMap(LiveStream::status).equals(Optional.of(status)));
  }

  /** The clip in a loop, as OBS would send it, until it is cut off. */
  private static final class Obs implements AutoCloseable {
    private final AtomicBoolean again = new AtomicBoolean(true);
    private final RtmpPublisher publisher;
    private final Thread thread;

    Obs(String server, String key) throws Exception {
      publisher = RtmpPublisher.publish(server, key, Duration.ofSeconds(20));
      thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  TestClip.read().play(publisher, again::get);
                } catch (IOException | InterruptedException cutOff) {
                  // that is what the test wants
                }
              });
    }

    @Override
    public void close() throws IOException {
      again.set(false);
      thread.interrupt();
      publisher.close();
    }
  }

  private String key() throws Exception {
    return lastLine(wlk.run("stream", "key", "--reveal", "--json")).path("stream_key").asText();
  }

  private static String planned(WlkProcess.Running live) throws IOException {
    awaitLine(live, "\"planned\"");
    return live.soFar()
        .lines()
        .filter(l -> l.contains("\"planned\""))
        .map(WlkTest::read)
        .findFirst()
        .map(json -> json.path("naddr").asText())
        .orElseThrow();
  }

  private IngestServer.Builder another(String folder) {
    return IngestServer.builder()
        .rtmpPort(0)
        .httpPort(0)
        .set("admin.port", "0")
        .dataDir(directory.resolve(folder));
  }

  @Test
  void sigterm_ends_the_stream() throws Exception {
    ready();
    WlkProcess.Running live = live("Terminated", 120);
    String naddr = naddr(live);
    signal("TERM", live.process().pid());
    WlkProcess.Result ended = live.end();
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(onRelay(naddr).status()).contains(Status.ENDED);
  }

  @Test
  void the_last_will_ends_the_stream_of_a_wlk_that_was_killed() throws Exception {
    ShiftedTime time = new ShiftedTime();
    try (IngestServer own = another("own").time(time).start()) {
      wlk.with("WLK_PASSPHRASE", PASSPHRASE);
      assertThat(wlk.run("identity", "new").exit()).isZero();
      assertThat(wlk.run("provider", "add", own.httpUrl()).exit()).isZero();
      WlkProcess.Running live = live("Killed", 120);
      String naddr = naddr(live);
      Event was = event(own.relayUrl(), naddr);
      signal("KILL", live.process().pid());
      assertThat(live.process().waitFor()).isEqualTo(137);

      await()
          .atMost(PATIENCE)
          .until(() ->
              lastLine(wlk.run("status", "--json"))
                  .path("connection_state")
                  .asText()
                  .equals("reconnecting"));
      time.advance(Duration.ofMinutes(10));

      awaitStatus(own.relayUrl(), naddr, Status.ENDED);
      Event now = event(own.relayUrl(), naddr);
      assertThat(now.verify()).isTrue();
      assertThat(now.author()).as("signed by the streamer, before").isEqualTo(was.author());
      assertThat(now.createdAt()).isBetween(was.createdAt() + 179, was.createdAt() + 181);
    }
  }

  private static Event event(String relay, String naddr) {
    try (RelayPool pool = RelayPool.connect(relay)) {
      return pool.newest(EventAddress.parse(naddr), Duration.ofSeconds(5)).orElseThrow();
    }
  }

  @Test
  void an_encoder_that_crashes_and_returns_goes_on_in_the_same_stream() throws Exception {
    ready();
    WlkProcess.Running live = wlk.start("", List.of("live", "By hand", "--json"));
    String naddr = planned(live);
    String key = key();
    Obs first = new Obs(server.rtmpUrl(), key);
    awaitLine(live, "\"event\":\"live\"");
    first.close();
    awaitLine(live, "\"connection_state\":\"reconnecting\"");
    assertThat(onRelay(naddr).status()).as("the grace").contains(Status.LIVE);
    try (Obs _ = new Obs(server.rtmpUrl(), key)) {
      await().atMost(PATIENCE).until(() -> count(live, "\"connection_state\":\"connected\"") >= 2);
      signal("INT", live.process().pid());
      WlkProcess.Result ended = live.end();
      assertThat(ended.exit()).as(ended.err()).isZero();
      assertThat(ended.out().lines().filter(l -> l.contains("\"event\":\"live\""))).hasSize(1);
    }
    assertThat(onRelay(naddr).status()).contains(Status.ENDED);
  }

  private static long count(WlkProcess.Running run, String part) throws IOException {
    return run.soFar().lines().filter(l -> l.contains(part)).count();
  }

  @Test
  void a_relay_that_goes_and_returns_is_told_and_has_the_end() throws Exception {
    ready();
    IngestServer relay = another("relay").set("relay.policy", "open").start();
    int port = relay.httpPort();
    try {
      WlkProcess.Running live = live("Two relays", 120, "--relay", relay.relayUrl());
      String naddr = naddr(live);
      String url = relay.relayUrl();
      awaitStatus(url, naddr, Status.LIVE);
      relay.close();
      awaitLine(live, "\"state\":\"lost\"");
      assertThat(onRelay(naddr).status()).contains(Status.LIVE);
      relay =
          IngestServer.builder()
              .rtmpPort(0)
              .httpPort(port)
              .set("admin.port", "0")
              .set("relay.policy", "open")
              .dataDir(directory.resolve("relay"))
              .start();
      awaitLine(live, "\"state\":\"back\"");
      signal("INT", live.process().pid());
      assertThat(live.end().exit()).as(live.soFar()).isZero();
      awaitStatus(url, naddr, Status.ENDED);
    } finally {
      relay.close();
    }
  }

  @Test
  void a_provider_that_is_started_again_goes_on_with_the_stream() throws Exception {
    IngestServer own = another("own").start();
    int http = own.httpPort();
    int rtmp = own.rtmpPort();
    try {
      wlk.with("WLK_PASSPHRASE", PASSPHRASE);
      assertThat(wlk.run("identity", "new").exit()).isZero();
      assertThat(wlk.run("provider", "add", own.httpUrl()).exit()).isZero();
      WlkProcess.Running live = wlk.start("", List.of("live", "Restarted", "--json"));
      String naddr = planned(live);
      String key = key();
      Obs first = new Obs(own.rtmpUrl(), key);
      awaitLine(live, "\"event\":\"live\"");
      own.close();
      first.close();
      awaitLine(live, "\"event\":\"provider_lost\"");
      own =
          IngestServer.builder()
              .rtmpPort(rtmp)
              .httpPort(http)
              .set("admin.port", "0")
              .dataDir(directory.resolve("own"))
              .start();
      try (Obs _ = new Obs(own.rtmpUrl(), key)) {
        awaitLine(live, "\"event\":\"provider_back\"");
        String relay = own.relayUrl();
        awaitStatus(relay, naddr, Status.LIVE);
        signal("INT", live.process().pid());
        assertThat(live.end().exit()).as(live.soFar()).isZero();
        assertThat(on(relay, naddr).orElseThrow().status()).contains(Status.ENDED);
      }
    } finally {
      own.close();
    }
  }

  @Test
  void what_another_terminal_edits_stays_until_the_end() throws Exception {
    ready();
    WlkProcess.Running live = live("First title", 120);
    String naddr = naddr(live);
    WlkProcess.Result edited =
        wlk.run(
            "stream", "edit", "--title", "Second title", "-t", "java", "--content-warning", "nsfw");
    assertThat(edited.exit()).as(edited.err()).isZero();
    awaitLine(live, "\"event\":\"edited\"");
    LiveStream now = onRelay(naddr);
    assertThat(now.title()).contains("Second title");
    assertThat(now.status()).contains(Status.LIVE);
    signal("INT", live.process().pid());
    assertThat(live.end().exit()).isZero();
    LiveStream ended = onRelay(naddr);
    assertThat(ended.status()).contains(Status.ENDED);
    assertThat(ended.title()).contains("Second title");
    assertThat(ended.contentWarning()).contains("nsfw");
    assertThat(ended.hashtags()).contains("java", "live");
    assertThat(lastLine(wlk.run("stream", "show", "--json")).path("title").asText())
        .isEqualTo("Second title");
  }

  @Test
  void a_bunker_signs_it_all() throws Exception {
    try (IngestServer relay = another("bunker").set("relay.policy", "open").start();
        KeySigner user = KeySigner.of(SecretKey.generate());
        Bunker bunker = new Bunker(relay.relayUrl(), user)) {
      String uri = bunker.uri("s3cret");
      WlkProcess.Result login = wlk.runWith(uri + "\n", "identity", "login", "-", "--name", "away");
      assertThat(login.exit()).as(login.err()).isZero();
      assertThat(login.out().strip()).isEqualTo(user.publicKey().npub());
      assertThat(wlk.run("identity", "list").out()).contains("bunker", "away");
      assertThat(wlk.run("provider", "add", server.httpUrl()).exit()).isZero();
      WlkProcess.Running live = live("From afar", 120);
      String naddr = naddr(live);
      assertThat(EventAddress.parse(naddr).author()).isEqualTo(user.publicKey());
      signal("INT", live.process().pid());
      assertThat(live.end().exit()).as(live.soFar()).isZero();
      assertThat(onRelay(naddr).status()).contains(Status.ENDED);
      assertThat(bunker.asked()).contains("connect", "sign_event");
      refused(wlk.run("identity", "export", "--reveal"), 1, "unsupported", "export it there");
      Path config = directory.resolve("config/profiles/default/identity.json");
      String kept = user.publicKey().npub();
      assertThat(Files.readString(config)).contains(kept).doesNotContain("s3cret");
    }
  }

  @Test
  void what_is_elsewhere_already_is_announced_and_its_will_is_withdrawn_at_the_end()
      throws Exception {
    try (IngestServer relay = another("relay").set("relay.policy", "open").start()) {
      assertThat(wlk.run("identity", "new", "--plain-text").exit()).isZero();
      String hls = "https://cdn.example/live.m3u8";
      List<String> announce =
          List.of("live", "Elsewhere", "--announce", hls, "--relay", relay.relayUrl(), "--json");
      WlkProcess.Running live = wlk.start("", announce);
      awaitLine(live, "\"event\":\"live\"");
      String naddr = naddrOf(live, "live");
      LiveStream seen = on(relay.relayUrl(), naddr).orElseThrow();
      assertThat(seen.streaming()).contains(hls);
      assertThat(seen.status()).contains(Status.LIVE);
      Path wills = directory.resolve("config/profiles/default/wills");
      assertThat(filesIn(wills)).isEqualTo(1);
      signal("INT", live.process().pid());
      assertThat(live.end().exit()).as(live.soFar()).isZero();
      assertThat(on(relay.relayUrl(), naddr).orElseThrow().status()).contains(Status.ENDED);
      assertThat(filesIn(wills)).as("withdrawn").isZero();

      WlkProcess.Running second = wlk.start("", announce);
      awaitLine(second, "\"event\":\"live\"");
      String other = naddrOf(second, "live");
      WlkProcess.Result end = wlk.run("end", other, "--relay", relay.relayUrl());
      assertThat(end.exit()).as(end.err()).isZero();
      assertThat(second.end().out()).contains("ended by another terminal");
      assertThat(filesIn(wills)).isZero();
      refused(wlk.run("live", "x", "--announce", hls, "--", "cat", "{url}"), 2, "usage", "target");
    }
  }

  @Test
  void a_will_that_a_wlk_left_behind_is_published_by_the_next_command() throws Exception {
    try (IngestServer relay = another("relay").set("relay.policy", "open").start();
        KeySigner streamer = KeySigner.of(SecretKey.generate());
        RelayPool pool = RelayPool.connect(relay.relayUrl())) {
      assertThat(wlk.run("identity", "new", "--plain-text").exit()).isZero();
      Instant then = Instant.now().minusSeconds(900);
      LiveStream live =
          StreamDraft.announcing(
                  "Left",
                  "https://cdn.example/live.m3u8",
                  List.of(relay.relayUrl()),
                  streamer.publicKey(),
                  then)
              .toBuilder()
              .live(then)
              .build();
      EventAddress address = live.addressBy(streamer.publicKey());
      Duration patience = Duration.ofSeconds(10);
      assertThat(pool.publish(streamer.sign(live.toTemplate(then)), patience).acceptedCount())
          .isEqualTo(1);
      Instant end = then.plusSeconds(180);
      Path wills = directory.resolve("config/profiles/default/wills");
      WillFolder.at(wills)
          .of(address, List.of(relay.relayUrl()))
          .deposit(streamer.sign(live.toBuilder().ended(end).build().toTemplate(end)));
      try (Stream<Path> files = Files.list(wills)) {
        for (Path file : files.toList()) {
          Files.setLastModifiedTime(file, FileTime.from(then));
        }
      }
      WlkProcess.Result next = wlk.run("config", "path");
      assertThat(next.exit()).isZero();
      assertThat(next.err()).contains("which a wlk that died had left live");
      assertThat(on(relay.relayUrl(), address.naddr()).orElseThrow().status())
          .contains(Status.ENDED);
      assertThat(filesIn(wills)).isZero();
    }
  }

  private static long filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".will")).count();
    }
  }

  private static String naddrOf(WlkProcess.Running run, String event) throws IOException {
    return run.soFar()
        .lines()
        .filter(l -> l.contains("\"event\":\"" + event + "\""))
        .map(WlkTest::read)
        .findFirst()
        .map((JsonNode json) -> json.path("naddr").asText())
        .orElseThrow();
  }
}
