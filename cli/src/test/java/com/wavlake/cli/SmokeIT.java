package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A provider's check as its CI runs it, against a real server. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
final class SmokeIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path shared;
  private static IngestServer server;

  @TempDir Path directory;
  private final SecretKey key = SecretKey.generate();
  private WlkProcess wlk;

  @BeforeAll
  static void start() throws IOException {
    server = builder(shared.resolve("data")).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    wlk = new WlkProcess(directory).with("NOSTR_SECRET_KEY", key.nsec());
  }

  private static IngestServer.Builder builder(Path data) {
    return IngestServer.builder()
        .rtmpPort(0)
        .httpPort(0)
        .set("admin.port", "0")
        .set("access.mode", "open")
        .dataDir(data);
  }

  private WlkProcess.Running smoke(IngestServer provider, String... options) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("smoke", "--provider", provider.httpUrl(), "--json"));
    arguments.addAll(List.of(options));
    return wlk.start("", arguments);
  }

  private static List<JsonNode> lines(WlkProcess.Result result) {
    return result.out().lines().map(SmokeIT::read).toList();
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode step(List<JsonNode> lines, String name) {
    return lines.stream()
        .filter(l -> l.path("step").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private List<StreamDetails> kept() {
    try (KeySigner signer = KeySigner.of(SecretKey.of(key.exportBytes()));
        ManagementClient client = ManagementClient.at(server.httpUrl(), signer)) {
      return client.list();
    }
  }

  private List<Event> onRelay() {
    try (RelayPool relays = RelayPool.connect(server.relayUrl())) {
      return relays.query(
          Filter.kinds(Kind.LIVE_STREAM).by(key.publicKey()), Duration.ofSeconds(5));
    }
  }

  private void nothingIsLeft() {
    assertThat(kept()).isEmpty();
    assertThat(onRelay())
        .allSatisfy(event -> assertThat(LiveStream.parse(event).status()).contains(Status.ENDED));
  }

  private static void interrupt(WlkProcess.Running running) throws Exception {
    String pid = Long.toString(running.process().pid());
    assertThat(new ProcessBuilder("kill", "-INT", pid).start().waitFor()).isZero();
  }

  /** A check takes a while, on a busy machine a long one. */
  private static WlkProcess.Result end(WlkProcess.Running running) throws Exception {
    var _ = running.process().waitFor(60, TimeUnit.SECONDS);
    return running.end();
  }

  private static void awaitStep(WlkProcess.Running running, String step) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> running.soFar().contains("\"step\":\"" + step + "\""));
  }

  @Test
  void a_provider_that_is_well_passes_each_step_and_nothing_is_left() throws Exception {
    Path report = directory.resolve("smoke.xml");
    WlkProcess.Result result =
        end(
            wlk.start(
                "",
                List.of("smoke", "--provider", server.httpUrl(), "--junit", report.toString())));
    assertThat(result.exit()).as(result.out() + result.err()).isZero();
    assertThat(result.out())
        .containsPattern("ok {4}create +[0-9.]+ m?s")
        .containsPattern("ok {4}first segment +[0-9.]+ m?s  \\(target 10 s\\)")
        .containsPattern("ok {4}start +[0-9.]+ m?s  \\(target 10 s\\)")
        .contains("1 of 1 relays", "smoke ok")
        .doesNotContain("FAIL", "skip", "wlk_live_", "nsec1");
    assertThat(result.err()).contains(key.publicKey().npub()).doesNotContain("made for this");
    Element root =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(report.toFile())
            .getDocumentElement();
    assertThat(root.getAttribute("tests")).isEqualTo("19");
    assertThat(root.getAttribute("failures")).isEqualTo("0");
    NodeList cases = root.getElementsByTagName("testcase");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < cases.getLength(); i++) {
      names.add(((Element) cases.item(i)).getAttribute("name"));
    }
    assertThat(names)
        .startsWith("provider", "refuses unsigned", "create", "planned event", "push")
        .contains("chat to streamer", "chat to viewer", "refuses strangers")
        .endsWith("stop", "ended event", "cleanup");
    nothingIsLeft();
  }

  @Test
  void many_streams_have_rates_and_percentiles() throws Exception {
    WlkProcess.Result result = end(smoke(server, "--streams", "2", "--repeat", "2", "--lenient"));
    List<JsonNode> lines = lines(result);
    JsonNode summary = lines.getLast();
    assertThat(result.exit()).as(result.out()).isZero();
    assertThat(lines.getFirst().path("npub").asText()).isEqualTo(key.publicKey().npub());
    assertThat(lines.stream().filter(l -> l.path("step").asText().equals("create")))
        .extracting(l -> l.path("round").asInt() + "." + l.path("stream").asInt())
        .containsExactlyInAnyOrder("1.1", "1.2", "2.1", "2.2");
    assertThat(summary.path("event").asText()).isEqualTo("summary");
    assertThat(summary.path("ok").asBoolean()).isTrue();
    assertThat(summary.path("runs").asInt()).isEqualTo(4);
    assertThat(summary.path("starts_success").asDouble()).isEqualTo(1.0);
    assertThat(summary.path("chat_success").asDouble()).isEqualTo(1.0);
    JsonNode first = summary.path("steps").path("first_segment");
    assertThat(first.path("ok").asInt() + first.path("slow").asInt()).isEqualTo(4);
    assertThat(first.path("p50_ms").asLong()).isBetween(500L, first.path("p95_ms").asLong());
    assertThat(first.path("target_ms").asLong()).isEqualTo(10_000);
    nothingIsLeft();
  }

  @Test
  void a_provider_that_invites_refuses_who_is_not_invited() throws Exception {
    try (IngestServer own =
        builder(directory.resolve("data"))
            .set("access.mode", "allowlist")
            .set("access.npubs", key.publicKey().npub())
            .start()) {
      wlk.with("NOSTR_SECRET_KEY", "");
      WlkProcess.Result result = end(smoke(own));
      assertThat(result.exit()).as(result.out()).isEqualTo(1);
      List<JsonNode> lines = lines(result);
      assertThat(lines.getFirst().path("npub").asText()).startsWith("npub1");
      assertThat(lines.getFirst().path("generated_key").asBoolean()).isTrue();
      assertThat(step(lines, "refuses_unsigned").path("status").asText()).isEqualTo("ok");
      assertThat(step(lines, "create").path("status").asText()).isEqualTo("failed");
      assertThat(step(lines, "create").path("detail").asText()).contains("invited");
      for (String rest : List.of("planned_event", "push", "live_event", "ended_event", "cleanup")) {
        assertThat(step(lines, rest).path("status").asText()).as(rest).isEqualTo("skipped");
      }
      assertThat(lines.getLast().path("starts_success").asDouble()).isZero();
      assertThat(lines.getLast().path("chat_success").isNull()).isTrue();
    }
  }

  @Test
  void a_provider_needs_nothing_but_streams_playlists_and_a_relay() throws Exception {
    try (BareProvider bare = new BareProvider();
        IngestServer own =
            builder(directory.resolve("data")).set("http.public-url", bare.url()).start()) {
      bare.standsBefore(own.httpPort());
      String relay = "ws://127.0.0.1:" + own.httpPort() + "/relay";
      WlkProcess.Result result =
          end(
              wlk.start(
                  "",
                  List.of(
                      "smoke", "--provider", bare.url(), "--relay", relay, "--lenient", "--json")));
      List<JsonNode> lines = lines(result);
      assertThat(result.exit()).as(result.out()).isZero();
      assertThat(step(lines, "provider").path("status").asText()).isEqualTo("skipped");
      assertThat(step(lines, "first_segment").path("detail").asText())
          .contains("the provider tells no events");
      assertThat(step(lines, "cleanup").path("status").asText()).isEqualTo("skipped");
      assertThat(lines.getLast().path("starts_success").asDouble()).isEqualTo(1.0);
    }
  }

  @Test
  void a_provider_that_dies_meanwhile_fails_the_check_in_bounded_time() throws Exception {
    WlkProcess.Running running;
    long diedAt;
    try (IngestServer own = builder(directory.resolve("data")).start()) {
      running = smoke(own, "--duration", "60", "--timeout", "2");
      awaitStep(running, "viewers");
      diedAt = System.nanoTime();
    }
    WlkProcess.Result result = end(running);
    assertThat(Duration.ofNanos(System.nanoTime() - diedAt)).isLessThan(Duration.ofSeconds(60));
    assertThat(result.exit()).as(result.out()).isEqualTo(1);
    List<JsonNode> lines = lines(result);
    assertThat(step(lines, "live_event").path("status").asText()).isEqualTo("ok");
    assertThat(step(lines, "plays_on").path("status").asText()).isEqualTo("failed");
    assertThat(step(lines, "ended_event").path("status").asText()).isEqualTo("failed");
    assertThat(lines.getLast().path("ok").asBoolean()).isFalse();
  }

  @Test
  void ctrl_c_leaves_no_stream_behind() throws Exception {
    WlkProcess.Running running = smoke(server, "--duration", "60");
    awaitStep(running, "viewers");
    assertThat(kept()).extracting(StreamDetails::status).containsExactly("live");
    interrupt(running);
    WlkProcess.Result result = end(running);
    assertThat(result.exit()).as(result.out()).isEqualTo(130);
    List<JsonNode> lines = lines(result);
    assertThat(step(lines, "plays_on").path("status").asText()).isEqualTo("interrupted");
    assertThat(step(lines, "cleanup").path("status").asText()).isEqualTo("ok");
    assertThat(lines.getLast().path("ok").asBoolean()).isFalse();
    nothingIsLeft();
  }

  @Test
  void a_run_whose_time_is_over_ends_its_streams_and_keeps_them_if_asked_to() throws Exception {
    WlkProcess.Result result =
        end(smoke(server, "--streams", "3", "--duration", "60", "--within", "12", "--keep"));
    assertThat(result.exit()).as(result.out()).isEqualTo(124);
    assertThat(step(lines(result), "cleanup").path("detail").asText())
        .contains("wlk stream delete");
    assertThat(kept()).extracting(StreamDetails::status).containsOnly("ended").hasSize(3);
    assertThat(onRelay())
        .allSatisfy(e -> assertThat(LiveStream.parse(e).status()).contains(Status.ENDED));
  }

  @Test
  void what_cannot_begin_is_said_at_once() throws Exception {
    Path report = directory.resolve("smoke.xml");
    refused(wlk.run("smoke", "--junit", report.toString()), 1, "error[no_provider]");
    assertThat(directory.toFile().list((_, name) -> name.startsWith("smoke.xml"))).isEmpty();
    refused(wlk.run("smoke", "--streams", "0"), 2, "--streams: 0 is not in 1 … 50");
    refused(wlk.run("smoke", "--junit", directory.resolve("none/x.xml").toString()), 2, "--junit");
    WlkProcess.Result nobody =
        wlk.run("smoke", "--provider", "http://127.0.0.1:1", "--timeout", "2", "--json");
    assertThat(nobody.exit()).isEqualTo(1);
    assertThat(step(lines(nobody), "provider").path("detail").asText()).startsWith("unreachable");
    assertThat(step(lines(nobody), "create").path("status").asText()).isEqualTo("skipped");
  }

  private static void refused(WlkProcess.Result result, int exit, String words) {
    assertThat(result.exit()).as(result.err()).isEqualTo(exit);
    assertThat(result.err()).contains(words);
    assertThat(result.out()).isEmpty();
  }
}
