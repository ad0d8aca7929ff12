package com.wavlake.ingest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.TestDatabase;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.rtmp.RtmpLimits;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.ApiException;
import com.wavlake.live.api.ChatRules;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.Nip98;
import com.wavlake.live.api.StreamEvent;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.Clip;
import com.wavlake.live.nip53.Raid;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.PublishOutcome;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** The whole server over real sockets, with good input and bad. */
@Timeout(60)
@ParameterizedClass
@EnumSource(TestDatabase.class)
final class ServerTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] NO_BODY = new byte[0];
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Parameter TestDatabase kind = TestDatabase.SQLITE;
  @TempDir Path directory;
  private String databaseUrl = "";
  private IngestServer server;
  private KeySigner alice;
  private KeySigner bob;
  private ManagementClient client;

  @BeforeEach
  void start() throws IOException {
    databaseUrl = kind.newUrl();
    server = start(directory, databaseUrl);
    alice = KeySigner.of(SecretKey.generate());
    bob = KeySigner.of(SecretKey.generate());
    client = ManagementClient.at(server.httpUrl(), alice);
  }

  private static IngestServer start(Path directory, String databaseUrl) throws IOException {
    RtmpLimits impatient =
        RtmpLimits.DEFAULT.waiting(
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(2));
    return IngestServer.builder()
        .rtmpPort(0)
        .httpPort(0)
        .set("admin.port", "0")
        .set("db.url", databaseUrl)
        .rtmpLimits(impatient)
        .dataDir(directory)
        .start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private HttpResponse<String> send(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.httpUrl() + path))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String sign(KeySigner signer, String method, String path, byte[] body, Instant when) {
    return Nip98.authorization(signer, method, server.httpUrl() + path, body, when);
  }

  private HttpResponse<String> signed(KeySigner signer, String method, String path, String body)
      throws IOException, InterruptedException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return send(
        method, path, bytes, "Authorization", sign(signer, method, path, bytes, Instant.now()));
  }

  private static JsonNode problem(HttpResponse<String> answer, int status, String code)
      throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.path("code").asText()).isEqualTo(code);
    return problem;
  }

  @Test
  void the_four_endpoints_of_the_specification() throws Exception {
    HttpResponse<String> created =
        signed(
            alice,
            "POST",
            "/api/v1/streams/create",
            "{\"title\":\"Java night\",\"description\":\"A talk\",\"category\":\"talk\",\"enable_chat\":true}");
    assertThat(created.statusCode()).isEqualTo(201);
    JsonNode stream = JSON.readTree(created.body());
    assertThat(stream.path("stream_key").asText()).matches("wlk_live_[0-9a-f]{32}");
    assertThat(stream.path("rtmp_ingest").asText()).isEqualTo(server.rtmpUrl());
    String base = "/api/v1/streams/" + stream.path("stream_id").asText();
    assertThat(stream.path("hls_playback").asText())
        .isEqualTo(server.httpUrl() + "/live/" + stream.path("stream_id").asText() + ".m3u8");

    JsonNode status = JSON.readTree(send("GET", base + "/status", NO_BODY).body());
    assertThat(status.path("status").asText()).isEqualTo("created");
    assertThat(status.path("current_viewers").isInt()).isTrue();
    assertThat(status.path("duration_seconds").isInt()).isTrue();
    assertThat(status.has("tracks")).as("for the owner alone").isFalse();
    assertThat(JSON.readTree(signed(alice, "GET", base + "/status", "").body()).has("tracks"))
        .isTrue();

    problem(signed(alice, "POST", base + "/start", ""), 409, "conflict");
    assertThat(
            JSON.readTree(signed(alice, "POST", base + "/stop", "").body()).path("status").asText())
        .isEqualTo("ended");
  }

  @Test
  void a_recording_that_cannot_be_is_refused() throws Exception {
    String body = "{\"title\":\"t\",\"category\":\"c\",\"record\":true}";
    JsonNode refused =
        problem(signed(alice, "POST", "/api/v1/streams/create", body), 400, "validation");
    assertThat(refused.path("errors").path("record").asText()).contains("does not record");
  }

  @Test
  void bad_fields_are_named_all_at_once() throws Exception {
    String body =
        "{\"title\":\""
            + "x".repeat(101)
            + "\",\"description\":\""
            + "y".repeat(501)
            + "\",\"enable_chat\":\"yes\",\"colour\":1}";
    JsonNode errors =
        problem(signed(alice, "POST", "/api/v1/streams/create", body), 400, "validation")
            .path("errors");
    assertThat(errors.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("title", "description", "category", "enable_chat", "colour");
    assertThat(errors.path("title").asText()).contains("101");
    assertThat(client.create(CreateStream.titled("😀".repeat(100))))
        .as("characters, not bytes")
        .isNotNull();
    problem(signed(alice, "POST", "/api/v1/streams/create", "{"), 400, "validation");
    problem(signed(alice, "POST", "/api/v1/streams/create", "[]"), 400, "validation");
    problem(signed(alice, "POST", "/api/v1/streams/create", " ".repeat(70_000)), 413, "too_large");
    assertThatThrownBy(() -> client.create(CreateStream.titled("")))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.fields()).containsKey("title"));
  }

  @Test
  void without_a_right_authorisation_nothing_is_done() throws Exception {
    String path = "/api/v1/streams/create";
    byte[] body = "{\"title\":\"t\",\"category\":\"c\"}".getBytes(StandardCharsets.UTF_8);
    problem(send("POST", path, body), 401, "unauthorized");
    problem(send("POST", path, body, "Authorization", "Bearer x"), 401, "unauthorized");
    problem(
        send(
            "POST", path, body, "Authorization", sign(alice, "POST", path, NO_BODY, Instant.now())),
        401,
        "unauthorized");
    problem(
        send("POST", path, body, "Authorization", sign(alice, "PUT", path, body, Instant.now())),
        401,
        "unauthorized");
    String elsewhere =
        Nip98.authorization(alice, "POST", "https://evil.example" + path, body, Instant.now());
    problem(
        send("POST", path, body, "Authorization", elsewhere, "X-Forwarded-Host", "evil.example"),
        401,
        "unauthorized");
    JsonNode stale =
        problem(
            send(
                "POST",
                path,
                body,
                "Authorization",
                sign(alice, "POST", path, body, Instant.now().minusSeconds(90))),
            401,
            "clock_skew");
    assertThat(stale.path("server_time").asLong()).isPositive();
    String once = sign(alice, "POST", path, body, Instant.now());
    assertThat(send("POST", path, body, "Authorization", once).statusCode()).isEqualTo(201);
    problem(send("POST", path, body, "Authorization", once), 401, "unauthorized");
    assertThat(client.list()).hasSize(1);
  }

  @Test
  void a_client_with_a_wrong_clock_learns_the_servers() {
    InstantSource wrong = () -> Instant.now().minusSeconds(3600);
    try (ManagementClient late = ManagementClient.at(server.httpUrl(), alice, wrong)) {
      assertThat(late.create(CreateStream.titled("t")).streamId()).isNotEmpty();
    }
  }

  @Test
  void what_belongs_to_another_is_forbidden() throws Exception {
    String base = "/api/v1/streams/" + client.create(CreateStream.titled("mine")).streamId();
    problem(signed(bob, "POST", base + "/start", ""), 403, "forbidden");
    problem(signed(bob, "POST", base + "/stop", ""), 403, "forbidden");
    problem(signed(bob, "POST", base + "/keys", ""), 403, "forbidden");
    problem(signed(bob, "GET", base, ""), 403, "forbidden");
    problem(signed(bob, "GET", base + "/events", ""), 403, "forbidden");
    assertThat(JSON.readTree(signed(bob, "GET", base + "/status", "").body()).has("tracks"))
        .isFalse();
    assertThat(JSON.readTree(signed(bob, "GET", "/api/v1/streams", "").body()).path("streams"))
        .isEmpty();
    problem(signed(bob, "POST", "/api/v1/streams/none/start", ""), 404, "not_found");
    problem(send("GET", "/api/v1/nothing", NO_BODY), 404, "not_found");
  }

  @Test
  void what_no_database_takes_is_not_found_or_not_right() throws Exception {
    problem(send("GET", "/api/v1/streams/%00/status", NO_BODY), 404, "not_found");
    problem(signed(alice, "DELETE", "/api/v1/webhooks/%00", ""), 404, "not_found");
    String base = "/api/v1/streams/" + client.create(CreateStream.titled("t")).streamId();
    String late = "?until=%2B1000000000-12-31T23:59:59Z";
    problem(signed(alice, "GET", base + "/metrics" + late, ""), 400, "validation");
    String cursor = "?cursor=OTIyMzM3MjAzNjg1NDc3NTgwNyAw";
    problem(signed(alice, "GET", "/api/v1/streams" + cursor, ""), 400, "validation");
  }

  @Test
  void a_repeated_create_answers_the_same_stream_until_it_is_used() throws Exception {
    String path = "/api/v1/streams/create";
    byte[] body = "{\"title\":\"t\",\"category\":\"c\"}".getBytes(StandardCharsets.UTF_8);
    List<JsonNode> answers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> answer =
          send(
              "POST",
              path,
              body,
              "Authorization",
              sign(alice, "POST", path, body, Instant.now()),
              "Idempotency-Key",
              "k");
      assertThat(answer.statusCode()).isEqualTo(201);
      answers.add(JSON.readTree(answer.body()));
    }
    assertThat(answers.get(1).path("stream_id")).isEqualTo(answers.get(0).path("stream_id"));
    assertThatThrownBy(() ->
            RtmpPublisher.publish(
                server.rtmpUrl(), answers.get(0).path("stream_key").asText(), TIMEOUT))
        .as("the first key was replaced")
        .isInstanceOf(PublishRefused.class);
    RtmpPublisher.publish(server.rtmpUrl(), answers.get(1).path("stream_key").asText(), TIMEOUT)
        .close();
    HttpResponse<String> third =
        send(
            "POST",
            path,
            body,
            "Authorization",
            sign(alice, "POST", path, body, Instant.now()),
            "Idempotency-Key",
            "k");
    assertThat(problem(third, 409, "conflict").path("stream_id"))
        .isEqualTo(answers.get(0).path("stream_id"));
    String other = sign(bob, "POST", path, body, Instant.now());
    assertThat(
            send("POST", path, body, "Authorization", other, "Idempotency-Key", "k").statusCode())
        .as("another's key")
        .isEqualTo(201);
  }

  @Test
  void the_key_of_an_ended_stream_moves_to_the_next() throws Exception {
    CreatedStream first = client.create(CreateStream.titled("first"));
    assertThatThrownBy(() -> client.create(CreateStream.titled("x").reuseKeyOf(first.streamId())))
        .hasMessageContaining("reuse_key_of");
    client.stop(first.streamId());
    CreatedStream second =
        client.create(CreateStream.titled("second").reuseKeyOf(first.streamId()));
    assertThat(second.streamKey()).isEmpty();
    try (RtmpPublisher _ =
        RtmpPublisher.publish(
            server.rtmpUrl(), first.streamKey().orElseThrow().reveal(), TIMEOUT)) {
      assertThat(client.status(second.streamId()).connectionState()).isEqualTo("connected");
    }
    assertThatThrownBy(() -> client.create(CreateStream.titled("x").reuseKeyOf(first.streamId())))
        .isInstanceOf(ApiException.class);
    try (ManagementClient thief = ManagementClient.at(server.httpUrl(), bob)) {
      client.stop(second.streamId());
      assertThatThrownBy(() -> thief.create(CreateStream.titled("x").reuseKeyOf(second.streamId())))
          .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(403));
    }
  }

  @Test
  void a_new_key_ends_the_connection_of_the_old_one() throws Exception {
    CreatedStream stream = client.create(CreateStream.titled("t"));
    RtmpPublisher publisher =
        RtmpPublisher.publish(server.rtmpUrl(), stream.streamKey().orElseThrow().reveal(), TIMEOUT);
    String next = client.rotateKey(stream.streamId()).reveal();
    await()
        .atMost(TIMEOUT)
        .until(() -> client.status(stream.streamId()).connectionState().equals("disconnected"));
    publisher.close();
    RtmpPublisher.publish(server.rtmpUrl(), next, TIMEOUT).close();
  }

  @Test
  void a_wrong_key_and_a_missing_one_are_refused_in_words() {
    assertThatThrownBy(
            () -> RtmpPublisher.publish(server.rtmpUrl(), "wlk_live_" + "0".repeat(32), TIMEOUT))
        .isInstanceOf(PublishRefused.class)
        .hasMessageStartingWith("NetStream.Publish.BadName")
        .hasMessageContaining("not known");
    assertThatThrownBy(() -> RtmpPublisher.publish(server.rtmpUrl(), "../../etc/passwd", TIMEOUT))
        .isInstanceOf(PublishRefused.class);
  }

  @Test
  void garbage_on_the_rtmp_port_closes_that_connection_and_nothing_else() throws Exception {
    CreatedStream stream = client.create(CreateStream.titled("t"));
    try (RtmpPublisher _ =
        RtmpPublisher.publish(
            server.rtmpUrl(), stream.streamKey().orElseThrow().reveal(), TIMEOUT)) {
      byte[] noise = new byte[5_000];
      new Random(1).nextBytes(noise);
      noise[0] = 'G';
      for (byte[] garbage :
          List.of(
              noise,
              "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
              rightHandshake(noise),
              new byte[] {3})) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.rtmpPort())) {
          socket.setSoTimeout(8_000);
          socket.getOutputStream().write(garbage);
          InputStream in = socket.getInputStream();
          assertThat(endsOrResets(in)).as("closed, by deadline at the latest").isTrue();
        }
      }
      assertThat(client.status(stream.streamId()).connectionState()).isEqualTo("connected");
    }
  }

  private static byte[] rightHandshake(byte[] noise) {
    byte[] bytes = new byte[1 + 2 * 1536 + noise.length];
    bytes[0] = 3;
    System.arraycopy(noise, 0, bytes, 1 + 2 * 1536, noise.length);
    return bytes;
  }

  private static boolean endsOrResets(InputStream in) {
    try {
      while (in.read() >= 0) {}
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void an_open_relay_takes_anything_but_what_never_belongs_on_relays() throws Exception {
    server.close();
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("relay.policy", "open")
            .dataDir(directory)
            .start();
    try (ManagementClient owner = ManagementClient.at(server.httpUrl(), alice);
        RelayPool pool = RelayPool.connect(server.relayUrl())) {
      long now = Instant.now().getEpochSecond();
      Event note = alice.sign(new EventTemplate(now, 1, List.of(), "note"));
      assertThat(publish(pool, note).accepted()).isTrue();
      Event request = alice.sign(new EventTemplate(now, Kind.ZAP_REQUEST, List.of(), ""));
      assertThat(publish(pool, request).reason()).startsWith("blocked:");
      CreatedStream mute = owner.create(CreateStream.titled("no chat").enableChat(false));
      EventAddress silent =
          new EventAddress(Kind.LIVE_STREAM, alice.publicKey(), mute.streamId(), List.of());
      Event chat = bob.sign(ChatMessage.to(silent).text("hello?", Instant.now()));
      assertThat(publish(pool, chat).reason())
          .as("the streams of this server keep their rules")
          .startsWith("blocked:");
      Event zap =
          bob.sign(
              new EventTemplate(
                  now, Kind.ZAP_RECEIPT, List.of(Tag.of("a", silent.coordinate())), ""));
      assertThat(publish(pool, zap).reason())
          .as("nobody is shown as having paid who has not")
          .startsWith("blocked:");
      EventAddress elsewhere =
          new EventAddress(Kind.LIVE_STREAM, bob.publicKey(), "elsewhere", List.of());
      Event raid = bob.sign(Raid.of(elsewhere, silent, "go", Instant.now()));
      assertThat(publish(pool, raid).reason()).contains("chat is off");
    }
  }

  @Test
  void the_relay_takes_what_belongs_to_streams_hosted_here_and_nothing_else() throws Exception {
    CreatedStream stream = client.create(CreateStream.titled("t"));
    CreatedStream mute = client.create(CreateStream.titled("no chat").enableChat(false));
    EventAddress address =
        new EventAddress(Kind.LIVE_STREAM, alice.publicKey(), stream.streamId(), List.of());
    Instant now = Instant.now();
    try (RelayPool pool = RelayPool.connect(server.relayUrl());
        RelayPool viewer = RelayPool.connect(server.relayUrl())) {
      List<Event> seen = new CopyOnWriteArrayList<>();
      viewer.subscribe(List.of(Filter.any()), seen::add);
      Event live =
          alice.sign(
              new EventTemplate(
                  now.getEpochSecond(),
                  Kind.LIVE_STREAM,
                  List.of(Tag.of("d", stream.streamId())),
                  ""));
      assertThat(publish(pool, live).accepted()).isTrue();
      Event pretender = bob.sign(live.template());
      assertThat(publish(pool, pretender).reason()).startsWith("blocked:");
      Event foreign =
          alice.sign(
              new EventTemplate(
                  now.getEpochSecond(), Kind.LIVE_STREAM, List.of(Tag.of("d", "elsewhere")), ""));
      assertThat(publish(pool, foreign).reason()).startsWith("blocked:");
      Event note = alice.sign(new EventTemplate(now.getEpochSecond(), 1, List.of(), "note"));
      assertThat(publish(pool, note).reason()).startsWith("blocked:");

      Event chat = bob.sign(ChatMessage.to(address).text("Great song!", now));
      assertThat(publish(pool, chat).accepted()).isTrue();
      assertThat(publish(pool, chat).accepted()).as("sent again, its answer was lost").isTrue();
      Duration noTimeToTryAgain = Duration.ofMillis(900);
      Event tooSoon = bob.sign(ChatMessage.to(address).text("too soon", now));
      assertThat(pool.publish(tooSoon, noTimeToTryAgain).outcomes().getFirst().reason())
          .startsWith("rate-limited:");
      EventAddress other = new EventAddress(Kind.LIVE_STREAM, bob.publicKey(), "other", List.of());
      EventAddress third = new EventAddress(Kind.LIVE_STREAM, bob.publicKey(), "third", List.of());
      Event raid = alice.sign(Raid.of(address, other, "go", now));
      assertThat(publish(pool, raid).accepted()).isTrue();
      Event raidElsewhere = alice.sign(Raid.of(other, third, "go", now));
      assertThat(publish(pool, raidElsewhere).reason()).startsWith("blocked:");
      Event tooLong =
          alice.sign(
              new EventTemplate(
                  now.getEpochSecond(),
                  Kind.CHAT_MESSAGE,
                  List.of(Tag.of("a", address.coordinate())),
                  "x".repeat(501)));
      assertThat(publish(pool, tooLong).reason()).startsWith("invalid:");
      EventAddress silent =
          new EventAddress(Kind.LIVE_STREAM, alice.publicKey(), mute.streamId(), List.of());
      assertThat(publish(pool, bob.sign(ChatMessage.to(silent).text("hello?", now))).reason())
          .contains("chat is off");
      Event forged = Event.parse(chat.toJson().replace("Great", "Awful"));
      assertThat(publish(pool, forged).accepted()).isFalse();

      await()
          .atMost(TIMEOUT)
          .untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrder(live, chat, raid));
    }
  }

  @Test
  void raids_and_clips_keep_out_of_chats_that_are_off_or_that_their_author_is_banned_from() {
    EventAddress talk = address(client.create(CreateStream.titled("t")));
    EventAddress silent = address(client.create(CreateStream.titled("no chat").enableChat(false)));
    EventAddress bobs = new EventAddress(Kind.LIVE_STREAM, bob.publicKey(), "bobs", List.of());
    Instant now = Instant.now();
    ChatRules rules = ChatRules.NONE.ban(bob.publicKey()).ban(alice.publicKey());
    try (RelayPool pool = RelayPool.connect(server.relayUrl())) {
      assertThat(publish(pool, bob.sign(Raid.of(bobs, talk, "1", now))).accepted()).isTrue();
      assertThat(publish(pool, clip(bob, talk, now)).accepted()).isTrue();
      client.moderate(talk.identifier(), rules);
      assertThat(publish(pool, bob.sign(Raid.of(bobs, talk, "2", now))).reason())
          .isEqualTo("blocked: the host has banned you from this chat");
      assertThat(publish(pool, clip(bob, talk, now.plusSeconds(1))).reason())
          .isEqualTo("blocked: the host has banned you from this chat");
      assertThat(publish(pool, clip(alice, talk, now)).accepted()).as("the host").isTrue();
      assertThat(publish(pool, alice.sign(Raid.of(talk, silent, "3", now))).reason())
          .isEqualTo("blocked: chat is off for this stream");
      assertThat(publish(pool, alice.sign(Raid.of(silent, talk, "4", now))).accepted()).isTrue();
      assertThat(publish(pool, alice.sign(Raid.of(silent, bobs, "5", now))).accepted()).isTrue();
      assertThat(publish(pool, clip(alice, silent, now)).reason())
          .isEqualTo("blocked: chat is off for this stream");
    }
  }

  private EventAddress address(CreatedStream stream) {
    return new EventAddress(Kind.LIVE_STREAM, alice.publicKey(), stream.streamId(), List.of());
  }

  private Event clip(KeySigner by, EventAddress stream, Instant now) {
    String video = "https://video.example/clip.mp4";
    return by.sign(Clip.of(stream, alice.publicKey(), "a clip", video, now));
  }

  @Test
  void a_zap_receipt_has_room_for_an_invoice_and_a_request_and_no_more() {
    EventAddress talk = address(client.create(CreateStream.titled("t")));
    try (RelayPool pool = RelayPool.connect(server.relayUrl())) {
      assertThat(publish(pool, receipt(talk, 12 << 10)).reason()).startsWith("blocked: it is for");
      assertThat(publish(pool, receipt(talk, 16 << 10)).reason())
          .isEqualTo("invalid: over 16384 characters, tags and all");
    }
  }

  private Event receipt(EventAddress stream, int length) {
    List<Tag> tags =
        List.of(Tag.of("a", stream.coordinate()), Tag.of("description", "x".repeat(length)));
    return bob.sign(EventTemplate.of(Instant.now(), Kind.ZAP_RECEIPT, tags, ""));
  }

  private static PublishOutcome publish(RelayPool pool, Event event) {
    return pool.publish(event, TIMEOUT).outcomes().getFirst();
  }

  @Test
  void events_tell_the_owner_what_happens_until_the_end() throws Exception {
    CreatedStream stream = client.create(CreateStream.titled("t"));
    List<StreamEvent> events = new CopyOnWriteArrayList<>();
    Thread follower = Thread.ofVirtual().start(() -> follow(stream, events));
    await().atMost(TIMEOUT).until(() -> events.size() == 2);
    RtmpPublisher.publish(server.rtmpUrl(), stream.streamKey().orElseThrow().reveal(), TIMEOUT)
        .close();
    await().atMost(TIMEOUT).until(() -> events.size() >= 4);
    client.stop(stream.streamId());
    assertThat(follower.join(TIMEOUT)).isTrue();
    assertThat(events)
        .filteredOn(StreamEvent.Connection.class::isInstance)
        .extracting(e -> ((StreamEvent.Connection) e).connectionState())
        .containsExactly("disconnected", "connected", "disconnected", "ended");
    assertThat(events)
        .last()
        .isInstanceOfSatisfying(
            StreamEvent.Ended.class, e -> assertThat(e.reason()).contains("owner"));
  }

  @Test
  void one_caller_leaves_room_for_other_followers() throws Exception {
    String path = "/api/v1/streams/" + client.create(CreateStream.titled("t")).streamId();
    List<InputStream> open = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        open.add(followed(alice, path, 200));
      }
      followed(alice, path, 503).close();
      try (ManagementClient other = ManagementClient.at(server.httpUrl(), bob)) {
        String his = "/api/v1/streams/" + other.create(CreateStream.titled("t")).streamId();
        open.add(followed(bob, his, 200));
      }
      open.removeFirst().close();
      await().atMost(TIMEOUT).untilAsserted(() -> open.add(followed(alice, path, 200)));
    } finally {
      for (InputStream one : open) {
        one.close();
      }
    }
  }

  private InputStream followed(KeySigner caller, String stream, int status) throws Exception {
    String path = stream + "/events";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.httpUrl() + path))
            .header("Authorization", sign(caller, "GET", path, NO_BODY, Instant.now()))
            .build();
    HttpResponse<InputStream> answer =
        HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
    if (answer.statusCode() != status) {
      answer.body().close();
    }
    assertThat(answer.statusCode()).isEqualTo(status);
    return answer.body();
  }

  @Test
  void who_hangs_up_in_the_middle_of_a_body_is_no_fault_of_ours() throws Exception {
    Logger routes = (Logger) LoggerFactory.getLogger(ApiRoutes.class);
    Level before = routes.getLevel();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    routes.addAppender(log);
    routes.setLevel(Level.DEBUG);
    try {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.httpPort())) {
        socket
            .getOutputStream()
            .write(
                "POST /api/v1/streams/create HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
                    .getBytes(StandardCharsets.US_ASCII));
      }
      await().atMost(TIMEOUT).until(() -> !log.list.isEmpty());
      assertThat(log.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.DEBUG);
    } finally {
      routes.setLevel(before);
      routes.detachAppender(log);
    }
  }

  private void follow(CreatedStream stream, List<StreamEvent> events) {
    try {
      client.follow(stream.streamId(), events::add);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void nothing_to_watch_is_404_for_a_second_and_odd_paths_are_harmless() throws Exception {
    String id = client.create(CreateStream.titled("t")).streamId();
    for (String path :
        List.of(
            "/live/" + id + ".m3u8",
            "/live/none.m3u8",
            "/live/" + id + "/media.m3u8",
            "/live/" + id + "/abcd1234/0.m4s",
            "/live/../../etc/passwd",
            "/live/%2e%2e/x",
            "/live/" + id + "/abcd1234/init-999999999.mp4",
            "/live/")) {
      HttpResponse<String> answer = send("GET", path, NO_BODY);
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
    }
    HttpResponse<String> preflight =
        send("OPTIONS", "/live/" + id + ".m3u8", NO_BODY, "Origin", "https://page.example");
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    assertThat(send("POST", "/live/" + id + ".m3u8", NO_BODY).statusCode()).isEqualTo(405);
  }

  @Test
  void health_metrics_and_what_the_server_says_of_itself() throws Exception {
    assertThat(send("GET", "/health/live", NO_BODY).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/health/ready", NO_BODY).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/metrics", NO_BODY).statusCode()).as("not in public").isEqualTo(404);
    HttpRequest inside =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics"))
            .build();
    assertThat(HTTP.send(inside, HttpResponse.BodyHandlers.ofString()).body())
        .contains("wlk_streams_connected 0.0")
        .contains("wlk_viewers");
    assertThat(client.info().relayUrl()).isEqualTo(server.relayUrl());
    assertThat(JSON.readTree(send("GET", "/api/v1/time", NO_BODY).body()).path("unix").asLong())
        .isPositive();
    JsonNode nip11 =
        JSON.readTree(send("GET", "/relay", NO_BODY, "Accept", "application/nostr+json").body());
    assertThat(nip11.path("limitation").path("max_limit").asInt()).isEqualTo(500);
  }

  @Test
  void every_metric_is_on_its_page_and_every_one_there_is_shown() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "metrics.md"));
    Set<String> written = new TreeSet<>();
    Pattern.compile("`(wlk_[a-z_]+)`")
        .matcher(page.split("When it is time", -1)[0])
        .results()
        .forEach(name -> written.add(name.group(1)));
    HttpResponse<String> metrics =
        HTTP.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    Set<String> shown = new TreeSet<>();
    metrics
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> shown.add(line.split("[{ ]", 2)[0]));
    assertThat(shown).isEqualTo(written);
  }

  @Test
  void what_was_answered_survives_a_restart() throws Exception {
    CreatedStream stream = client.create(CreateStream.titled("kept"));
    EventAddress address =
        new EventAddress(Kind.LIVE_STREAM, alice.publicKey(), stream.streamId(), List.of());
    Event chat = bob.sign(ChatMessage.to(address).text("kept too", Instant.now()));
    try (RelayPool pool = RelayPool.connect(server.relayUrl())) {
      assertThat(publish(pool, chat).accepted()).isTrue();
    }
    server.close();
    server = start(directory, databaseUrl);
    client.close();
    client = ManagementClient.at(server.httpUrl(), alice);
    assertThat(client.get(stream.streamId()).title()).isEqualTo("kept");
    try (RelayPool pool = RelayPool.connect(server.relayUrl())) {
      assertThat(pool.query(Filter.any(), TIMEOUT)).containsExactly(chat);
    }
    RtmpPublisher.publish(server.rtmpUrl(), stream.streamKey().orElseThrow().reveal(), TIMEOUT)
        .close();
  }
}
