package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.cli.encoder.TestClip;
import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.obs.FakeObs;
import com.wavlake.live.obs.ObsWebSocket;
import com.wavlake.live.relay.RelayPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code wlk obs} and {@code wlk live --obs} with an OBS that is none, but streams. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class ObsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PASSWORD = "hunter2";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @TempDir static Path shared;
  private static IngestServer server;

  @TempDir Path directory;
  private final AtomicReference<RtmpPublisher> publisher = new AtomicReference<>();
  private final List<WlkProcess.Running> running = new ArrayList<>();
  private FakeObs obs;
  private WlkProcess wlk;

  @BeforeAll
  static void start() throws IOException {
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("grace.lost", "4s")
            .set("grace.stopped", "4s")
            .dataDir(shared.resolve("data"))
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    obs = new FakeObs(PASSWORD).parameter("SimpleOutput/StreamEncoder", "x264");
    obs.onStart(
        settings -> publish(settings.path("server").asText(), settings.path("key").asText()));
    obs.onStop(this::hangUp);
    wlk = new WlkProcess(directory);
    Path config = Files.createDirectories(directory.resolve(".config/obs-studio"));
    Files.writeString(
        config.resolve("global.ini"),
        "[OBSWebSocket]\nServerEnabled=true\nServerPort=%d\nServerPassword=%s\n"
            .formatted(obs.port(), PASSWORD));
    assertThat(wlk.run("identity", "new", "--plain-text").exit()).isZero();
    assertThat(wlk.run("provider", "add", server.httpUrl()).exit()).isZero();
  }

  @AfterEach
  void close() {
    running.forEach(live -> live.process().destroyForcibly());
    hangUp();
    obs.close();
  }

  private void publish(String url, String key) {
    try {
      RtmpPublisher connected = RtmpPublisher.publish(url, key, TIMEOUT);
      publisher.set(connected);
      Thread.ofVirtual()
          .start(() -> {
            try {
              TestClip.read().play(connected, () -> true);
            } catch (IOException | InterruptedException e) {
              // hung up
            }
          });
    } catch (IOException | PublishRefused e) {
      throw new IllegalStateException(e);
    }
  }

  private void hangUp() {
    Optional.ofNullable(publisher.getAndSet(null))
        .ifPresent(connected -> {
          try {
            connected.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static JsonNode json(WlkProcess.Result result) throws IOException {
    assertThat(result.out()).as(result.err()).isNotEmpty();
    return JSON.readTree(result.out().lines().toList().getLast());
  }

  private static void refused(WlkProcess.Result result, int exit, String code, String hint) {
    assertThat(result.exit()).as(result.err()).isEqualTo(exit);
    assertThat(result.err()).contains("error[" + code + "]: ").contains(hint);
    assertThat(result.err() + result.out()).doesNotContain("Exception").doesNotContain(PASSWORD);
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  private static LiveStream onRelay(WlkProcess.Running live) throws IOException {
    String naddr =
        live.soFar()
            .lines()
            .filter(l -> l.contains("\"naddr\""))
            .map(l -> l.replaceFirst(".*\"naddr\":\"([^\"]+)\".*", "$1"))
            .findFirst()
            .orElseThrow();
    try (RelayPool pool = RelayPool.connect(server.relayUrl())) {
      return LiveStream.parse(
          pool.newest(EventAddress.parse(naddr), Duration.ofSeconds(5)).orElseThrow());
    }
  }

  private WlkProcess.Running live(String title) throws IOException {
    WlkProcess.Running live = wlk.start("", List.of("live", title, "--obs", "--json"));
    running.add(live);
    await()
        .atMost(TIMEOUT)
        .until(() -> live.soFar().contains("\"event\":\"live\"") || !live.process().isAlive());
    assertThat(live.soFar()).contains("\"event\":\"live\"");
    return live;
  }

  @Test
  void an_obs_of_this_machine_is_found_set_started_and_stopped_without_a_word_about_it()
      throws Exception {
    String key =
        json(wlk.run("stream", "create", "--title", "t", "--no-publish", "--json"))
            .path("stream_key")
            .asText();
    JsonNode idle = json(wlk.run("obs", "status", "--json"));
    assertThat(idle.path("obs_version").asText()).isEqualTo("29.0.2");
    assertThat(idle.path("streaming").asBoolean(true)).isFalse();
    assertThat(idle.path("is_this_stream").asBoolean(true)).isFalse();

    WlkProcess.Result applied = wlk.run("obs", "apply", "--preset", "720p30", "--json");
    assertThat(applied.exit()).as(applied.err()).isZero();
    assertThat(json(applied).path("set").path("Keyframe Interval").asText()).isEqualTo("2 s");
    assertThat(json(applied).path("left").isEmpty()).isTrue();
    assertThat(applied.out() + applied.err()).doesNotContain(key);
    JsonNode service = obs.service().path("streamServiceSettings");
    assertThat(service.path("server").asText()).isEqualTo(server.rtmpUrl());
    assertThat(service.path("key").asText()).isEqualTo(key);
    assertThat(obs.parameter("SimpleOutput/x264Settings")).isEqualTo("keyint=60 scenecut=0");

    assertThat(wlk.run("obs", "start").out()).contains("OBS streams to " + server.rtmpUrl());
    WlkProcess.Result status = wlk.run("obs", "status");
    assertThat(status.out())
        .contains("streaming 0:00:03", "3 of 90 frames dropped", "with this stream's key")
        .doesNotContain(key);
    assertThat(wlk.run("obs", "stop").exit()).isZero();
    assertThat(obs.isStreaming()).isFalse();
    refused(wlk.run("obs", "stop"), 1, "obs_idle", "wlk obs status");
  }

  @Test
  void an_obs_that_streams_already_is_left_alone() throws Exception {
    obs.onStart(_ -> {});
    try (ObsWebSocket somebody = ObsWebSocket.connect(obs.url(), PASSWORD, TIMEOUT)) {
      somebody.startStream();
    }
    refused(wlk.run("obs", "start"), 1, "obs_streaming", "wlk obs stop");
    refused(wlk.run("live", "Other", "--obs"), 1, "obs_streaming", "wlk obs stop");
    assertThat(wlk.run("stream", "list").out()).as("nothing was created").isEmpty();
    assertThat(wlk.run("stream", "create", "--title", "t", "--no-publish").exit()).isZero();
    refused(wlk.run("obs", "apply"), 1, "obs_streaming", "wlk obs stop");
    assertThat(obs.isStreaming()).isTrue();
  }

  @Test
  void what_keeps_obs_away_is_said_before_anything_is_created() throws Exception {
    refused(
        wlk.run("live", "T", "--obs", "--obs-url", "ws://127.0.0.1:1"),
        1,
        "obs_unreachable",
        "Tools → WebSocket Server Settings");
    refused(wlk.run("obs", "status", "--obs-url", "4455"), 2, "usage", "ws://127.0.0.1:4455");
    refused(wlk.run("live", "T", "--obs", "--", "true"), 2, "usage", "");
    Path password = Files.writeString(directory.resolve("password"), "wrong\n");
    refused(
        wlk.run("obs", "status", "--obs-password-file", password.toString()),
        1,
        "obs_password",
        "Show Connect Info");
    assertThat(wlk.runWith(PASSWORD + "\n", "obs", "status", "--obs-password-file", "-").exit())
        .isZero();

    Path ini = directory.resolve(".config/obs-studio/global.ini");
    Files.delete(ini);
    refused(
        wlk.run("obs", "status", "--obs-url", obs.url()), 1, "obs_password", "WLK_OBS_PASSWORD");
    wlk.with("WLK_OBS_URL", obs.url()).with("WLK_OBS_PASSWORD", PASSWORD);
    assertThat(wlk.run("obs", "status").exit()).isZero();

    Files.writeString(ini, "[OBSWebSocket]\nServerEnabled=false\nServerPort=1\n");
    refused(wlk.with("WLK_OBS_URL", "").run("obs", "status"), 1, "obs_unreachable", "turned off");
    assertThat(wlk.run("stream", "list").out()).isEmpty();
  }

  @Test
  void a_profile_is_written_for_ones_own_eyes_and_not_over_another() throws Exception {
    assertThat(wlk.run("stream", "create", "--title", "t", "--no-publish").exit()).isZero();
    Path folder = directory.resolve("new/profile");
    WlkProcess.Result written =
        wlk.run("obs", "export", folder.toString(), "--preset", "1080p30", "--name", "Java night");
    assertThat(written.exit()).as(written.err()).isZero();
    assertThat(written.out().strip()).isEqualTo(folder.toString());
    assertThat(written.err()).contains("Profile → Import");
    assertThat(Files.readString(folder.resolve("basic.ini"))).contains("Name=Java night");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    refused(wlk.run("obs", "export", folder.toString()), 1, "profile_exists", "-y");
    JsonNode again = json(wlk.run("obs", "export", folder.toString(), "-y", "--json"));
    assertThat(again.path("name").asText()).isEqualTo("wlk 720p30");
    assertThat(again.path("files")).hasSize(3);
    refused(
        wlk.run("obs", "export", directory.resolve("x").toString(), "--name", " "),
        2,
        "usage",
        "--name");
  }

  @Test
  void live_starts_obs_and_ctrl_c_stops_it() throws Exception {
    WlkProcess.Running live = live("Java night");
    assertThat(obs.isStreaming()).isTrue();
    assertThat(onRelay(live).status()).contains(Status.LIVE);
    signal("INT", live.process().pid());
    WlkProcess.Result ended = live.end();
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(obs.isStreaming()).isFalse();
    assertThat(onRelay(live).status()).contains(Status.ENDED);
    assertThat(ended.out())
        .contains("\"event\":\"obs\",\"state\":\"streaming\"")
        .doesNotContain("wlk_live_");
  }

  @Test
  void stop_pressed_in_obs_ends_the_stream() throws Exception {
    WlkProcess.Running live = live("Stopped");
    obs.pressStop();
    WlkProcess.Result ended = live.end();
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("OBS has stopped to stream");
    assertThat(onRelay(live).status()).contains(Status.ENDED);
  }

  @Test
  void ended_elsewhere_stops_obs() throws Exception {
    WlkProcess.Running live = live("Elsewhere");
    assertThat(wlk.run("end").exit()).isZero();
    assertThat(live.end().exit()).as(live.soFar()).isZero();
    assertThat(obs.isStreaming()).isFalse();
  }

  @Test
  void an_obs_that_crashes_has_the_providers_grace() throws Exception {
    WlkProcess.Running live = live("Crash");
    obs.crash();
    await().atMost(TIMEOUT).until(() -> live.soFar().contains("\"state\":\"lost\""));
    assertThat(onRelay(live).status()).as("it may come back").contains(Status.LIVE);
    WlkProcess.Result ended = live.end();
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(onRelay(live).status()).contains(Status.ENDED);
  }

  @Test
  void an_obs_that_cannot_start_fails_the_command() throws Exception {
    obs.rejectTheServer();
    WlkProcess.Result failed = wlk.run("live", "No", "--obs");
    refused(failed, 1, "obs_refused", "Help → Log Files");
  }
}
