package com.wavlake.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.wavlake.ingest.TestDatabase;
import com.wavlake.ingest.store.Database;
import com.wavlake.ingest.store.SqlWebhookStore;
import com.wavlake.ingest.store.StreamHistory;
import com.wavlake.ingest.store.StreamStore;
import com.wavlake.ingest.stream.ConnectionState;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.ingest.time.FakeTime;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Notices on their way from the real store to real HTTP servers, by a clock that is moved. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
final class WebhooksTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PublicKey OWNER = KeySigner.of(SecretKey.generate()).publicKey();
  private static final Set<String> ALL = Set.copyOf(StreamNotice.TYPES);

  @Parameter TestDatabase kind = TestDatabase.SQLITE;
  @TempDir Path directory;
  private final FakeTime time = new FakeTime();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private Database database;
  private SqlWebhookStore store;
  private StreamStore streams;
  private Webhooks webhooks;

  @BeforeEach
  void open() {
    database = kind.open(directory);
    open.push(database);
    store = new SqlWebhookStore(database);
    streams = new StreamStore(database, new StreamHistory(database));
    webhooks = sending(true);
  }

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private Webhooks sending(boolean anywhere) {
    Webhooks made = new Webhooks(store, anywhere, time);
    open.push(made);
    return made;
  }

  /** A real HTTP server that remembers what it was told, and answers what a test wants. */
  private final class Receiver {
    private record Told(Map<String, List<String>> headers, String body) {
      String header(String name) {
        return headers.entrySet().stream()
            .filter(entry -> entry.getKey().equalsIgnoreCase(name))
            .map(entry -> entry.getValue().getFirst())
            .findFirst()
            .orElse("");
      }
    }

    private final List<Told> told = new CopyOnWriteArrayList<>();
    private final HttpServer http;
    private volatile int status = 204;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    Receiver() throws IOException {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      http.createContext("/", this::hear);
      http.start();
      open.push(() -> http.stop(0));
    }

    private void hear(HttpExchange exchange) throws IOException {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      told.add(new Told(Map.copyOf(exchange.getRequestHeaders()), body));
      try {
        var _ = gate.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (status == 302) {
        exchange.getResponseHeaders().set("Location", url() + "/elsewhere");
      }
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
    }

    String url() {
      return "http://127.0.0.1:" + http.getAddress().getPort() + "/hook";
    }
  }

  private Webhook webhook(String url, Set<String> events) {
    Webhook webhook =
        new Webhook(
            UUID.randomUUID().toString(), OWNER, url, Webhooks.newSecret(), events, time.now());
    assertThat(store.add(webhook, 20)).isTrue();
    return webhook;
  }

  private StreamRecord stream() {
    StreamRecord.About about =
        new StreamRecord.About(
            "Java night", "", "talk", true, Optional.empty(), Optional.empty(), "", false);
    StreamRecord record =
        StreamRecord.created(
            UUID.randomUUID().toString(), OWNER, about, StreamKey.generate().hash(), time.now());
    streams.create(
        record,
        new StreamStore.Urls("rtmp://x/live", "http://x"),
        Optional.empty(),
        Optional.empty());
    return record;
  }

  private StreamRecord live() {
    StreamRecord live =
        stream().in(StreamState.LIVE, ConnectionState.CONNECTED).startedAt(time.now());
    streams.save(live, time.now());
    return live;
  }

  /** Looks, as every two seconds, until it is so. */
  private void until(Runnable assertion) {
    await()
        .untilAsserted(() -> {
          webhooks.look();
          assertion.run();
        });
  }

  private WebhookDelivery only(Webhook webhook) {
    List<WebhookDelivery> recent = store.recent(webhook.id(), 10);
    assertThat(recent).hasSize(1);
    return recent.getFirst();
  }

  /** By the specification, not by the code under test: standard-webhooks, Signature scheme. */
  private static String signature(Webhook by, Receiver.Told told) throws Exception {
    byte[] key = Base64.getDecoder().decode(by.secret().substring("whsec_".length()));
    assertThat(key).hasSizeBetween(24, 64);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    String said =
        told.header("webhook-id") + '.' + told.header("webhook-timestamp") + '.' + told.body();
    byte[] sum = mac.doFinal(said.getBytes(StandardCharsets.UTF_8));
    return "v1," + Base64.getEncoder().encodeToString(sum);
  }

  @Test
  void live_and_ended_arrive_signed() throws Exception {
    Receiver receiver = new Receiver();
    Webhook webhook = webhook(receiver.url(), ALL);
    StreamRecord live = live();
    until(() -> assertThat(receiver.told).hasSize(1));
    time.advance(Duration.ofSeconds(90));
    streams.save(live.in(StreamState.RECONNECTING, ConnectionState.RECONNECTING), time.now());
    streams.save(live, time.now());
    Instant end = time.now();
    streams.save(
        live.in(StreamState.ENDED, ConnectionState.ENDED).endedAt(end, end.plusSeconds(9)), end);
    until(() -> assertThat(receiver.told).hasSize(2));

    JsonNode first = JSON.readTree(receiver.told.get(0).body());
    JsonNode second = JSON.readTree(receiver.told.get(1).body());
    assertThat(first.path("type").asText()).isEqualTo("stream.live");
    assertThat(first.path("data").path("stream_id").asText()).isEqualTo(live.id());
    assertThat(first.path("data").path("ended_at").isNull()).isTrue();
    assertThat(second.path("type").asText()).isEqualTo("stream.ended");
    assertThat(second.path("timestamp").asText()).isEqualTo(end.toString());
    assertThat(second.path("data").path("duration_seconds").asInt()).isEqualTo(90);
    for (Receiver.Told told : receiver.told) {
      assertThat(told.header("webhook-signature")).isEqualTo(signature(webhook, told));
      assertThat(told.header("content-type")).startsWith("application/json");
    }
    assertThat(receiver.told.get(1).header("webhook-timestamp"))
        .isEqualTo(Long.toString(end.getEpochSecond()));
    assertThat(receiver.told.get(0).header("webhook-id"))
        .isNotEmpty()
        .isNotEqualTo(receiver.told.get(1).header("webhook-id"));
    until(() ->
        assertThat(store.recent(webhook.id(), 10))
            .extracting(WebhookDelivery::state)
            .containsExactly("delivered", "delivered"));
    time.advance(Duration.ofMinutes(10));
    assertThat(receiver.told).as("once is enough").hasSize(2);
  }

  @Test
  void only_what_was_asked_for_is_told() throws Exception {
    Receiver receiver = new Receiver();
    webhook(receiver.url(), Set.of("stream.ended"));
    StreamRecord live = live();
    assertThat(store.due(time.now(), 10)).isEmpty();
    streams.save(
        live.in(StreamState.ENDED, ConnectionState.ENDED).endedAt(time.now(), time.now()),
        time.now());
    until(() -> assertThat(receiver.told).hasSize(1));
  }

  @Test
  void what_fails_is_tried_again_by_the_schedule_under_the_same_id_and_given_up_at_last()
      throws Exception {
    Receiver receiver = new Receiver();
    receiver.status = 500;
    Webhook webhook = webhook(receiver.url(), ALL);
    live();
    webhooks.close(); // no looks but this test's: three days are many
    List<Duration> waits =
        List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(14),
            Duration.ofHours(20),
            Duration.ofHours(24));
    for (int attempt = 1; attempt <= waits.size() + 1; attempt++) {
      int n = attempt;
      until(() -> assertThat(only(webhook).attempts()).isEqualTo(n));
      assertThat(receiver.told.getLast().header("webhook-timestamp"))
          .isEqualTo(Long.toString(time.now().getEpochSecond()));
      if (n <= waits.size()) {
        time.advance(waits.get(n - 1).minusSeconds(1));
        assertThat(store.due(time.now(), 1)).as("not yet").isEmpty();
        time.advance(Duration.ofSeconds(1));
        assertThat(store.due(time.now(), 1)).as("after %s", waits.get(n - 1)).hasSize(1);
      }
    }
    WebhookDelivery last = only(webhook);
    assertThat(last.state()).isEqualTo("failed");
    assertThat(last.detail()).isEqualTo("HTTP 500");
    assertThat(receiver.told).hasSize(10);
    assertThat(receiver.told).extracting(told -> told.header("webhook-id")).containsOnly(last.id());
    assertThat(receiver.told).extracting(Receiver.Told::body).containsOnly(last.body());
    for (Receiver.Told told : receiver.told) {
      assertThat(told.header("webhook-signature")).isEqualTo(signature(webhook, told));
    }
    time.advance(Duration.ofHours(30));
    webhooks.look();
    assertThat(receiver.told).hasSize(10);
  }

  @Test
  void a_receiver_that_is_away_is_waited_for_through_a_restart() throws Exception {
    int port;
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = nobody.getLocalPort();
    }
    Webhook webhook = webhook("http://127.0.0.1:" + port + "/", ALL);
    live();
    until(() -> assertThat(only(webhook).attempts()).isOne());
    assertThat(only(webhook).detail()).isEqualTo("cannot be reached");
    String id = only(webhook).id();
    webhooks.close();

    List<String> ids = new CopyOnWriteArrayList<>();
    HttpServer back =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    back.createContext(
        "/",
        exchange -> {
          ids.add(exchange.getRequestHeaders().getFirst("webhook-id"));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    back.start();
    open.push(() -> back.stop(0));
    webhooks = sending(true);
    time.advance(Duration.ofSeconds(6));
    until(() -> assertThat(only(webhook).state()).isEqualTo("delivered"));
    assertThat(ids).containsExactly(id);
  }

  @Test
  void a_receiver_that_says_it_is_gone_is_forgotten() throws Exception {
    Receiver receiver = new Receiver();
    receiver.status = 410;
    Webhook webhook = webhook(receiver.url(), ALL);
    live();
    until(() -> assertThat(store.find(webhook.id())).isEmpty());
    assertThat(store.recent(webhook.id(), 10)).isEmpty();
    live();
    assertThat(store.due(time.now(), 10)).isEmpty();
  }

  @Test
  void a_redirect_is_not_followed() throws Exception {
    Receiver receiver = new Receiver();
    receiver.status = 302;
    Webhook webhook = webhook(receiver.url(), ALL);
    live();
    until(() -> assertThat(only(webhook).detail()).isEqualTo("HTTP 302"));
    assertThat(receiver.told).hasSize(1);
    assertThat(only(webhook).state()).isEqualTo("waiting");
  }

  @Test
  void what_a_failed_change_would_have_told_is_not_told() {
    Webhook webhook = webhook("http://127.0.0.1:1/", ALL);
    StreamRecord record = stream();
    StreamRecord broken =
        record
            .withKeyHash("x".repeat(100_000) + "\0")
            .in(StreamState.LIVE, ConnectionState.CONNECTED);
    StreamRecord taken = stream();
    try {
      streams.save(broken.withKeyHash(taken.keyHash()), time.now());
    } catch (RuntimeException e) {
      assertThat(e).as("another stream has that key").isNotNull();
    }
    assertThat(streams.find(record.id()).orElseThrow().status()).isEqualTo(StreamState.CREATED);
    assertThat(store.recent(webhook.id(), 10)).isEmpty();
  }

  @Test
  void a_name_of_this_network_is_refused_before_anybody_is_connected_to() throws Exception {
    webhooks.close();
    webhooks = sending(false);
    assertThat(webhooks.problem("https://localhost/")).as("names are looked up later").isEmpty();
    AtomicInteger connections = new AtomicInteger();
    try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> {
        try {
          while (true) {
            try (Socket _ = listening.accept()) {
              connections.incrementAndGet();
            }
          }
        } catch (IOException e) {
          // closed at the end
        }
      });
      Webhook webhook = webhook("https://localhost:" + listening.getLocalPort() + "/", ALL);
      live();
      until(() -> assertThat(only(webhook).attempts()).isOne());
      assertThat(only(webhook).detail()).isEqualTo("cannot be reached");
      assertThat(connections).hasValue(0);
    }
  }

  @Test
  void urls_that_are_not_for_strangers_are_refused() {
    Webhooks strict = sending(false);
    for (String wrong :
        List.of(
            "http://hooks.example/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest",
            "https://192.168.1.1/",
            "https://user:pass@hooks.example/",
            "ftp://hooks.example/",
            "https:///x",
            "hooks.example",
            "https://a b/")) {
      assertThat(strict.problem(wrong)).as(wrong).isPresent();
    }
    assertThat(strict.problem("https://hooks.example/a?b=c")).isEmpty();
    assertThat(webhooks.problem("http://127.0.0.1:8080/")).isEmpty();
    assertThat(webhooks.problem("gopher://127.0.0.1/")).isPresent();
  }

  @Test
  void a_slow_receiver_holds_up_nobody_else() throws Exception {
    Receiver slow = new Receiver();
    slow.gate = new CountDownLatch(1);
    Receiver quick = new Receiver();
    webhook(slow.url(), ALL);
    for (int i = 0; i < 20; i++) {
      live();
    }
    until(() -> assertThat(slow.told).hasSize(1));
    Webhook other = webhook(quick.url(), ALL);
    live();
    until(() -> assertThat(quick.told).hasSize(1));
    until(() -> assertThat(only(other).state()).isEqualTo("delivered"));
    assertThat(slow.told).as("one at a time").hasSize(1);
    slow.gate.countDown();
    until(() -> assertThat(slow.told).hasSize(21));
    assertThat(slow.told.stream().map(told -> told.header("webhook-id")).distinct()).hasSize(21);
  }

  @Test
  void secrets_are_neither_shown_nor_logged() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Logger ours = (Logger) LoggerFactory.getLogger("com.wavlake");
    Level before = ours.getLevel();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    ours.setLevel(Level.DEBUG);
    try {
      Receiver receiver = new Receiver();
      receiver.status = 410;
      Webhook webhook = webhook(receiver.url(), ALL);
      Webhook away = webhook("http://127.0.0.1:1/", ALL);
      assertThat(webhook.toString()).doesNotContain(webhook.secret()).contains(webhook.id());
      live();
      until(() -> assertThat(only(away).attempts()).isOne());
      until(() -> assertThat(store.find(webhook.id())).isEmpty());
      String all = List.copyOf(log.list).toString();
      assertThat(all).as("it was listened to").contains(webhook.id(), away.id());
      assertThat(all).doesNotContain(webhook.secret().substring(6), away.secret().substring(6));
    } finally {
      ours.setLevel(before);
      root.detachAppender(log);
    }
  }

  @Test
  void an_owner_has_only_so_many_and_what_is_over_is_forgotten() throws Exception {
    Receiver receiver = new Receiver();
    Webhook first = webhook(receiver.url(), ALL);
    Webhook more = new Webhook("x", OWNER, receiver.url(), Webhooks.newSecret(), ALL, time.now());
    assertThat(store.add(more, 1)).isFalse();
    live();
    until(() -> assertThat(only(first).state()).isEqualTo("delivered"));
    webhooks.forget(time.now());
    assertThat(store.recent(first.id(), 10)).hasSize(1);
    webhooks.forget(time.now().plusSeconds(1));
    assertThat(store.recent(first.id(), 10)).isEmpty();
  }
}
