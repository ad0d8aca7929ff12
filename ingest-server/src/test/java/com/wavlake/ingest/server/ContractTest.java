package com.wavlake.ingest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.MountedRoutes;
import com.wavlake.ingest.e2e.Clip;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.ingest.server.Contract.Operation;
import com.wavlake.ingest.time.FakeTime;
import com.wavlake.live.api.Nip98;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The running server against its OpenAPI document, both ways: whatever it answers here is
 * documented, and in the end everything that is documented was answered.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ContractTest {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String STREAMS = "/api/v1/streams";
  private static final String LIVE = "/api/v1/live";
  private static final String WEBHOOKS = "/api/v1/webhooks";
  private static final String PUBLISHERS = "/api/v1/admin/publishers";
  private static final String SIMPLE = "{\"title\":\"Java night\",\"category\":\"talk\"}";

  /** The admin, who may create streams; somebody whose streams they are not; nobody at all. */
  private final KeySigner alice = KeySigner.of(SecretKey.generate());

  private final KeySigner bob = KeySigner.of(SecretKey.generate());
  private final KeySigner unknown = KeySigner.of(SecretKey.generate());
  private final FakeTime time = new FakeTime();
  private final Contract contract;
  private final byte[] yaml;
  private final IngestServer server;
  private final Set<String> seen = new TreeSet<>();

  ContractTest(@TempDir Path directory) throws IOException {
    try (InputStream in = ContractTest.class.getResourceAsStream("/openapi.yaml")) {
      yaml = in == null ? new byte[0] : in.readAllBytes();
    }
    contract = Contract.read(yaml);
    server =
        start(
            directory,
            time,
            "access.mode=admin",
            "access.admins=" + alice.publicKey().npub(),
            "recording.mode=asked",
            "limits.creates-per-minute=1000",
            "limits.changes-per-minute=10000",
            "forwards.targets=anywhere",
            "webhooks.targets=anywhere");
  }

  private static IngestServer start(Path directory, FakeTime time, String... settings)
      throws IOException {
    IngestServer.Builder builder =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("thumbnails.ffmpeg", "off")
            .time(time)
            .dataDir(directory);
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      builder.set(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return builder.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  /** An answer that was found to be as documented. */
  private record Answer(int status, String body, HttpHeaders headers) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new IllegalStateException(body, e);
      }
    }

    String text(String field) {
      return json().path(field).asText();
    }

    Answer is(int expected) {
      assertThat(status).as(body).isEqualTo(expected);
      return this;
    }

    Answer is(int expected, String code) {
      is(expected);
      assertThat(text("code")).as(body).isEqualTo(code);
      return this;
    }
  }

  private Answer send(IngestServer to, String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(to.httpUrl() + path))
            .timeout(TIMEOUT)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> answer =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return checked(method, path, answer.statusCode(), answer.headers(), answer.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Answer checked(String method, String path, int status, HttpHeaders headers, String body) {
    Operation operation = contract.operation(method, path.replaceFirst("\\?.*", "")).orElseThrow();
    assertThat(contract.faults(operation, status, headers, body))
        .as("%s %s: %d %s", method, path, status, body)
        .isEmpty();
    assertThat(headers.firstValue("Access-Control-Allow-Origin")).hasValue("*");
    assertThat(headers.firstValue("Cache-Control")).hasValue("no-store");
    assertThat(operation.documents(status)).as("%s: %d %s", operation, status, body).isTrue();
    seen.add(operation.id() + " " + status);
    return new Answer(status, body, headers);
  }

  private Answer call(KeySigner signer, String method, String path, String body, String... more) {
    return signed(server, signer, method, path, body, more);
  }

  private Answer call(KeySigner signer, String method, String path) {
    return call(signer, method, path, "");
  }

  private Answer signed(
      IngestServer to, KeySigner signer, String method, String path, String body, String... more) {
    List<String> headers = new ArrayList<>(List.of(more));
    headers.add("Authorization");
    headers.add(authorization(to, signer, method, path, body, time.now()));
    return send(to, method, path, body, headers.toArray(String[]::new));
  }

  private static String authorization(
      IngestServer to, KeySigner signer, String method, String path, String body, Instant when) {
    return Nip98.authorization(
        signer, method, to.httpUrl() + path, body.getBytes(StandardCharsets.UTF_8), when);
  }

  private Answer create(String body) {
    return call(alice, "POST", STREAMS + "/create", body);
  }

  private String newStream() {
    return STREAMS + "/" + create(SIMPLE).is(201).text("stream_id");
  }

  /** An operation's path, each parameter made up or as given. */
  private static String path(Operation operation, Map<String, String> given) {
    String path = operation.path();
    for (String parameter : operation.pathParameters()) {
      String madeUp =
          parameter.equals("pubkey")
              ? SecretKey.generate().publicKey().hex()
              : UUID.randomUUID().toString();
      path = path.replace("{" + parameter + "}", given.getOrDefault(parameter, madeUp));
    }
    return path;
  }

  private String body(Operation operation) {
    return operation.hasBody() ? contract.bodyExample(operation) : "";
  }

  private List<Operation> documenting(int status) {
    return contract.operations().stream().filter(o -> o.documents(status)).toList();
  }

  @Test
  void the_document_is_whole() {
    JsonNode document = contract.document();
    assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
    assertThat(document.findValuesAsText("$ref"))
        .allSatisfy(ref -> assertThat(document.at(ref.substring(1)).isMissingNode()).isFalse());
    List<Operation> operations = contract.operations();
    assertThat(operations).extracting(Operation::id).doesNotHaveDuplicates().doesNotContain("");
    Set<String> tags = Set.copyOf(document.path("tags").findValuesAsText("name"));
    assertThat(operations)
        .allSatisfy(operation -> {
          JsonNode json = operation.json();
          assertThat(json.path("summary").asText()).isNotEmpty();
          json.path("tags").forEach(tag -> assertThat(tags).contains(tag.asText()));
          assertThat(json.path("responses").has("default")).isTrue();
          List<JsonNode> parameters = new ArrayList<>();
          json.path("parameters").forEach(p -> parameters.add(contract.resolve(p)));
          assertThat(parameters)
              .filteredOn(p -> p.path("in").asText().equals("path"))
              .extracting(p -> p.path("name").asText())
              .containsExactlyInAnyOrderElementsOf(operation.pathParameters());
          json.path("responses")
              .forEach(r -> assertThat(contract.resolve(r).has("description")).isTrue());
        });
    Set<String> used =
        document.findValuesAsText("$ref").stream().collect(Collectors.toUnmodifiableSet());
    for (String kind : List.of("schemas", "responses", "parameters", "headers")) {
      document
          .at("/components/" + kind)
          .fieldNames()
          .forEachRemaining(name -> {
            if (!name.endsWith("Event")) {
              assertThat(used).contains("#/components/" + kind + "/" + name);
            }
          });
    }
  }

  @Test
  void every_body_has_an_example_and_every_example_is_right() {
    for (Operation operation : contract.operations()) {
      if (operation.hasBody()) {
        assertExamples(contract.bodySchema(operation));
      }
      operation
          .json()
          .path("responses")
          .forEach(
              response -> contract.resolve(response).path("content").forEach(this::assertExample));
    }
    contract
        .document()
        .at("/components/schemas")
        .properties()
        .forEach(schema ->
            schema
                .getValue()
                .path("examples")
                .forEach(
                    e -> assertThat(contract.invalid(schema.getKey(), e)).as("%s", e).isEmpty()));
    contract
        .document()
        .findValues("schema")
        .forEach(schema ->
            schema
                .path("examples")
                .forEach(e -> assertThat(contract.invalid(schema, e)).as("%s", e).isEmpty()));
  }

  private void assertExample(JsonNode media) {
    String schema = Contract.schemaOf(media);
    if (media.has("example")) {
      assertThat(contract.invalid(schema, media.path("example"))).as(schema).isEmpty();
    } else {
      assertExamples(schema);
    }
  }

  private void assertExamples(String schema) {
    assertThat(contract.document().at("/components/schemas/" + schema + "/examples"))
        .as(schema)
        .isNotEmpty();
  }

  @Test
  void every_route_is_documented_and_every_documented_route_is_there() {
    assertThat(contract.operations())
        .extracting(Operation::route)
        .containsExactlyInAnyOrderElementsOf(MountedRoutes.below("/api/v1/", server));
  }

  @Test
  void the_document_is_served_as_it_is_to_any_page() throws Exception {
    HttpResponse<byte[]> served =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(server.httpUrl() + "/openapi.yaml")).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(served.statusCode()).isEqualTo(200);
    assertThat(served.headers().firstValue("Content-Type")).hasValue("application/yaml");
    assertThat(served.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    assertThat(served.body()).isEqualTo(yaml);
  }

  @Test
  void who_has_to_sign_and_does_not_is_told() {
    for (Operation operation : documenting(401)) {
      String path = path(operation, Map.of());
      send(server, operation.method(), path, body(operation), "Authorization", "Nostr e30=") // {}
          .is(401, "unauthorized");
      if (!operation.json().has("security")) {
        send(server, operation.method(), path, body(operation)).is(401, "unauthorized");
      }
    }
    assertThat(contract.operations())
        .filteredOn(operation -> !operation.documents(401))
        .allSatisfy(o -> assertThat(o.json().path("security")).isEmpty())
        .hasSize(3);
  }

  @Test
  void who_has_another_clock_or_repeats_an_authorisation_is_told() {
    String late =
        authorization(server, alice, "GET", STREAMS, "", time.now().minus(Duration.ofSeconds(90)));
    Answer skew = send(server, "GET", STREAMS, "", "Authorization", late).is(401, "clock_skew");
    assertThat(skew.json().path("server_time").asLong()).isEqualTo(time.now().getEpochSecond());
    String path = newStream() + "/keys";
    String once = authorization(server, alice, "POST", path, "", time.now());
    send(server, "POST", path, "", "Authorization", once).is(200);
    send(server, "POST", path, "", "Authorization", once).is(401, "unauthorized");
  }

  @Test
  void a_body_that_is_too_large_is_refused() {
    for (Operation operation : documenting(413)) {
      call(alice, operation.method(), path(operation, Map.of()), " ".repeat(70_000))
          .is(413, "too_large");
    }
    assertThat(contract.operations())
        .allSatisfy(o -> assertThat(o.documents(413)).isEqualTo(o.hasBody()));
  }

  @Test
  void a_field_that_is_not_known_is_refused() throws IOException {
    String id = newStream().substring(STREAMS.length() + 1);
    for (Operation operation : contract.operations()) {
      if (operation.hasBody()) {
        ObjectNode body = (ObjectNode) JSON.readTree(body(operation));
        body.put("colour", "red");
        if (!operation.id().equals("depositLastWill")) { // an event may have what it likes
          assertThat(contract.invalid(contract.bodySchema(operation), body)).isNotEmpty();
        }
        call(alice, operation.method(), path(operation, Map.of("stream_id", id)), body.toString())
            .is(400, "validation");
        call(alice, operation.method(), path(operation, Map.of("stream_id", id)), "[]")
            .is(400, "validation");
      }
    }
  }

  @Test
  void parameters_that_are_none_are_refused() {
    String stream = newStream();
    for (String path :
        List.of(
            STREAMS + "?limit=0",
            STREAMS + "?limit=201",
            STREAMS + "?limit=ten",
            STREAMS + "?cursor=none",
            STREAMS + "?cursor=OTIyMzM3MjAzNjg1NDc3NTgwNyAw",
            stream + "/metrics?since=yesterday",
            stream + "/metrics?until=2026-02-30T00:00:00Z",
            stream + "/metrics?since=-1000000000-01-01T00:00:00Z",
            stream + "/metrics?until=%2B1000000000-12-31T23:59:59.999999999Z",
            PUBLISHERS + "?status=unknown")) {
      assertThat(call(alice, "GET", path).is(400, "validation").json().path("errors"))
          .as(path)
          .hasSize(1);
    }
    call(alice, "PUT", PUBLISHERS + "/nobody", "{\"status\":\"approved\"}").is(400, "validation");
    call(alice, "DELETE", PUBLISHERS + "/nobody").is(400, "validation");
    for (String key : List.of("two words", "x".repeat(129))) {
      call(alice, "POST", STREAMS + "/create", SIMPLE, "Idempotency-Key", key)
          .is(400, "validation");
    }
    assertThat(call(alice, "GET", STREAMS).json().path("streams").size()).isLessThanOrEqualTo(50);
  }

  @Test
  void odd_paths_are_nobodys_fault() throws IOException {
    for (String id : List.of("%00", "%FF", "%C0%80", "..%2F..", "%ED%A0%80", "x".repeat(2_000))) {
      send(server, "GET", STREAMS + "/" + id + "/status", "").is(404, "not_found");
      send(server, "GET", LIVE + "/" + id, "").is(404, "not_found");
      call(alice, "DELETE", STREAMS + "/" + id).is(404, "not_found");
      call(alice, "DELETE", WEBHOOKS + "/" + id).is(404, "not_found");
    }
    for (String target :
        List.of("/%zz/status", "/x/status?y=%zz", "?cursor=%zz", "/x/status?y=%")) {
      assertThat(
              raw("GET " + STREAMS + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
          .as(target)
          .startsWith("HTTP/1.1 400")
          .contains("application/problem+json", "bad_request");
    }
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.httpPort())) {
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void a_body_is_what_was_sent_whatever_its_type_says() {
    String path = newStream();
    String body = "{\"description\":\"" + "%zz&a=é".repeat(60) + "\"}" + " ".repeat(20_000);
    for (String type :
        List.of("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")) {
      call(alice, "PATCH", path, body, "Content-Type", type).is(200);
    }
  }

  @Test
  void what_is_not_there_is_not_found() {
    for (Operation operation : documenting(404)) {
      if (!operation.pathParameters().isEmpty()) {
        call(alice, operation.method(), path(operation, Map.of()), body(operation))
            .is(404, "not_found");
      }
    }
    create("{\"title\":\"t\",\"category\":\"c\",\"reuse_key_of\":\"none\"}").is(404, "not_found");
    String stream = newStream();
    call(alice, "GET", stream + "/last-will").is(404, "not_found");
    call(alice, "DELETE", stream + "/last-will").is(404, "not_found");
    call(alice, "DELETE", stream + "/recording").is(404, "not_found");
    call(alice, "DELETE", stream + "/forwards/none").is(404, "not_found");
    String id = stream.substring(STREAMS.length() + 1);
    for (String elsewhere :
        List.of(
            new EventAddress(Kind.LIVE_STREAM, bob.publicKey(), id, List.of()).naddr(),
            new EventAddress(Kind.MEETING_ROOM, alice.publicKey(), id, List.of()).naddr(),
            "naddr1" + id)) {
      send(server, "GET", LIVE + "/" + elsewhere, "").is(404, "not_found");
    }
    call(alice, "PATCH", stream + "/forwards/none", "{\"enabled\":true}").is(404, "not_found");
  }

  @Test
  void what_belongs_to_another_is_forbidden() {
    String id = newStream().substring(STREAMS.length() + 1);
    for (Operation operation : documenting(403)) {
      if (!operation.id().equals("createStream")) {
        String path = path(operation, Map.of("stream_id", id));
        call(bob, operation.method(), path, body(operation)).is(403, "forbidden");
        call(bob, operation.method(), path, operation.hasBody() ? "{}" : "").is(403, "forbidden");
      }
    }
    call(bob, "GET", STREAMS + "/" + id + "/status").is(200);
  }

  @Test
  void too_many_calls_are_told_when_to_come_again(@TempDir Path directory) throws IOException {
    try (IngestServer strict =
        start(
            directory,
            time,
            "limits.changes-per-minute=1",
            "limits.reads-per-minute=1",
            "access.admins=" + alice.publicKey().npub())) {
      send(strict, "GET", "/api/v1/time", "").is(200);
      signed(strict, alice, "POST", STREAMS + "/create", SIMPLE).is(201);
      for (Operation operation : documenting(429)) {
        Answer refused =
            signed(strict, alice, operation.method(), path(operation, Map.of()), body(operation))
                .is(429, "rate_limited");
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("60");
        assertThat(refused.headers().firstValue("Access-Control-Expose-Headers"))
            .as("a page may read it")
            .hasValue("Retry-After");
      }
    }
    assertThat(documenting(429)).hasSameSizeAs(contract.operations());
  }

  @Test
  void a_stream_is_created_edited_and_found_page_by_page() {
    String full =
        "{\"title\":\"Java night\",\"description\":\"A talk\",\"category\":\"talk\",\"enable_chat\":false,"
            + "\"starts\":\"2026-02-01T20:00:00Z\",\"image\":\"https://example.com/i.png\","
            + "\"tags\":[\"java\",\"nostr\"],\"record\":true,\"reuse_key_of\":null}";
    String path = STREAMS + "/" + create(full).is(201).text("stream_id");
    assertThat(call(alice, "GET", path).is(200).json().path("tags")).hasSize(2);
    Answer edited = call(alice, "PATCH", path, "{\"title\":\"Later\",\"starts\":null,\"tags\":[]}");
    assertThat(edited.is(200).text("title")).isEqualTo("Later");
    assertThat(edited.json().path("starts").isNull()).isTrue();
    newStream();
    newStream();
    Answer first = call(alice, "GET", STREAMS + "?limit=2").is(200);
    assertThat(first.json().path("streams")).hasSize(2);
    String cursor = first.text("next_cursor");
    Answer second = call(alice, "GET", STREAMS + "?limit=200&cursor=" + cursor).is(200);
    assertThat(second.json().path("streams")).isNotEmpty();
    assertThat(second.json().path("next_cursor").isNull()).isTrue();
  }

  @Test
  void limits_are_where_the_document_has_them() throws IOException {
    List<String> right =
        List.of(
            "{'title':'" + "😀".repeat(100) + "','category':'" + "é".repeat(50) + "'}",
            "{'title':'t','category':'c','description':'" + "😀".repeat(500) + "'}",
            "{'title':'t','category':'c','description':null,'starts':null,'image':null,'tags':null}",
            "{'title':'t','category':'c','image':'https://e/" + "x".repeat(245) + "'}",
            "{'title':'t','category':'c','tags':['" + "x".repeat(50) + "']}");
    List<String> wrong =
        List.of(
            "{'title':'" + "😀".repeat(101) + "','category':'c'}",
            "{'title':' ','category':'c'}",
            "{'title':'t'}",
            "{'title':'t','category':'" + "é".repeat(51) + "'}",
            "{'title':'t','category':'c','description':'" + "😀".repeat(501) + "'}",
            "{'title':'t','category':'c','image':'https://e/" + "x".repeat(246) + "'}",
            "{'title':'t','category':'c','image':'ftp://e/x'}",
            "{'title':'t','category':'c','starts':'tomorrow'}",
            "{'title':'t','category':'c','enable_chat':null}",
            "{'title':'t','category':'c','record':'yes'}",
            "{'title':7,'category':'c'}",
            "{'title':'t','category':'c','tags':['two words']}",
            "{'title':'t','category':'c','tags':['" + "x".repeat(51) + "']}",
            "{'title':'t','category':'c','tags':[" + "'x',".repeat(20) + "'x']}");
    for (String body : right) {
      String json = body.replace('\'', '"');
      assertThat(contract.invalid("CreateStream", JSON.readTree(json))).as(json).isEmpty();
      create(json).is(201);
    }
    for (String body : wrong) {
      String json = body.replace('\'', '"');
      assertThat(contract.invalid("CreateStream", JSON.readTree(json))).as(json).isNotEmpty();
      create(json).is(400, "validation");
    }
  }

  @Test
  void a_create_may_be_repeated_until_its_stream_is_used() {
    String create = STREAMS + "/create";
    Answer first = call(alice, "POST", create, SIMPLE, "Idempotency-Key", "k").is(201);
    Answer again = call(alice, "POST", create, SIMPLE, "Idempotency-Key", "k").is(201);
    assertThat(again.text("stream_id")).isEqualTo(first.text("stream_id"));
    assertThat(again.text("stream_key")).isNotEqualTo(first.text("stream_key"));
    String path = STREAMS + "/" + first.text("stream_id");
    create(
            "{\"title\":\"t\",\"category\":\"c\",\"reuse_key_of\":\""
                + first.text("stream_id")
                + "\"}")
        .is(409, "conflict");
    call(alice, "POST", path + "/keys").is(200);
    assertThat(hasReusableKey(path)).isFalse();
    call(alice, "POST", path + "/stop").is(200);
    call(alice, "POST", path + "/stop").is(200);
    assertThat(hasReusableKey(path)).isTrue();
    call(alice, "POST", path + "/keys").is(409, "conflict");
    call(alice, "POST", path + "/start").is(409, "conflict");
    call(
            alice,
            "POST",
            path + "/forwards",
            "{\"name\":\"n\",\"server\":\"rtmp://e/live\",\"stream_key\":\"k\"}")
        .is(409, "conflict");
    Answer used = call(alice, "POST", create, SIMPLE, "Idempotency-Key", "k").is(409, "conflict");
    assertThat(used.text("stream_id")).isEqualTo(first.text("stream_id"));
    Answer moved =
        create(
                "{\"title\":\"t\",\"category\":\"c\",\"reuse_key_of\":\""
                    + first.text("stream_id")
                    + "\"}")
            .is(201);
    assertThat(moved.json().path("stream_key").isNull()).isTrue();
    assertThat(hasReusableKey(path)).isFalse();
    call(alice, "PATCH", path, "{\"title\":\"over\"}").is(200);
    assertThat(hasReusableKey(path)).as("an edit does not bring it back").isFalse();
    assertThat(hasReusableKey(STREAMS + "/" + moved.text("stream_id"))).isFalse();
    call(alice, "DELETE", path).is(200);
  }

  private boolean hasReusableKey(String path) {
    JsonNode one = call(alice, "GET", path).is(200).json();
    JsonNode streams = call(alice, "GET", STREAMS).is(200).json().path("streams");
    assertThat(streams).as("the list says the same").contains(one);
    return one.path("reusable_key").asBoolean();
  }

  @Test
  void the_last_create_that_there_is_room_for_may_be_repeated_too(@TempDir Path directory)
      throws IOException {
    try (IngestServer small = start(directory, time, "limits.streams-per-owner=1")) {
      String create = STREAMS + "/create";
      signed(small, alice, "POST", create, SIMPLE, "Idempotency-Key", "k").is(201);
      signed(small, alice, "POST", create, SIMPLE).is(409, "conflict");
      signed(small, alice, "POST", create, SIMPLE, "Idempotency-Key", "k").is(201);
    }
  }

  @Test
  void a_stream_that_is_recorded_from_its_encoder_to_its_end() throws Exception {
    Answer created = create("{\"title\":\"t\",\"category\":\"c\",\"record\":true}").is(201);
    String path = STREAMS + "/" + created.text("stream_id");
    call(alice, "POST", path + "/start").is(409, "conflict");
    HttpResponse<InputStream> following = follow(path);
    RtmpPublisher encoder =
        RtmpPublisher.publish(server.rtmpUrl(), created.text("stream_key"), TIMEOUT);
    Clip.begin(encoder);
    Clip.send(encoder, 0, 5_000);
    await().atMost(TIMEOUT).until(() -> isPlayable(created.text("hls_playback")));
    call(alice, "PATCH", path, "{\"record\":false}").is(409, "conflict");
    call(alice, "POST", path + "/start").is(200);
    call(alice, "POST", path + "/start").is(200);
    call(alice, "DELETE", path).is(409, "conflict");
    String forward = addForward(path, 1).is(201).text("id");
    Clip.send(encoder, 5_000, 10_000);
    await().atMost(TIMEOUT).until(() -> call(alice, "GET", path).text("recording").contains("vod"));
    time.advance(Duration.ofSeconds(10));
    await()
        .atMost(TIMEOUT)
        .until(
            () -> !forwardState(path).equals("idle") && !forwardState(path).equals("connecting"));
    call(alice, "DELETE", path + "/recording").is(409, "conflict");
    assertThat(call(alice, "GET", path + "/status").is(200).json().path("tracks")).hasSize(2);
    assertThat(send(server, "GET", path + "/status", "").is(200).json().has("tracks")).isFalse();
    JsonNode live = listing().path("streams");
    assertThat(live).hasSize(1);
    assertThat(live.at("/0/status").asText()).isEqualTo("live");
    for (String name : List.of("stream_id", "naddr")) {
      Answer one = send(server, "GET", LIVE + "/" + live.get(0).path(name).asText(), "").is(200);
      assertThat(one.json().path("playable").asBoolean()).isTrue();
      assertThat(one.text("recording")).contains("/vod/");
    }
    assertThat(call(alice, "GET", path + "/metrics").is(200).json().path("samples")).isNotEmpty();
    call(alice, "GET", path + "/metrics?since=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z")
        .is(200);
    call(alice, "GET", path + "/errors").is(200);
    call(alice, "PATCH", path + "/forwards/" + forward, "{\"enabled\":false}").is(200);
    call(alice, "DELETE", path + "/forwards/" + forward).is(200);
    call(alice, "POST", path + "/stop").is(200);
    assertThat(events(path, following))
        .containsSubsequence("connection", "viewers", "first_segment", "health", "ended");
    call(alice, "GET", path + "/events").is(200);
    JsonNode ended = listing().path("ended");
    assertThat(ended).hasSize(1);
    assertThat(ended.at("/0/stream_id")).isEqualTo(created.json().path("stream_id"));
    assertThat(ended.at("/0/recording").asText()).contains("/vod/");
    call(alice, "DELETE", path + "/recording").is(200);
    call(alice, "DELETE", path).is(200);
    call(alice, "GET", path).is(404, "not_found");
  }

  private HttpResponse<InputStream> follow(String path) throws Exception {
    String events = path + "/events";
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(server.httpUrl() + events))
            .header("Authorization", authorization(server, alice, "GET", events, "", time.now()))
            .build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  /** Their names, when they have come to their end and each was found to be as documented. */
  private List<String> events(String path, HttpResponse<InputStream> following) throws IOException {
    String body = new String(following.body().readAllBytes(), StandardCharsets.UTF_8);
    return checked("GET", path + "/events", 200, following.headers(), body)
        .body()
        .lines()
        .filter(line -> line.startsWith("event: "))
        .map(line -> line.substring("event: ".length()))
        .toList();
  }

  private static boolean isPlayable(String url) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
  }

  private Answer addForward(String path, int number) {
    return call(
        alice,
        "POST",
        path + "/forwards",
        "{\"name\":\"second\",\"server\":\"rtmp://127.0.0.1:1/live\",\"stream_key\":\"k"
            + number
            + "\"}");
  }

  private String forwardState(String path) {
    return call(alice, "GET", path + "/forwards").is(200).json().at("/forwards/0/state").asText();
  }

  @Test
  void five_forwards_are_enough_and_a_new_key_ends_what_followed_the_old() throws Exception {
    String path = newStream();
    HttpResponse<InputStream> following = follow(path);
    for (int i = 0; i < 5; i++) {
      addForward(path, i).is(201);
    }
    addForward(path, 5).is(409, "conflict");
    assertThat(call(alice, "GET", path + "/forwards").is(200).json().path("forwards")).hasSize(5);
    call(alice, "POST", path + "/keys").is(200);
    assertThat(events(path, following)).endsWith("key_replaced");
  }

  @Test
  void a_last_will_is_deposited_withdrawn_and_released() {
    String path = newStream();
    deposit(path).is(200);
    assertThat(call(alice, "GET", path + "/last-will").is(200).json().path("released").isNull())
        .isTrue();
    call(alice, "DELETE", path + "/last-will").is(200);
    deposit(path).is(200);
    time.advance(Duration.ofMinutes(5));
    await()
        .atMost(TIMEOUT)
        .until(() ->
            call(alice, "GET", path + "/last-will")
                .is(200)
                .json()
                .at("/released/relays/0/state")
                .asText()
                .equals("accepted"));
  }

  private Answer deposit(String path) {
    LiveStream ended =
        LiveStream.builder(path.substring(STREAMS.length() + 1))
            .title("t")
            .ended(time.now())
            .build();
    String event = alice.sign(ended.toTemplate(time.now().plus(Duration.ofMinutes(2)))).toJson();
    return call(alice, "PUT", path + "/last-will", event);
  }

  @Test
  void the_rules_of_a_chat_come_back_as_they_were_set() {
    String path = newStream() + "/moderation";
    call(alice, "GET", path).is(200);
    String rules =
        "{\"slow_mode_seconds\":3600,\"pow_bits\":32,\"bans\":[{\"pubkey\":\""
            + bob.publicKey().npub()
            + "\",\"until\":\"2026-02-01T00:00:00Z\"},{\"pubkey\":\""
            + unknown.publicKey().hex()
            + "\"}]}";
    Answer set = call(alice, "PUT", path, rules).is(200);
    assertThat(set.json().path("bans")).hasSize(2);
    assertThat(call(alice, "PUT", path, set.body()).is(200).json()).isEqualTo(set.json());
    assertThat(call(alice, "GET", path).is(200).json()).isEqualTo(set.json());
    for (String wrong :
        List.of(
            "{\"slow_mode_seconds\":21601}",
            "{\"pow_bits\":33}",
            "{\"bans\":{}}",
            "{\"bans\":[7]}",
            "{\"bans\":[{\"pubkey\":\"nobody\"}]}",
            "{\"bans\":[{\"pubkey\":\"" + bob.publicKey().hex() + "\",\"until\":7}]}",
            "{\"bans\":[{\"pubkey\":\"" + bob.publicKey().hex() + "\",\"untill\":null}]}",
            "{\"bans\":[{\"pubkey\":\""
                + bob.publicKey().hex()
                + "\",\"until\":\"+1000000000-12-31T23:59:59.999999999Z\"}]}")) {
      call(alice, "PUT", path, wrong).is(400, "validation");
    }
  }

  @Test
  void a_webhook_is_told_what_the_document_says() throws Exception {
    BlockingQueue<Map<String, String>> heard = new LinkedBlockingQueue<>();
    HttpServer hook =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hook.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          heard.add(
              Map.of(
                  "body",
                  body,
                  "webhook-id",
                  exchange.getRequestHeaders().getFirst("webhook-id"),
                  "webhook-timestamp",
                  exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                  "webhook-signature",
                  exchange.getRequestHeaders().getFirst("webhook-signature")));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    hook.start();
    try {
      String url = "http://127.0.0.1:" + hook.getAddress().getPort() + "/hook";
      String body = "{\"url\":\"" + url + "\",\"events\":[\"stream.ended\"]}";
      String id = call(alice, "POST", WEBHOOKS, body).is(201).text("id");
      call(alice, "POST", newStream() + "/stop").is(200);
      Map<String, String> notice = heard.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      assertThat(notice).isNotNull();
      assertThat(contract.invalid("Notice", JSON.readTree(notice.get("body")))).isEmpty();
      contract
          .document()
          .at("/webhooks/notice/post/parameters")
          .forEach(p ->
              assertThat(
                      contract.headerFaults(
                          p.path("schema"), notice.getOrDefault(p.path("name").asText(), "")))
                  .as("%s", p)
                  .isEmpty());
      await()
          .atMost(TIMEOUT)
          .until(() ->
              call(alice, "GET", WEBHOOKS)
                  .is(200)
                  .json()
                  .at("/webhooks/0/deliveries/0/state")
                  .asText()
                  .equals("delivered"));
      for (int i = 0; i < 4; i++) {
        call(alice, "POST", WEBHOOKS, "{\"url\":\"" + url + i + "\"}").is(201);
      }
      call(alice, "POST", WEBHOOKS, body).is(409, "conflict");
      call(bob, "DELETE", WEBHOOKS + "/" + id).is(404, "not_found");
      call(alice, "DELETE", WEBHOOKS + "/" + id).is(200);
    } finally {
      hook.stop(0);
    }
  }

  @Test
  void whoever_asks_waits_for_an_admin() {
    KeySigner carol = KeySigner.of(SecretKey.generate());
    String create = STREAMS + "/create";
    String path = PUBLISHERS + "/" + carol.publicKey().npub();
    call(carol, "POST", create, SIMPLE).is(403, "approval_pending");
    assertThat(call(alice, "GET", PUBLISHERS + "?status=pending").is(200).json().path("publishers"))
        .hasSize(1);
    call(alice, "PUT", path, "{\"status\":\"approved\",\"note\":\"met in Berlin\"}").is(200);
    call(carol, "POST", create, SIMPLE).is(201);
    call(alice, "PUT", path, "{\"status\":\"suspended\"}").is(200);
    call(carol, "POST", create, SIMPLE).is(403, "suspended");
    call(alice, "PUT", path, "{\"status\":\"denied\"}").is(200);
    call(carol, "POST", create, SIMPLE).is(403, "forbidden");
    call(alice, "GET", PUBLISHERS).is(200);
    call(alice, "DELETE", path).is(200);
    call(alice, "DELETE", path).is(404, "not_found");
  }

  /** As it is now, not as it was a moment ago. */
  private JsonNode listing() {
    time.advance(Duration.ofSeconds(1));
    return send(server, "GET", LIVE, "").is(200).json();
  }

  @Test
  void everybody_may_know_what_is_here() {
    create("{\"title\":\"t\",\"category\":\"c\",\"starts\":\"2026-03-01T20:00:00Z\"}").is(201);
    JsonNode planned = listing().path("planned");
    assertThat(planned).isNotEmpty();
    String naddr = planned.at("/0/naddr").asText();
    Answer listed = send(server, "GET", LIVE + "/nostr:" + naddr, "").is(200);
    assertThat(listed.json().path("stream_id")).isEqualTo(planned.at("/0/stream_id"));
    assertThat(listed.text("status")).isEqualTo("created");
    assertThat(send(server, "GET", "/api/v1/info", "").is(200).json().has("capacity")).isFalse();
    assertThat(call(alice, "GET", "/api/v1/info").is(200).json().path("capacity")).hasSize(4);
    send(server, "GET", "/api/v1/time", "").is(200);
  }

  @Test
  void a_summary_is_left_of_what_is_forgotten(@TempDir Path directory) throws IOException {
    try (IngestServer brief = start(directory, time, "retention.ended=1m")) {
      String id =
          signed(brief, alice, "POST", STREAMS + "/create", SIMPLE).is(201).text("stream_id");
      signed(brief, alice, "POST", STREAMS + "/" + id + "/stop", "").is(200);
      time.advance(Duration.ofMinutes(61));
      assertThat(
              signed(brief, alice, "GET", "/api/v1/summaries", "").is(200).json().path("summaries"))
          .hasSize(1);
      signed(brief, alice, "GET", STREAMS + "/" + id, "").is(404, "not_found");
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void everything_that_is_documented_was_answered() {
    Set<String> documented = new TreeSet<>();
    for (Operation operation : contract.operations()) {
      operation
          .json()
          .path("responses")
          .fieldNames()
          .forEachRemaining(status -> documented.add(operation.id() + " " + status));
    }
    documented.removeIf(answer -> answer.endsWith(" default"));
    assertThat(documented).hasSizeGreaterThan(150);
    documented.removeAll(seen);
    assertThat(documented).as("documented, but never answered").isEmpty();
  }
}
