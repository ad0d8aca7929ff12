package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.obs.ObsWebSocket;
import com.wavlake.live.relay.RelayPool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same with OBS Studio itself, where it is installed. */
@Timeout(240)
final class RealObsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @TempDir static Path shared;
  private static IngestServer server;

  @TempDir Path directory;
  private WlkProcess wlk;
  private int port;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(RealObs.isInstalled(), "skipped: OBS Studio (obs) and Xvfb are not installed");
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .dataDir(shared.resolve("data"))
            .start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void open() throws Exception {
    port = RealObs.prepare(directory);
    wlk = new WlkProcess(directory);
    assertThat(wlk.run("identity", "new", "--plain-text").exit()).isZero();
    assertThat(wlk.run("provider", "add", server.httpUrl()).exit()).isZero();
  }

  private static JsonNode json(WlkProcess.Result result) throws IOException {
    assertThat(result.exit()).as(result.out() + result.err()).isZero();
    return JSON.readTree(result.out().lines().toList().getLast());
  }

  private static List<JsonNode> events(WlkProcess.Running live, String name) throws IOException {
    String whole = live.soFar();
    return whole
        .substring(0, whole.lastIndexOf('\n') + 1)
        .lines()
        .filter(l -> l.startsWith("{\"event\":\"" + name + "\""))
        .map(RealObsIT::read)
        .toList();
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalStateException(json, e);
    }
  }

  private static LiveStream onRelay(String naddr) {
    try (RelayPool pool = RelayPool.connect(server.relayUrl())) {
      return LiveStream.parse(
          pool.newest(EventAddress.parse(naddr), Duration.ofSeconds(5)).orElseThrow());
    }
  }

  @Test
  void live_takes_obs_along_from_planned_to_ended() throws Exception {
    List<ProcessHandle> family;
    WlkProcess.Running running = null;
    try (RealObs obs = RealObs.start(directory, port, "t")) {
      family = obs.family();
      assertThat(wlk.run("stream", "create", "--title", "t", "--no-publish").exit()).isZero();
      JsonNode applied = json(wlk.run("obs", "apply", "--preset", "720p30", "--json"));
      assertThat(applied.path("left").isEmpty()).as(applied.toString()).isTrue();

      WlkProcess.Running live = wlk.start("", List.of("live", "Java night", "--obs", "--json"));
      running = live;
      await()
          .atMost(TIMEOUT)
          .until(() -> !events(live, "live").isEmpty() || !live.process().isAlive());
      assertThat(events(live, "live")).as(live.soFar() + obs.log()).isNotEmpty();
      String naddr = events(live, "planned").getFirst().path("naddr").asText();
      assertThat(events(live, "playable")).isNotEmpty();
      assertThat(onRelay(naddr).status()).contains(Status.LIVE);
      await()
          .atMost(TIMEOUT)
          .untilAsserted(() ->
              assertThat(events(live, "health"))
                  .anySatisfy(health ->
                      assertThat(health.path("keyframe_interval_ms").asInt())
                          .isBetween(1900, 2100)));
      assertThat(json(wlk.run("obs", "status", "--json")).path("is_this_stream").asBoolean())
          .isTrue();

      assertThat(
              new ProcessBuilder("kill", "-INT", Long.toString(live.process().pid()))
                  .start()
                  .waitFor())
          .isZero();
      WlkProcess.Result ended = live.end();
      assertThat(ended.exit()).as(ended.err()).isZero();
      assertThat(onRelay(naddr).status()).contains(Status.ENDED);
      try (ObsWebSocket client = obs.connect()) {
        assertThat(client.status().active()).isFalse();
      }
      assertThat(obs.log()).contains("User stopped the stream").doesNotContain("econnect");
    } finally {
      if (running != null) {
        running.process().destroyForcibly();
      }
    }
    assertThat(family).hasSizeGreaterThanOrEqualTo(2).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void an_exported_profile_is_one_that_obs_opens_and_streams_with() throws Exception {
    JsonNode stream = json(wlk.run("stream", "create", "--title", "t", "--no-publish", "--json"));
    Path profile = directory.resolve(".config/obs-studio/basic/profiles/Java_night");
    assertThat(wlk.run("obs", "export", profile.toString(), "--name", "Java night").exit())
        .isZero();
    List<ProcessHandle> family;
    try (RealObs obs = RealObs.start(directory, port, "Java night")) {
      family = obs.family();
      try (ObsWebSocket client = obs.connect()) {
        assertThat(asked(client, "GetProfileList", "{}").path("currentProfileName").asText())
            .isEqualTo("Java night");
        JsonNode video = asked(client, "GetVideoSettings", "{}");
        assertThat(video.path("baseWidth").asInt()).isEqualTo(1280);
        assertThat(video.path("outputHeight").asInt()).isEqualTo(720);
        assertThat(video.path("fpsNumerator").asInt()).isEqualTo(30);
        assertThat(client.service().server()).isEqualTo(server.rtmpUrl());
        assertThat(client.service().key()).isEqualTo(stream.path("stream_key").asText());
        assertThat(parameter(client, "Output", "Mode")).isEqualTo("Advanced");
        assertThat(parameter(client, "AdvOut", "Encoder")).isEqualTo("obs_x264");
        assertThat(parameter(client, "AdvOut", "Track1Bitrate")).isEqualTo("160");
      }
      assertThat(json(wlk.run("obs", "start", "--json")).path("streaming").asBoolean()).isTrue();
      URI playlist =
          URI.create(stream.path("hls_playback").asText().replace(".m3u8", "/media.m3u8"));
      await().atMost(TIMEOUT).until(() -> durations(playlist).size() >= 3);
      assertThat(durations(playlist).subList(0, 3))
          .as("a segment is from key frame to key frame")
          .allSatisfy(seconds -> assertThat(seconds).isBetween(1.95, 2.05));
      assertThat(obs.log()).contains("advanced_video_stream").containsPattern("bitrate: +3000");
      assertThat(wlk.run("obs", "stop").exit()).isZero();
    }
    assertThat(family).noneMatch(ProcessHandle::isAlive);
  }

  private static JsonNode asked(ObsWebSocket client, String type, String data) {
    return read(client.request(type, data));
  }

  private static String parameter(ObsWebSocket client, String category, String name) {
    return asked(
            client,
            "GetProfileParameter",
            "{\"parameterCategory\":\"%s\",\"parameterName\":\"%s\"}".formatted(category, name))
        .path("parameterValue")
        .asText();
  }

  private static List<Double> durations(URI playlist) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(playlist).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .filter(l -> l.startsWith("#EXTINF:"))
          .map(l -> Double.valueOf(l.replaceAll("#EXTINF:|,.*", "")))
          .toList();
    }
  }
}
