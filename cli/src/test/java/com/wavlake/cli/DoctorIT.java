package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.nostr.SecretKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a person sees who asks what is wrong. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
final class DoctorIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path shared;
  private static IngestServer server;

  @TempDir Path directory;
  private WlkProcess wlk;

  @BeforeAll
  static void start() throws IOException {
    server = builder(shared.resolve("data")).start();
  }

  private static IngestServer.Builder builder(Path data) {
    return IngestServer.builder().rtmpPort(0).httpPort(0).set("admin.port", "0").dataDir(data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    wlk = new WlkProcess(directory);
  }

  private static List<JsonNode> lines(WlkProcess.Result result) {
    return result.out().lines().map(DoctorIT::read).toList();
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void found(WlkProcess.Result result, String check, String verdict, String words) {
    JsonNode finding =
        lines(result).stream()
            .filter(l -> l.path("check").asText().equals(check))
            .findFirst()
            .orElseThrow(() -> new AssertionError(check + ": " + result.out() + result.err()));
    assertThat(finding.path("verdict").asText()).as(finding.toString()).isEqualTo(verdict);
    assertThat(finding.path("detail").asText() + " | " + finding.path("hint").asText())
        .contains(words);
  }

  @Test
  void who_is_ready_passes_and_whatever_others_can_read_is_found() throws Exception {
    assertThat(wlk.run("identity", "new", "--plain-text").exit()).isZero();
    assertThat(wlk.run("provider", "add", server.httpUrl()).exit()).isZero();
    WlkProcess.Result well = wlk.run("doctor");
    assertThat(well.exit()).as(well.out() + well.err()).isZero();
    for (String check :
        List.of(
            "identity",
            "config folder",
            "java",
            "terminal",
            "provider",
            "clock",
            "nip-98",
            "access",
            "rtmp",
            "hls",
            "relay")) {
      assertThat(well.out()).containsPattern("PASS  " + check + " ");
    }
    assertThat(well.out())
        .contains("SKIP  rtmps ", " 0 fail")
        .contains(server.relayUrl())
        .doesNotContain("FAIL", "nsec1");

    Path config = directory.resolve("config/profiles/default");
    Files.setPosixFilePermissions(
        config.resolve("identity.json"), PosixFilePermissions.fromString("rw-r--r--"));
    WlkProcess.Result loose = wlk.run("doctor", "--json");
    assertThat(loose.exit()).isEqualTo(1);
    found(loose, "config folder", "fail", "identity.json");
    found(loose, "config folder", "fail", "chmod -R go= " + config);
    JsonNode summary = lines(loose).getLast();
    assertThat(summary.path("event").asText()).isEqualTo("summary");
    assertThat(summary.path("ok").asBoolean()).isFalse();
    assertThat(summary.path("fail").asInt()).isEqualTo(1);
  }

  @Test
  void who_has_nothing_is_told_where_to_begin() throws Exception {
    WlkProcess.Result nothing = wlk.run("doctor", "--json");
    assertThat(nothing.exit()).isEqualTo(1);
    found(nothing, "identity", "fail", "wlk identity new");
    found(nothing, "provider", "fail", "wlk provider add URL");
    found(nothing, "rtmp", "skip", "needs a provider");
  }

  @Test
  void a_locked_identity_is_not_asked_for_its_passphrase() throws Exception {
    WlkProcess owner = new WlkProcess(directory).with("WLK_PASSPHRASE", "correct horse");
    assertThat(owner.run("identity", "new").exit()).isZero();
    WlkProcess.Result locked = wlk.run("doctor", "--provider", server.httpUrl(), "--json");
    assertThat(locked.exit()).as(locked.out()).isZero();
    found(locked, "identity", "pass", "locked");
    found(locked, "nip-98", "skip", "WLK_PASSPHRASE");
  }

  @Test
  void a_provider_that_is_not_there_or_none_or_has_another_name_fails() throws Exception {
    wlk.with("NOSTR_SECRET_KEY", SecretKey.generate().nsec());
    WlkProcess.Result none =
        wlk.run("doctor", "--provider", "http://127.0.0.1:1", "--timeout", "2", "--json");
    assertThat(none.exit()).isEqualTo(1);
    found(none, "provider", "fail", "curl -s http://127.0.0.1:1/api/v1/info");
    found(none, "nip-98", "skip", "needs a provider");
    String alias = server.httpUrl().replace("127.0.0.1", "localhost");
    found(
        wlk.run("doctor", "--provider", alias, "--json"),
        "provider",
        "fail",
        "wlk provider add " + server.httpUrl());
  }

  @Test
  void who_is_not_invited_is_told_so() throws Exception {
    wlk.with("NOSTR_SECRET_KEY", SecretKey.generate().nsec());
    try (IngestServer own =
        builder(directory.resolve("data"))
            .set("access.mode", "allowlist")
            .set("access.npubs", SecretKey.generate().publicKey().npub())
            .start()) {
      WlkProcess.Result stranger = wlk.run("doctor", "--provider", own.httpUrl(), "--json");
      assertThat(stranger.exit()).isEqualTo(1);
      found(stranger, "access", "fail", "wlk identity show");
      found(stranger, "nip-98", "pass", "");
    }
  }

  @Test
  void a_clock_that_is_off_and_ports_that_do_not_answer_are_found() throws Exception {
    wlk.with("NOSTR_SECRET_KEY", SecretKey.generate().nsec());
    HttpServer fake =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String url = "http://127.0.0.1:" + fake.getAddress().getPort();
    long late = Instant.now().minusSeconds(90).getEpochSecond();
    answer(fake, "/api/v1/time", "{\"unix\":" + late + "}");
    answer(
        fake,
        "/api/v1/info",
        "{\"name\":\"a \\u001b[31mfake\",\"version\":\"1\",\"api_url\":\""
            + url
            + "\",\"access\":\"open\","
            + "\"rtmp_ingest\":\"rtmp://127.0.0.1:1/live\",\"relay_url\":\"ws://127.0.0.1:1\"}");
    fake.start();
    try {
      WlkProcess.Result result = wlk.run("doctor", "--provider", url, "--timeout", "3", "--json");
      assertThat(result.exit()).isEqualTo(1);
      found(result, "provider", "pass", "a [31mfake 1");
      found(result, "clock", "fail", "timedatectl set-ntp true");
      found(result, "clock", "fail", "s ahead of the provider's, over the 60 s of NIP-98");
      found(result, "rtmp", "fail", "rtmp://127.0.0.1:1/live");
      found(result, "hls", "fail", "Access-Control-Allow-Origin");
      found(result, "relay", "fail", "ws://127.0.0.1:1");
    } finally {
      fake.stop(0);
    }
  }

  @Test
  void a_stream_is_created_at_no_provider_that_does_not_say_who_may_publish() throws Exception {
    wlk.with("NOSTR_SECRET_KEY", SecretKey.generate().nsec());
    assertThat(callsOfOneThatCreates("")).isEmpty();
  }

  /** What a provider hears that creates whatever it is asked for, beside questions. */
  private List<String> callsOfOneThatCreates(String access) throws Exception {
    List<String> calls = new CopyOnWriteArrayList<>();
    HttpServer fake =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String url = "http://127.0.0.1:" + fake.getAddress().getPort();
    answer(
        fake,
        "/api/v1/info",
        "{\"name\":\"fake\",\"version\":\"1\",\"api_url\":\""
            + url
            + "\","
            + access
            + "\"rtmp_ingest\":\"rtmp://127.0.0.1:1/live\",\"relay_url\":\"ws://127.0.0.1:1\"}");
    var _ =
        fake.createContext(
            "/api/v1/streams",
            exchange -> {
              String method = exchange.getRequestMethod();
              if (!method.equals("GET")) {
                calls.add(method + " " + exchange.getRequestURI().getPath());
              }
              String json =
                  switch (method) {
                    case "GET" -> "{\"streams\":[]}";
                    case "POST" ->
                        "{\"stream_id\":\"left-1\",\"rtmp_ingest\":\"rtmp://127.0.0.1:1/live\","
                            + "\"hls_playback\":\""
                            + url
                            + "/x.m3u8\"}";
                    default -> "{}";
                  };
              byte[] body = json.getBytes(StandardCharsets.UTF_8);
              exchange.getResponseHeaders().add("Content-Type", "application/json");
              exchange.sendResponseHeaders(200, body.length);
              exchange.getResponseBody().write(body);
              exchange.close();
            });
    fake.start();
    try {
      WlkProcess.Result result = wlk.run("doctor", "--provider", url, "--timeout", "3", "--json");
      found(result, "access", access.isEmpty() ? "skip" : "pass", "publish here");
    } finally {
      fake.stop(0);
    }
    return calls;
  }

  private static void answer(HttpServer fake, String path, String json) {
    var _ =
        fake.createContext(
            path,
            exchange -> {
              byte[] body = json.getBytes(StandardCharsets.UTF_8);
              exchange.getResponseHeaders().add("Content-Type", "application/json");
              exchange.sendResponseHeaders(200, body.length);
              exchange.getResponseBody().write(body);
              exchange.close();
            });
  }
}
