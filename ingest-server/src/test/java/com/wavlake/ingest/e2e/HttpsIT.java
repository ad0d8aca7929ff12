package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.ConfigException;
import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.FlvTag;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.Nip98;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.vertx.core.impl.buffer.VertxByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP and WebSocket within TLS, and peers there that do not mean it. */
@Timeout(60)
final class HttpsIT extends MediaTestBase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HANDSHAKE_SECONDS = 10;
  private static final int STALLED = 40;

  private Path cert() {
    return directory.resolve("cert.pem");
  }

  private Path key() {
    return directory.resolve("key.pem");
  }

  private IngestServer secured(String... more) throws IOException {
    List<String> settings =
        new ArrayList<>(List.of("https.port=0", "tls.cert=" + cert(), "tls.key=" + key()));
    settings.addAll(List.of(more));
    return server(settings.toArray(String[]::new));
  }

  private HttpClient browser(X509Certificate trusted) throws Exception {
    return closing(
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(SelfSigned.trusting(trusted))
            .build());
  }

  private static HttpResponse<byte[]> get(HttpClient browser, String url) throws Exception {
    return browser.send(
        HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray());
  }

  private JsonNode post(HttpClient browser, String http, String path, String body)
      throws Exception {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(http + path))
            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
            .header(
                "Authorization",
                Nip98.authorization(streamer, "POST", http + path, bytes, Instant.now()))
            .build();
    HttpResponse<String> answer = browser.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return JSON.readTree(answer.body());
  }

  private Socket connect(int port) throws IOException {
    Socket socket = closing(new Socket());
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    socket.setSoTimeout(5_000);
    return socket;
  }

  private static String commonName(X509Certificate trusted, int port) throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            SelfSigned.trusting(trusted).getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .getSubjectX500Principal()
          .getName();
    }
  }

  /** The first text that a relay says. */
  private static final class FirstText implements WebSocket.Listener {
    final CompletableFuture<String> text = new CompletableFuture<>();
    private final StringBuilder begun = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      begun.append(part);
      if (last) {
        text.complete(begun.toString());
      }
      socket.request(1);
      return CompletableFuture.completedStage(null);
    }
  }

  @Test
  void api_hls_recordings_and_relay_answer_within_tls_and_in_the_clear_beside_it()
      throws Exception {
    HttpClient browser = browser(SelfSigned.write("server", cert(), key()));
    IngestServer server = secured("recording.mode=always", "hls.window=60s");
    String http = server.httpUrl();
    assertThat(http).isEqualTo("https://127.0.0.1:" + server.httpsPort());
    JsonNode stream =
        post(browser, http, "/api/v1/streams/create", "{\"title\":\"Test\",\"category\":\"test\"}");
    String id = stream.path("stream_id").asText();
    RtmpPublisher encoder =
        closing(
            RtmpPublisher.publish(server.rtmpUrl(), stream.path("stream_key").asText(), TIMEOUT));
    Clip.begin(encoder);
    Clip.send(encoder, 0, 3_000);
    byte[] large = new byte[1 << 20]; // goes out in pieces
    new Random(1).nextBytes(large);
    encoder.send(
        new FlvTag(9, 3_000, ByteBuffer.wrap(large).put(0, new byte[] {0x17, 1, 0, 0, 0})));
    Clip.send(encoder, 3_010, 8_100);
    String master = http + "/live/" + id + ".m3u8";
    await().until(() -> get(browser, master).statusCode() == 200);
    HttpResponse<byte[]> playlist = get(browser, master);
    assertThat(playlist.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    URI media = URI.create(master).resolve(firstUri(playlist.body()));
    await().until(() -> segments(browser, media).size() >= 3);
    String plain = "http://127.0.0.1:" + server.httpPort();
    int largest = 0;
    for (String segment : segments(browser, media)) {
      URI uri = media.resolve(segment);
      byte[] secret = get(browser, uri.toString()).body();
      largest = Math.max(largest, secret.length);
      assertThat(bytes(plain + uri.getRawPath()).body())
          .as("the same beside it, in the clear")
          .isEqualTo(secret);
    }
    assertThat(largest).isGreaterThan(large.length);

    post(browser, http, "/api/v1/streams/" + id + "/start", "");
    post(browser, http, "/api/v1/streams/" + id + "/stop", "");
    String vod = http + "/vod/" + id + ".m3u8";
    await().until(() -> text(get(browser, vod).body()).contains("#EXT-X-ENDLIST"));
    URI recorded = URI.create(vod).resolve(firstUri(get(browser, vod).body()));
    assertThat(get(browser, recorded.toString()).body()).hasSizeGreaterThan(1_000);

    FirstText relay = new FirstText();
    assertThat(server.relayUrl()).startsWith("wss://127.0.0.1:");
    WebSocket socket =
        browser.newWebSocketBuilder().buildAsync(URI.create(server.relayUrl()), relay).join();
    assertThat(relay.text.get(10, TimeUnit.SECONDS)).startsWith("[\"AUTH\",");
    socket.abort();
  }

  private static List<String> segments(HttpClient browser, URI media) throws Exception {
    return uris(MediaPlaylist.parse(text(get(browser, media.toString()).body())));
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static String firstUri(byte[] playlist) {
    return text(playlist).lines().filter(l -> !l.startsWith("#")).findFirst().orElseThrow();
  }

  @Test
  void a_renewed_certificate_is_shown_to_the_next_connection_and_a_broken_one_to_nobody()
      throws Exception {
    X509Certificate first = SelfSigned.write("first", cert(), key());
    IngestServer server = secured();
    int port = server.httpsPort();
    HttpClient browser = browser(first);
    String time = server.httpUrl() + "/api/v1/time";
    assertThat(get(browser, time).statusCode()).isEqualTo(200);

    String oldKey = Files.readString(key());
    X509Certificate second = SelfSigned.write("second", "RSA", cert(), key());
    String newKey = Files.readString(key());
    Files.writeString(key(), oldKey); // half of it is there
    touch(cert(), 5);
    assertThat(commonName(first, port)).isEqualTo("CN=first");
    Files.writeString(key(), newKey);
    touch(key(), 6);
    await()
        .ignoreExceptions() // not the one that is trusted yet
        .untilAsserted(() -> assertThat(commonName(second, port)).isEqualTo("CN=second"));
    assertThat(get(browser, time).statusCode()).as("who is connected stays so").isEqualTo(200);
    assertThatThrownBy(() -> get(browser(first), time)).isInstanceOf(SSLException.class);

    Files.writeString(cert(), "broken");
    touch(cert(), 9);
    assertThat(commonName(second, port)).as("what was right before stays").isEqualTo("CN=second");
  }

  private static void touch(Path file, int secondsFromNow) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(secondsFromNow)));
  }

  @Test
  void who_does_not_speak_tls_is_hung_up_on_and_does_no_harm() throws Exception {
    HttpClient browser = browser(SelfSigned.write("server", cert(), key()));
    IngestServer server = secured();
    for (String words :
        List.of("GET /api/v1/time HTTP/1.1\r\nHost: x\r\n\r\n", "\u0003\u0000\u0000", "\u0016")) {
      Socket socket = connect(server.httpsPort());
      socket.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      assertThat(everything(socket)).as(words).doesNotContain("HTTP/1.1 200");
    }
    assertThat(get(browser, server.httpUrl() + "/api/v1/time").statusCode()).isEqualTo(200);
  }

  private static String everything(Socket socket) throws IOException {
    try (InputStream in = socket.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
      return "";
    }
  }

  @Test
  void who_says_nothing_is_counted_at_once_and_dropped_in_time() throws Exception {
    HttpClient browser = browser(SelfSigned.write("server", cert(), key()));
    IngestServer server = secured("limits.http-connections=40"); // 11 of one address
    long begin = System.nanoTime();
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      silent.add(connect(server.httpsPort()));
    }
    int open = 0;
    for (Socket one : silent) {
      one.setSoTimeout(300);
      open += isOpen(one) ? 1 : 0;
    }
    assertThat(open).as("of one address").isEqualTo(11);
    for (Socket one : silent) {
      one.setSoTimeout((HANDSHAKE_SECONDS + 5) * 1_000);
      assertThat(isOpen(one)).as("after the time for a handshake").isFalse();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isGreaterThan(Duration.ofSeconds(HANDSHAKE_SECONDS - 1));
    await()
        .ignoreExceptions()
        .until(() -> get(browser, server.httpUrl() + "/api/v1/time").statusCode() == 200);
  }

  private static boolean isOpen(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
      return false;
    }
  }

  @Test
  void a_viewer_that_does_not_read_has_no_more_than_a_piece_encrypted_for_it() throws Exception {
    X509Certificate certificate = SelfSigned.write("server", cert(), key());
    HttpClient browser = browser(certificate);
    IngestServer server = secured("hls.window=60s");
    JsonNode stream =
        post(
            browser,
            server.httpUrl(),
            "/api/v1/streams/create",
            "{\"title\":\"Test\",\"category\":\"test\"}");
    RtmpPublisher encoder =
        closing(
            RtmpPublisher.publish(server.rtmpUrl(), stream.path("stream_key").asText(), TIMEOUT));
    Clip.begin(encoder);
    Clip.send(encoder, 0, 3_000);
    byte[] large = new byte[4 << 20];
    encoder.send(
        new FlvTag(9, 3_000, ByteBuffer.wrap(large).put(0, new byte[] {0x17, 1, 0, 0, 0})));
    Clip.send(encoder, 3_010, 8_100);
    String master = server.httpUrl() + "/live/" + stream.path("stream_id").asText() + ".m3u8";
    await().until(() -> get(browser, master).statusCode() == 200);
    URI media = URI.create(master).resolve(firstUri(get(browser, master).body()));
    await().until(() -> segments(browser, media).size() >= 3);
    String largest = "";
    for (String segment : segments(browser, media)) {
      String path = media.resolve(segment).getRawPath();
      String plain = "http://127.0.0.1:" + server.httpPort() + path;
      largest = bytes(plain).body().length > large.length ? path : largest;
    }
    assertThat(largest).isNotEmpty();

    ByteBufAllocatorMetric buffers =
        ((ByteBufAllocatorMetricProvider) VertxByteBufAllocator.POOLED_ALLOCATOR).metric();
    long before = buffers.usedDirectMemory() + buffers.usedHeapMemory();
    for (int i = 0; i < STALLED; i++) {
      Socket socket = closing(new Socket());
      socket.setReceiveBufferSize(4_096);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.httpsPort()), 5_000);
      SSLSocket stalled =
          (SSLSocket)
              SelfSigned.trusting(certificate)
                  .getSocketFactory()
                  .createSocket(socket, "127.0.0.1", server.httpsPort(), true);
      stalled
          .getOutputStream()
          .write(
              ("GET " + largest + " HTTP/1.1\r\nHost: x\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(stalled.getInputStream().read()).isEqualTo('H'); // TTP, and no more
    }
    long more = buffers.usedDirectMemory() + buffers.usedHeapMemory() - before;
    assertThat(more)
        .as("of %s: %s", STALLED * (long) large.length, more)
        .isLessThan(STALLED * (512L << 10));
  }

  @Test
  void what_is_missing_or_taken_is_named_at_the_start() throws Exception {
    assertThatThrownBy(() -> server("https.port=0"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tls.cert: needed for https.port");
    SelfSigned.write("server", cert(), key());
    IngestServer first = secured();
    assertThatThrownBy(() -> secured("https.port=" + first.httpsPort()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("HTTPS port " + first.httpsPort());
    assertThat(server().httpsPort()).as("none").isEqualTo(-1);
  }
}
