package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.RelayPool;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real server and a real ffmpeg, shared by a class; wlk in a folder of its own for each test. */
abstract class WlkTest {
  static final ObjectMapper JSON = new ObjectMapper();
  static final String PASSPHRASE = "correct horse";

  @TempDir static Path shared;
  static IngestServer server;
  static Path ffmpeg;

  @TempDir Path directory;
  WlkProcess wlk;

  @BeforeAll
  static void start() throws IOException {
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .dataDir(shared.resolve("data"))
            .start();
    ffmpeg = shared.resolve("ffmpeg");
    try (InputStream in =
        Objects.requireNonNull(
            WlkTest.class.getResourceAsStream("/ws/schild/jave/nativebin/ffmpeg-amd64"))) {
      Files.copy(in, ffmpeg);
    }
    assertThat(ffmpeg.toFile().setExecutable(true)).isTrue();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    wlk = new WlkProcess(directory);
  }

  /** With an identity and a provider; a passphrase would cost each command half a second. */
  void ready() throws IOException, InterruptedException {
    ready("--plain-text");
  }

  void readyWithPassphrase() throws IOException, InterruptedException {
    wlk.with("WLK_PASSPHRASE", PASSPHRASE);
    ready("--no-input");
  }

  private void ready(String how) throws IOException, InterruptedException {
    assertThat(wlk.run("identity", "new", how).exit()).isZero();
    assertThat(wlk.run("provider", "add", server.httpUrl()).exit()).isZero();
  }

  static JsonNode lastLine(WlkProcess.Result result) throws IOException {
    List<String> lines = result.out().lines().toList();
    assertThat(lines).as(result.err()).isNotEmpty();
    return JSON.readTree(lines.getLast());
  }

  static LiveStream onRelay(String naddr) {
    try (RelayPool pool = RelayPool.connect(server.relayUrl())) {
      Event event = pool.newest(EventAddress.parse(naddr), Duration.ofSeconds(5)).orElseThrow();
      assertThat(event.verify()).isTrue();
      return LiveStream.parse(event);
    }
  }

  List<String> pushing(int seconds) {
    return List.of(
        "--",
        ffmpeg.toString(),
        "-re",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=320x180:rate=30:duration=" + seconds,
        "-f",
        "lavfi",
        "-i",
        "sine=440:sample_rate=48000:duration=" + seconds,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-g",
        "60",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        "-f",
        "flv",
        "{url}");
  }

  WlkProcess.Running live(String title, int seconds, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("live", title, "--json"));
    arguments.addAll(List.of(options));
    arguments.addAll(pushing(seconds));
    return wlk.start("", arguments);
  }

  static String naddr(WlkProcess.Running live) throws IOException {
    await().atMost(Duration.ofSeconds(30)).until(() -> live.soFar().contains("\"event\":\"live\""));
    return live.soFar()
        .lines()
        .filter(l -> l.contains("\"planned\""))
        .map(WlkTest::read)
        .findFirst()
        .orElseThrow()
        .path("naddr")
        .asText();
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void refused(WlkProcess.Result result, int exit, String code, String hint) {
    assertThat(result.exit()).as(result.err()).isEqualTo(exit);
    assertThat(result.err())
        .contains("error[" + code + "]: ")
        .contains(hint)
        .doesNotContain("\tat ")
        .doesNotContain("Exception");
    assertThat(result.out()).isEmpty();
  }

  static void signal(String name, long pid) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor())
        .isZero();
  }
}
