package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.Nip98;
import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What strangers try; docs/security.md names these tests. */
@Timeout(90)
final class SecurityIT extends MediaTestBase {

  /** What a raw request gets. */
  private static String raw(IngestServer server, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.httpPort())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      byte[] piece = new byte[4_096];
      for (int read = in.read(piece); read > 0; read = in.read(piece)) {
        answer.write(piece, 0, read);
      }
      return answer.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** The head of what a raw request gets. */
  private static String head(IngestServer server, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.httpPort())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return head(socket.getInputStream());
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      head.append((char) c);
      if (c == '\n' && head.indexOf("\r\n\r\n") >= 0) {
        break;
      }
    }
    return head.toString();
  }

  private static String get(IngestServer server, String path, String... headers)
      throws IOException {
    return raw(
        server,
        "GET "
            + path
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + String.join("", headers)
            + "\r\n");
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  private static String upgrade(String more) {
    return lines(
            "GET /relay HTTP/1.1",
            "Host: x",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
        + more
        + "\r\n";
  }

  @Test
  void no_path_leads_out_of_where_it_belongs() throws Exception {
    IngestServer server = server("recording.mode=always", "data.dir=" + directory.resolve("data"));
    Files.writeString(directory.resolve("data/secret.m3u8"), "geheim");
    Files.writeString(directory.resolve("data/recordings/secret.mp4"), "geheim");
    for (String prefix : List.of("/live/", "/vod/", "/thumb/", "/api/v1/streams/", "/")) {
      for (String way :
          List.of(
              "../secret.m3u8",
              "..%2fsecret.m3u8",
              "%2e%2e/secret.m3u8",
              "..\\secret.m3u8",
              "....//secret.m3u8",
              "x/../../secret.m3u8",
              "x/..%2f..%2fwlk.db",
              "../wlk.db",
              "%2fetc%2fpasswd",
              "secret.mp4",
              "../recordings/secret.mp4",
              "secret.m3u8%00.mp4",
              "/etc/passwd")) {
        String answer = get(server, prefix + way);
        assertThat(answer)
            .as(prefix + way)
            .startsWith("HTTP/1.1 4")
            .doesNotContain("geheim", "root:", "SQLite format");
      }
    }
  }

  @Test
  void no_header_can_be_smuggled_into_an_answer() throws Exception {
    IngestServer server =
        server(
            "hooks.secret=abcdefghijklmnop",
            "hooks.playback-url=http://x/{id}",
            "rtmp.public-url=rtmp://x/live");
    for (String path :
        List.of(
            "/api/v1/live?x=%0d%0aSet-Cookie:%20a=b",
            "/live/x%0d%0aSet-Cookie:%20a=b.m3u8",
            "/%0d%0aSet-Cookie:a=b",
            "/relay%0aSet-Cookie:a=b")) {
      assertThat(get(server, path).toLowerCase(Locale.ROOT)).doesNotContain("set-cookie");
    }
    String form = "call=publish&clientid=1&addr=x&name=x%0d%0aSet-Cookie:a=b";
    String answer =
        raw(
            server,
            "POST /hooks/abcdefghijklmnop/nginx-rtmp HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Content-Length: "
                + form.length()
                + "\r\n\r\n"
                + form);
    assertThat(answer).startsWith("HTTP/1.1 403").doesNotContain("Set-Cookie");
    assertThat(
            raw(
                server,
                lines(
                    "GET /api/v1/time HTTP/1.1",
                    "Host: x",
                    "Content-Length: 5",
                    "Transfer-Encoding: chunked",
                    "Connection: close",
                    "",
                    "0",
                    "",
                    "GET /api/v1/info HTTP/1.1",
                    "Host: x",
                    "")))
        .as("one request is one")
        .doesNotContain("api_url");
  }

  @Test
  void bodies_have_a_limit_however_they_come() throws Exception {
    IngestServer server = server();
    String chunk = "ffff\r\n" + "x".repeat(0xffff) + "\r\n";
    for (String tooMuch :
        List.of(
            "POST /api/v1/streams/create HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk.repeat(40),
            "GET /" + "x".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /api/v1/time HTTP/1.1\r\nHost: x\r\nX-Long: "
                + "y".repeat(100_000)
                + "\r\n\r\n")) {
      try {
        assertThat(head(server, tooMuch)).containsPattern("^(HTTP/1.[01] 4(13|14|31) |$)");
      } catch (SocketException e) {
        assertThat(e).as("it hung up before all was said").hasMessageContaining("reset");
      }
    }
    assertThat(get(server, "/api/v1/time")).startsWith("HTTP/1.1 200");
  }

  @Test
  void nothing_that_is_sent_is_unpacked() throws Exception {
    IngestServer server = server();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[50 << 20]);
    }
    assertThat(packed.size()).isLessThan(60 << 10);
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(server.httpUrl() + "/api/v1/streams/create"))
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as("signed over the bytes as they came").isEqualTo(401);
    String upgrade =
        head(
            server,
            upgrade("Sec-WebSocket-Extensions: permessage-deflate, x-webkit-deflate-frame\r\n"));

    assertThat(upgrade).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("extensions");
  }

  @Test
  void who_suspends_a_publisher_has_them_off_air_and_kept_out() throws Exception {
    KeySigner admin = KeySigner.of(SecretKey.generate());
    IngestServer server = server("access.admins=" + admin.publicKey().npub());
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    RtmpPublisher encoder = publish(server.rtmpUrl(), stream);
    await().until(() -> client.start(stream.streamId()).status().equals("live"));
    String path = "/api/v1/admin/publishers/" + streamer.publicKey().npub();
    assertThat(signed(server.httpUrl(), "PUT", path, "{\"status\":\"suspended\"}").statusCode())
        .as("not by themselves")
        .isEqualTo(403);
    byte[] body = "{\"status\":\"suspended\",\"note\":\"spam\"}".getBytes(StandardCharsets.UTF_8);
    HttpResponse<String> done =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(server.httpUrl() + path))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
                .header(
                    "Authorization",
                    Nip98.authorization(admin, "PUT", server.httpUrl() + path, body, Instant.now()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    assertThat(client.status(stream.streamId()).status()).isEqualTo("ended");
    encoder.close();
    assertThatThrownBy(() -> create(client)).hasMessageContaining("suspended");
    assertThatThrownBy(() -> publish(server.rtmpUrl(), stream)).isInstanceOf(PublishRefused.class);
  }

  @Test
  void relay_clients_of_one_address_are_counted() throws Exception {
    IngestServer server = server("relay.connections-per-address=3");
    List<WebSocket> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      open.add(socket(server));
    }
    assertThatThrownBy(() -> socket(server)).isInstanceOf(CompletionException.class);
    open.getFirst().abort();
    await().ignoreExceptions().until(() -> open.add(socket(server)));
    open.forEach(WebSocket::abort);
  }

  private static WebSocket socket(IngestServer server) {
    return HTTP.newWebSocketBuilder()
        .buildAsync(URI.create(server.relayUrl()), new WebSocket.Listener() {})
        .join();
  }

  @Test
  void a_relay_client_that_does_not_read_is_dropped_and_costs_nobody_anything() throws Exception {
    IngestServer server = server("relay.policy=open", "relay.events-per-minute=100000");
    try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), server.httpPort())) {
      idle.setReceiveBufferSize(4_096);
      idle.getOutputStream().write(upgrade("").getBytes(StandardCharsets.US_ASCII));
      assertThat(head(idle.getInputStream())).startsWith("HTTP/1.1 101");
      idle.getOutputStream()
          .write(masked(new ClientMessage.Req("all", List.of(Filter.any())).toJson()));
      RawRelayClient writer = closing(RawRelayClient.connect(server.relayUrl()));
      assertThat(writer.challenge()).isNotEmpty();
      long before = System.nanoTime();
      String big = "x".repeat(60_000);
      Event event = null;
      boolean dropped = false;
      for (int i = 0; i < 2_000 && !dropped; i++) { // 120 MB: more than the bound and the kernel
        event =
            streamer.sign(
                new EventTemplate(Instant.now().getEpochSecond(), 20_001, List.of(), i + big));
        writer.send(new ClientMessage.Publish(event).toJson());
        assertThat(writer.next().path(2).asBoolean()).isTrue();
        dropped = i % 50 == 49 && clients(server) == 1;
      }
      assertThat(dropped).as("the idle one is gone").isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(60));
    }
  }

  private static int clients(IngestServer server) throws IOException, InterruptedException {
    String metrics = get("http://127.0.0.1:" + server.adminPort() + "/metrics").body();
    return (int)
        Double.parseDouble(
            metrics
                .lines()
                .filter(line -> line.startsWith("wlk_relay_clients "))
                .findFirst()
                .orElseThrow()
                .split(" ", -1)[1]);
  }

  /** A short text frame as clients send it, with a mask of zeros. */
  private static byte[] masked(String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    byte[] frame = new byte[6 + payload.length];
    frame[0] = (byte) 0x81;
    frame[1] = (byte) (0x80 | payload.length);
    System.arraycopy(payload, 0, frame, 6, payload.length);
    return frame;
  }

  @Test
  void the_data_directory_is_for_its_owner_alone() throws Exception {
    Path data = directory.resolve("mine");
    var _ = server("data.dir=" + data);
    assertThat(Files.getPosixFilePermissions(data)).hasSize(3);
  }
}
