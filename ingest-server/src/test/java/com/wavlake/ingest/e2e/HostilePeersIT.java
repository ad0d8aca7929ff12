package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.wavlake.ingest.Generator;
import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that stand in the door, stall, or talk nonsense; and a stream that must not notice. */
@Timeout(120)
final class HostilePeersIT extends MediaTestBase {

  private Socket connect(int port, String from) throws IOException {
    Socket socket = closing(new Socket());
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    return socket;
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> !t.isDaemon() && !t.getName().startsWith("vert.x-worker"))
        .count();
  }

  @Test
  void two_hundred_connections_that_never_authenticate_keep_nobody_out() throws Exception {
    IngestServer server = server();
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    for (int i = 0; i < 200; i++) {
      connect(server.rtmpPort(), "127.0.0.1").setTcpNoDelay(true);
    }
    for (int i = 0; i < 100; i++) { // and from elsewhere, as far as the handshake
      Socket one = connect(server.rtmpPort(), "127.0.1." + (1 + i % 50));
      one.getOutputStream().write(new byte[] {3});
      one.getOutputStream().write(new byte[1536]);
    }
    RtmpPublisher encoder = publish(server.rtmpUrl(), stream);
    HlsValidator validator = HlsValidator.follow(stream.hlsPlayback());
    Clip.send(encoder, 0, 3_000);
    await().until(() -> get(stream.hlsPlayback()).statusCode() == 200);
    for (int i = 0; i < 100; i++) { // while it is live
      connect(server.rtmpPort(), "127.0.0.1").setTcpNoDelay(true);
    }
    Clip.send(encoder, 3_000, 6_100);
    client.stop(stream.streamId());
    assertThat(validator.problems(TIMEOUT)).isEmpty();
    assertThat(metric(server, "wlk_rtmp_connections")).isLessThanOrEqualTo(64 + 100);
    await().atMost(Duration.ofSeconds(15)).until(() -> metric(server, "wlk_rtmp_connections") == 0);
  }

  @Test
  void a_viewer_that_does_not_read_costs_nobody_anything() throws Exception {
    IngestServer server = server("hls.window=60s");
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    RtmpPublisher encoder = publish(server.rtmpUrl(), stream);
    Clip.send(encoder, 0, 8_100);
    await().until(() -> get(stream.hlsPlayback()).statusCode() == 200);
    String media = mediaUrl(stream);
    String segment = URI.create(media).resolve(uris(playlist(media)).getFirst()).getPath();
    for (int i = 0; i < 50; i++) {
      Socket stalled = connect(server.httpPort(), "127.0.0.1");
      stalled.setReceiveBufferSize(4_096);
      for (int j = 0; j < 20; j++) { // pipelined, and never read
        stalled
            .getOutputStream()
            .write(
                ("GET " + segment + " HTTP/1.1\r\nHost: x\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
      }
    }
    HlsValidator validator = HlsValidator.follow(stream.hlsPlayback());
    Clip.send(encoder, 8_100, 14_100);
    await().until(() -> validator.segments() >= 6);
    client.stop(stream.streamId());
    assertThat(validator.problems(TIMEOUT)).isEmpty();
  }

  @Test
  void who_has_gone_makes_room_even_after_a_websocket() throws Exception {
    IngestServer server = server("limits.http-connections=40"); // 11 of one address
    for (int i = 0; i < 60; i++) {
      Socket socket = connect(server.httpPort(), "127.0.0.9");
      socket
          .getOutputStream()
          .write(
              String.join(
                      "\r\n",
                      "GET /relay HTTP/1.1",
                      "Host: x",
                      "Upgrade: websocket",
                      "Connection: Upgrade",
                      "Sec-WebSocket-Version: 13",
                      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                      "",
                      "")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(5_000);
      byte[] answer = socket.getInputStream().readNBytes(12);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).as("%s", i).endsWith("101");
      socket.close();
      if (i % 8 == 7) {
        await().until(() -> metric(server, "wlk_relay_clients") == 0);
      }
    }
    Socket[] many = new Socket[30];
    for (int i = 0; i < many.length; i++) {
      many[i] = connect(server.httpPort(), "127.0.0.10");
    }
    int open = 0;
    for (Socket one : many) {
      one.setSoTimeout(300);
      try {
        open += one.getInputStream().read() < 0 ? 0 : 1;
      } catch (SocketTimeoutException e) {
        open++;
      } catch (SocketException e) {
        assertThat(e).hasMessageContaining("reset");
      }
    }
    assertThat(open).as("of one address").isEqualTo(11);
  }

  @Test
  void nonsense_on_every_port_is_answered_or_hung_up_on() throws Exception {
    IngestServer server = server();
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    RtmpPublisher encoder = publish(server.rtmpUrl(), stream);
    Clip.send(encoder, 0, 5_000);
    await().until(() -> get(stream.hlsPlayback()).statusCode() == 200);
    long before = threads();
    String media = mediaUrl(stream);
    Generator.forAll(
        300,
        random -> {
          try (Socket rtmp = connect(server.rtmpPort(), "127.0.0." + (2 + random.below(200)))) {
            OutputStream out = rtmp.getOutputStream();
            if (random.below(2) == 0) {
              out.write(3);
              out.write(new byte[2 * 1536]);
            }
            out.write(random.bytes(random.below(3_000)));
            rtmp.shutdownOutput();
            rtmp.setSoTimeout(5_000);
            InputStream in = rtmp.getInputStream();
            while (in.read(new byte[4_096]) >= 0) {
              // until it hangs up
            }
          } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
          }
          String query = nonsense(random, "_HLS_msn=part&skip0123456789YES%v2-", 40);
          int status = raw(server, URI.create(media).getRawPath() + "?" + query);
          assertThat(status).as(query).isIn(200, 400, 503);
          String path = nonsense(random, "abcdef0123456789/.m4s-init3u8%2e?", 30);
          int other = raw(server, "/live/" + stream.streamId() + "/" + path);
          assertThat(other).as(path).isIn(200, 400, 404);
          assertThat(raw(server, "/vod/" + path)).as(path).isIn(200, 400, 404);
        });
    assertThat(get(stream.hlsPlayback()).statusCode()).isEqualTo(200);
    assertThat(client.status(stream.streamId()).connectionState()).isEqualTo("connected");
    assertThat(threads()).isLessThanOrEqualTo(before + 2);
  }

  private static String nonsense(Generator random, String letters, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.below(most); i > 0; i--) {
      text.append(letters.charAt(random.below(letters.length())));
    }
    return text.toString();
  }

  /** Past everything that a client library would forbid. */
  private static int raw(IngestServer server, String target) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.httpPort())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
      byte[] head = socket.getInputStream().readNBytes(12);
      return Integer.parseInt(new String(head, 9, 3, StandardCharsets.US_ASCII));
    }
  }

  private static double metric(IngestServer server, String name) throws Exception {
    return get("http://127.0.0.1:" + server.adminPort() + "/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }
}
