package com.wavlake.ingest.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.picture.SamplePictures;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that events name, over HTTP, from the host that they name to the viewer. */
@Timeout(60)
final class PictureRoutesTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final byte[] PNG = SamplePictures.of("png", 20, 10);

  @TempDir Path directory;
  private final KeySigner alice = KeySigner.of(SecretKey.generate());
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final Map<String, byte[]> hosted = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer host;
  private IngestServer server;

  @BeforeEach
  void open() throws IOException {
    host = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    host.setExecutor(threads);
    host.createContext("/", this::serve);
    host.start();
    server = start("anywhere", 3_000);
  }

  @AfterEach
  void close() {
    goOn.countDown();
    server.close();
    host.stop(0);
    threads.shutdownNow();
  }

  private IngestServer start(String fetch, int perMinute) throws IOException {
    return IngestServer.builder()
        .rtmpPort(0)
        .httpPort(0)
        .set("admin.port", "0")
        .set("thumbnails.ffmpeg", "off")
        .set("pictures.fetch", fetch)
        .set("limits.reads-per-minute", Integer.toString(perMinute))
        .dataDir(directory)
        .start();
  }

  private void restart(String fetch, int perMinute) throws IOException {
    server.close();
    server = start(fetch, perMinute);
  }

  private void serve(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    String path = exchange.getRequestURI().getPath();
    if (path.startsWith("/held")) {
      try {
        goOn.await();
      } catch (InterruptedException e) {
        return;
      }
    }
    byte[] body = hosted.getOrDefault(path, PNG);
    exchange.getResponseHeaders().set("Content-Type", "image/png");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + host.getAddress().getPort() + path;
  }

  /** As a page does: what is on its way is asked for again. */
  private HttpResponse<byte[]> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = once(method, path, headers);
    while (answer.statusCode() == 503) {
      answer = once(method, path, headers);
    }
    return answer;
  }

  private HttpResponse<byte[]> once(String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.httpUrl() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private int status(String path) throws IOException, InterruptedException {
    return send("GET", path).statusCode();
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private void publish(Event event) {
    try (RelayPool pool = RelayPool.connect(server.relayUrl())) {
      assertThat(pool.publish(event, Duration.ofSeconds(5)).outcomes().getFirst().accepted())
          .isTrue();
    }
  }

  /** Where the picture of somebody is, who says that theirs is at that URL. */
  private String pictureOf(KeySigner person, String url) {
    String content = "{\"picture\":\"" + url + "\"}";
    publish(person.sign(EventTemplate.of(Instant.now(), Kind.PROFILE, List.of(), content)));
    return "/picture/" + person.publicKey().hex();
  }

  private String pictureOf(String url) {
    return pictureOf(KeySigner.of(SecretKey.generate()), url);
  }

  @Test
  void a_profiles_picture_with_all_that_keeps_it_a_picture() throws Exception {
    String path = pictureOf(url("/a"));
    HttpResponse<byte[]> got = send("GET", path);
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(got.body()).isEqualTo(PNG);
    assertThat(header(got, "Content-Type")).isEqualTo("image/png");
    assertThat(header(got, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(got, "Content-Security-Policy")).isEqualTo("default-src 'none'; sandbox");
    assertThat(header(got, "Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
    assertThat(header(got, "Cache-Control")).isEqualTo("public, max-age=3600");
    String etag = header(got, "ETag");
    assertThat(etag).matches("\"[0-9a-f]{32}\"");

    HttpResponse<byte[]> head = send("HEAD", path);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(header(head, "Content-Length")).isEqualTo(Integer.toString(PNG.length));
    assertThat(header(head, "ETag")).isEqualTo(etag);

    for (String known : List.of(etag, "W/" + etag, "\"x\", " + etag, "*")) {
      HttpResponse<byte[]> same = send("GET", path, "If-None-Match", known);
      assertThat(same.statusCode()).as(known).isEqualTo(304);
      assertThat(same.body()).isEmpty();
      assertThat(header(same, "ETag")).isEqualTo(etag);
    }
    assertThat(send("GET", path, "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
    assertThat(send("POST", path).statusCode()).isEqualTo(405);
    assertThat(asked).hasValue(1);
  }

  @Test
  void an_emoji_of_a_chat_message_and_a_poster_of_a_stream() throws Exception {
    CreatedStream stream;
    try (ManagementClient client = ManagementClient.at(server.httpUrl(), alice)) {
      stream = client.create(CreateStream.titled("t"));
    }
    String poster = "/poster/" + stream.streamId();
    assertThat(status(poster)).isEqualTo(404);
    publish(
        alice.sign(
            LiveStream.builder(stream.streamId())
                .title("t")
                .image(url("/poster"))
                .streaming(stream.hlsPlayback())
                .live(Instant.now())
                .build()
                .toTemplate(Instant.now())));
    HttpResponse<byte[]> got = send("GET", poster);
    assertThat(got.body()).isEqualTo(PNG);
    assertThat(header(got, "Cross-Origin-Resource-Policy")).isEqualTo("cross-origin");

    EventAddress address =
        new EventAddress(Kind.LIVE_STREAM, alice.publicKey(), stream.streamId(), List.of());
    Event chat =
        alice.sign(
            ChatMessage.to(address)
                .text(":soap:", Instant.now())
                .with(Tag.of("emoji", "soap", url("/soap"))));
    publish(chat);
    assertThat(send("GET", "/emoji/" + chat.id().hex() + "/soap").body()).isEqualTo(PNG);
    assertThat(status("/emoji/" + chat.id().hex() + "/soup")).isEqualTo(404);
  }

  @Test
  void whatever_else_is_asked_for_is_not_there() throws Exception {
    hosted.put("/svg", SamplePictures.svg());
    String hex = "0".repeat(64);
    for (String path :
        List.of(
            pictureOf(url("/svg")),
            pictureOf("http://127.0.0.1:1/closed"),
            "/picture/" + hex,
            "/picture/" + "f".repeat(64),
            "/picture/" + alice.publicKey().npub(),
            "/picture/" + hex.substring(1),
            "/picture/" + "A".repeat(64),
            "/picture/x",
            "/picture/%00",
            "/picture/%ff%fe",
            "/picture/..%2f..%2fetc%2fpasswd",
            "/picture/http%3A%2F%2F127.0.0.1%2Fa",
            "/emoji/" + hex + "/soap",
            "/emoji/x/soap",
            "/emoji/" + hex + "/%00",
            "/emoji/" + hex + "/:soap:",
            "/poster/x",
            "/poster/%00",
            "/poster/" + "x".repeat(1_000),
            "/poster/https%3A%2F%2Fexample.com%2Fa")) {
      HttpResponse<byte[]> got = send("GET", path);
      assertThat(got.statusCode()).as(path).isEqualTo(404);
      assertThat(header(got, "Cache-Control")).isEqualTo("public, max-age=60");
      assertThat(header(got, "X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(new String(got.body(), StandardCharsets.UTF_8))
          .as("the same for all")
          .isEqualTo("There is no such picture.\n");
      assertThat(send("HEAD", path).statusCode()).as(path).isEqualTo(404);
    }
    for (String path :
        List.of("/picture", "/picture/", "/picture/" + hex + "/x", "/emoji/" + hex)) {
      assertThat(status(path)).as(path).isEqualTo(404);
    }
  }

  @Test
  void what_is_not_there_in_a_moment_is_to_be_asked_for_again() throws Exception {
    String slow = pictureOf(url("/held"));
    for (String method : List.of("GET", "HEAD")) {
      HttpResponse<byte[]> later = once(method, slow);
      assertThat(later.statusCode()).isEqualTo(503);
      assertThat(header(later, "Retry-After")).isEqualTo("2");
      assertThat(header(later, "Cache-Control")).isEqualTo("no-store");
    }
    goOn.countDown();
    assertThat(send("GET", slow).body()).isEqualTo(PNG);
    assertThat(asked).hasValue(1);
  }

  @Test
  void who_asks_too_often_hears_when_to_come_again() throws Exception {
    restart("anywhere", 3);
    for (int i = 0; i < 3; i++) {
      assertThat(status("/poster/x")).isEqualTo(404);
    }
    HttpResponse<byte[]> refused = send("HEAD", "/poster/x");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(header(refused, "Retry-After")).isNotEmpty();
  }

  @Test
  void nothing_is_fetched_from_ones_own_network_unless_asked_to_nor_where_that_is_off()
      throws Exception {
    String path = pictureOf(alice, url("/a"));
    for (String fetch : List.of("public", "off")) {
      restart(fetch, 3_000);
      assertThat(status(path)).as(fetch).isEqualTo(404);
    }
    assertThat(asked).hasValue(0);
  }
}
