package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayList;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code wlk relay} as a user runs it. */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
final class RelayIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String W = "ws://127.0.0.1:1";
  private static final String R = "ws://127.0.0.1:2";

  @TempDir static Path shared;
  private static IngestServer provider;
  private static IngestServer open;

  @TempDir Path directory;
  private WlkProcess wlk;
  private SecretKey key;

  @BeforeAll
  static void start() throws IOException {
    provider = server("hosted");
    open = server("open");
  }

  private static IngestServer server(String policy) throws IOException {
    return IngestServer.builder()
        .rtmpPort(0)
        .httpPort(0)
        .set("admin.port", "0")
        .set("relay.policy", policy)
        .dataDir(shared.resolve(policy))
        .start();
  }

  @AfterAll
  static void stop() {
    provider.close();
    open.close();
  }

  @BeforeEach
  void open() {
    key = SecretKey.generate();
    wlk = new WlkProcess(directory).with("NOSTR_SECRET_KEY", key.nsec());
  }

  private static List<JsonNode> lines(WlkProcess.Result result) {
    return result.out().lines().map(RelayIT::read).toList();
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> listed() throws Exception {
    return lines(wlk.run("relay", "list", "--json")).stream()
        .map(line -> line.path("relay").asText() + " " + line.path("from").asText())
        .toList();
  }

  @Test
  void relays_are_kept_beside_the_providers_each_once_and_sixteen_at_most() throws Exception {
    assertThat(wlk.run("provider", "add", provider.httpUrl()).exit()).isZero();
    WlkProcess.Result added =
        wlk.run("relay", "add", "WSS://Relay.Example/", "wss://relay.example", provider.relayUrl());
    assertThat(added.exit()).as(added.err()).isZero();
    assertThat(added.out()).contains(provider.relayUrl() + "  is there already");
    assertThat(wlk.run("relay", "add", "wss://relay.example:443").out()).contains("already");
    assertThat(listed())
        .containsExactly(provider.relayUrl() + " provider", "wss://relay.example profile");
    assertThat(wlk.run("relay", "list", "--relay", "wss://third.example").out())
        .containsSubsequence("from the provider", "wss://relay.example", "from the command line");

    WlkProcess.Result bad = wlk.run("relay", "add", "wss://fine.example", "https://bad.example");
    assertThat(bad.exit()).isEqualTo(2);
    assertThat(bad.err()).contains("URL: relay URL https://bad.example");
    List<String> many = new ArrayList<>(List.of("relay", "add"));
    IntStream.range(0, 16).forEach(i -> many.add("wss://r" + i + ".example"));
    WlkProcess.Result tooMany = wlk.run(many.toArray(String[]::new));
    assertThat(tooMany.err()).contains("error[too_many]: that would be 17 relays, over 16");

    assertThat(wlk.run("relay", "remove", provider.relayUrl()).err())
        .contains("error[provider_relay]");
    assertThat(wlk.run("relay", "remove", "wss://relay.example/").exit()).isZero();
    assertThat(wlk.run("relay", "remove", "wss://relay.example").err())
        .contains("error[not_found]");
    assertThat(listed()).containsExactly(provider.relayUrl() + " provider");
  }

  @Test
  void a_test_says_what_each_relay_can_and_fails_when_one_fails() throws Exception {
    assertThat(wlk.run("provider", "add", provider.httpUrl()).exit()).isZero();
    assertThat(wlk.run("relay", "add", open.relayUrl()).exit()).isZero();
    WlkProcess.Result well = wlk.run("relay", "test", "--write", "--json");
    assertThat(well.exit()).as(well.out()).isZero();
    List<JsonNode> reports = lines(well);
    assertThat(outcomes(reports.getFirst()))
        .as("what is the provider's takes what belongs to streams")
        .containsExactly("connect pass", "information pass", "read pass", "write note");
    assertThat(outcomes(reports.getLast()))
        .containsExactly("connect pass", "information pass", "read pass", "write pass");
    JsonNode information = reports.getLast().path("information");
    assertThat(information.path("software").asText()).isEqualTo("wlk");
    assertThat(information.path("max_limit").asInt()).isEqualTo(500);
    assertThat(information.path("auth_required").asBoolean()).isFalse();
    assertThat(information.path("nips")).extracting(JsonNode::asInt).contains(1, 11, 42);

    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "ws://127.0.0.1:" + silent.getLocalPort();
      WlkProcess.Result failed = wlk.run("relay", "test", url, "--timeout", "1");
      assertThat(failed.exit()).isEqualTo(1);
      assertThat(failed.out()).contains("FAIL  connect      no answer within 1 s");
    }
    WlkProcess.Result half = wlk.run("relay", "test", open.relayUrl(), "ws://127.0.0.1:1");
    assertThat(half.exit()).isEqualTo(1);
    assertThat(half.out()).contains("PASS  write").contains("FAIL  connect      Failed to connect");
  }

  private static List<String> outcomes(JsonNode report) {
    List<String> outcomes = new ArrayList<>();
    report
        .path("steps")
        .forEach(s -> outcomes.add(s.path("name").asText() + " " + s.path("outcome").asText()));
    return outcomes;
  }

  @Test
  void a_published_relay_list_is_taken_over_and_added_to() throws Exception {
    try (KeySigner me = KeySigner.of(key);
        RelayPool pool = RelayPool.connect(open.relayUrl())) {
      RelayList before = new RelayList(List.of(W), List.of(R));
      pool.publish(me.sign(before.toTemplate(Instant.now())), Duration.ofSeconds(10))
          .requireAccepted(1);
      String relay = open.relayUrl();
      WlkProcess.Result taken = wlk.run("relay", "add", "--from-nip65", "--relay", relay);
      assertThat(taken.exit()).as(taken.err()).isZero();
      assertThat(listed()).containsExactly(W + " profile", R + " profile");
      assertThat(wlk.run("relay", "remove", R).exit()).isZero();
      WlkProcess.Result refused =
          wlk.run("relay", "list", "--publish", "--relay", relay, "--timeout", "4");
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err()).contains("error[relay_list]").contains(W).contains("-y");
      WlkProcess.Result published =
          wlk.run("relay", "list", "--publish", "--relay", relay, "-y", "--timeout", "4");
      assertThat(published.exit()).as(published.err()).isZero();
      RelayList now =
          pool
              .query(Filter.kinds(Kind.RELAY_LIST).by(key.publicKey()), Duration.ofSeconds(10))
              .stream()
              .map(RelayList::parse)
              .findFirst()
              .orElseThrow();
      assertThat(now.write()).containsExactly(W, relay);
      assertThat(now.read()).containsExactlyInAnyOrder(W, R, relay);
    }
    SecretKey stranger = SecretKey.generate();
    wlk.with("NOSTR_SECRET_KEY", stranger.nsec());
    assertThat(wlk.run("relay", "add", "--from-nip65", "--relay", open.relayUrl()).err())
        .contains("error[not_found]: no relay has your relay list");
  }
}
