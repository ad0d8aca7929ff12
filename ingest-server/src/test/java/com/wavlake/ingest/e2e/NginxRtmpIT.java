package com.wavlake.ingest.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A real nginx with its rtmp module takes a real encoder in, and this server is who it asks. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
final class NginxRtmpIT extends MediaTestBase {
  private static final Path NGINX = Path.of("/usr/sbin/nginx");
  private static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_rtmp_module.so");
  private static final String SECRET = "a-secret-between-engines";
  private static final Duration LONG = Duration.ofSeconds(20);

  private int rtmpPort;
  private int webPort;
  private int encoders;

  @BeforeEach
  void ports() throws IOException {
    assumeTrue(
        Files.isExecutable(NGINX) && Files.isReadable(MODULE),
        "nginx with its rtmp module is not here: nginx-light, libnginx-mod-rtmp");
    rtmpPort = freePort();
    webPort = freePort();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private String[] settings(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "hooks.secret=" + SECRET,
                "hooks.playback-url=http://127.0.0.1:" + webPort + "/hls/{id}.m3u8",
                "rtmp.public-url=rtmp://127.0.0.1:" + rtmpPort + "/live",
                "hooks.silence=5s",
                "grace.stopped=2s",
                "grace.lost=3s"));
    settings.addAll(List.of(more));
    return settings.toArray(String[]::new);
  }

  /** As in docs/hooks.md, in one process, so that its id is all there is to end. */
  private Process nginx(int hookPort, Duration update) throws IOException {
    Path home = Files.createDirectories(directory.resolve("nginx"));
    Path hls = Files.createDirectories(directory.resolve("hls"));
    String hook = "127.0.0.1:" + hookPort + "/hooks/" + SECRET + "/nginx-rtmp";
    Path config = home.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        load_module %1$s;
        daemon off;
        master_process off;
        pid %2$s/pid;
        error_log %2$s/error.log info;
        events { worker_connections 128; }
        rtmp {
          access_log off;
          server {
            listen 127.0.0.1:%4$d;
            notify_method post;
            application live {
              live on;
              on_publish http://%6$s;
              on_publish_done http://%6$s;
              on_update http://127.0.0.1:%5$d/update;
              notify_update_timeout %7$dms;
              push rtmp://127.0.0.1:%4$d/packaged;
            }
            application packaged {
              live on;
              hls on;
              hls_path %3$s;
              hls_fragment 1s;
              hls_playlist_length 10s;
              allow publish 127.0.0.1;
              deny publish all;
              deny play all;
            }
          }
        }
        http {
          access_log off;
          client_body_temp_path %2$s/body;
          proxy_temp_path %2$s/proxy;
          server {
            listen 127.0.0.1:%5$d;
            location /hls/ { alias %3$s/; }
            location /control { rtmp_control all; }
            location = /update {
              proxy_pass http://%6$s;
              proxy_intercept_errors on;
              error_page 500 502 503 504 = @away;
            }
            location @away { return 204; }
          }
        }
        """
            .formatted(MODULE, home, hls, rtmpPort, webPort, hook, update.toMillis()));
    Process nginx =
        new ProcessBuilder(
                NGINX.toString(),
                "-e",
                home.resolve("error.log").toString(),
                "-p",
                home.toString(),
                "-c",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("out").toFile())
            .start();
    closing(() -> nginx.destroyForcibly().waitFor());
    await()
        .atMost(TIMEOUT)
        .until(() -> {
          assertThat(nginx.isAlive()).as(Files.readString(home.resolve("out"))).isTrue();
          try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), rtmpPort)) {
            return true;
          } catch (IOException e) {
            return false;
          }
        });
    return nginx;
  }

  private Process encode(String name) throws IOException {
    Path log = directory.resolve("encoder-" + encoders++ + ".log");
    Process encoder =
        Ffmpeg.start(
            log, Ffmpeg.flashAndBeep(60, "rtmp://127.0.0.1:" + rtmpPort + "/live/" + name));
    closing(() -> encoder.destroyForcibly().waitFor());
    return encoder;
  }

  private static String key(CreatedStream stream) {
    return stream.streamKey().orElseThrow().reveal();
  }

  private static void awaitState(ManagementClient client, CreatedStream stream, String state) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> {
          var now = client.status(stream.streamId());
          assertThat(now.status() + " " + now.connectionState()).isEqualTo(state);
        });
  }

  private static void awaitPlaylist(CreatedStream stream) {
    await()
        .atMost(LONG)
        .until(() -> {
          var playlist = get(stream.hlsPlayback());
          return playlist.statusCode() == 200 && playlist.body().contains(".ts");
        });
  }

  private List<StreamEvent> follow(ManagementClient client, CreatedStream stream) {
    List<StreamEvent> heard = new CopyOnWriteArrayList<>();
    Thread following =
        Thread.startVirtualThread(() -> {
          try {
            client.follow(stream.streamId(), heard::add);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    closing(() -> {
      following.interrupt();
      following.join();
    });
    return heard;
  }

  private static boolean heardConnection(List<StreamEvent> heard, String state) {
    return heard.stream()
        .anyMatch(event ->
            event instanceof StreamEvent.Connection connection
                && (connection.status() + " " + connection.connectionState()).equals(state));
  }

  private static StreamEvent last(List<StreamEvent> heard, Class<? extends StreamEvent> type) {
    return heard.stream()
        .filter(type::isInstance)
        .reduce((_, later) -> later)
        .orElseThrow(() -> new AssertionError("no " + type.getSimpleName()));
  }

  @Test
  void an_encoder_at_nginx_lives_the_life_of_one_here() throws Exception {
    IngestServer server = server(settings());
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    nginx(server.httpPort(), Duration.ofSeconds(1));
    assertThat(stream.hlsPlayback())
        .isEqualTo("http://127.0.0.1:" + webPort + "/hls/" + stream.streamId() + ".m3u8");
    List<StreamEvent> heard = follow(client, stream);

    Process wrong = encode("wlk_live_00000000000000000000000000000000");
    assertThat(wrong.waitFor(10, TimeUnit.SECONDS)).as("it is refused").isTrue();
    assertThat(wrong.exitValue()).isNotZero();

    Process encoder = encode(key(stream));
    awaitState(client, stream, "created connected");
    awaitPlaylist(stream);
    await()
        .atMost(LONG)
        .until(() -> heard.stream().anyMatch(StreamEvent.FirstSegment.class::isInstance));
    assertThat(heardConnection(heard, "created connected")).isTrue();
    client.start(stream.streamId());
    awaitState(client, stream, "live connected");
    assertThat(get(stream.hlsPlayback()).body()).doesNotContain(key(stream));
    try (Stream<Path> files = Files.list(directory.resolve("hls"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .isNotEmpty()
          .allMatch(name -> name.startsWith(stream.streamId()));
    }

    await()
        .atMost(LONG)
        .untilAsserted(() ->
            assertThat(heard.lastIndexOf(last(heard, StreamEvent.Health.class)))
                .isGreaterThan(heard.indexOf(last(heard, StreamEvent.FirstSegment.class))));
    assertThat(((StreamEvent.Health) last(heard, StreamEvent.Health.class)).warnings())
        .as("its media is not known here")
        .isEmpty();

    encoder.destroyForcibly().waitFor();
    awaitState(client, stream, "ended ended");
    assertThat(heardConnection(heard, "reconnecting reconnecting")).isTrue();
    await().until(() -> heard.stream().anyMatch(StreamEvent.Ended.class::isInstance));
  }

  @Test
  void a_new_key_and_a_stop_cut_the_encoder_off_at_the_next_update() throws Exception {
    IngestServer server = server(settings("grace.lost=60s", "grace.stopped=60s"));
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    nginx(server.httpPort(), Duration.ofSeconds(1));
    Process first = encode(key(stream));
    awaitState(client, stream, "created connected");
    client.start(stream.streamId());
    String next = client.rotateKey(stream.streamId()).reveal();
    assertThat(first.waitFor(10, TimeUnit.SECONDS)).as("the old key's encoder").isTrue();
    awaitState(client, stream, "reconnecting reconnecting");

    Process second = encode(stream.streamId() + "?key=" + next); // the other way to name it
    awaitState(client, stream, "live connected");
    assertThat(second.waitFor(2, TimeUnit.SECONDS)).as("it is let be").isFalse();
    client.stop(stream.streamId());
    assertThat(second.waitFor(10, TimeUnit.SECONDS)).as("the stopped stream's encoder").isTrue();
    Process third = encode(next);
    assertThat(third.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(client.status(stream.streamId()).status()).isEqualTo("ended");
  }

  @Test
  void a_server_in_trouble_does_not_end_an_encoder() throws Exception {
    AtomicInteger updates = new AtomicInteger();
    HttpServer trouble =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    trouble.createContext(
        "/",
        exchange -> {
          String call = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          boolean update = call.contains("call=update");
          exchange.sendResponseHeaders(
              update ? List.of(500, 503).get(updates.getAndIncrement() % 2) : 200, -1);
          exchange.close();
        });
    trouble.start();
    closing(() -> trouble.stop(0));
    nginx(trouble.getAddress().getPort(), Duration.ofMillis(500));
    Process encoder = encode("any");
    await().atMost(LONG).until(() -> updates.get() >= 4);
    assertThat(encoder.isAlive()).isTrue();
  }

  @Test
  void nginxs_control_cuts_off_at_once() throws Exception {
    String drop = "/control/drop/publisher?app=live&name={id}&clientid={client}";
    IngestServer server = server(settings("hooks.kick-url=GET http://127.0.0.1:" + webPort + drop));
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    CreatedStream other = create(client);
    nginx(server.httpPort(), Duration.ofMinutes(10));
    Process encoder = encode(key(stream));
    Process bystander = encode(key(other));
    awaitState(client, stream, "created connected");
    awaitState(client, other, "created connected");
    client.stop(stream.streamId());
    assertThat(encoder.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(bystander.isAlive()).isTrue();
    assertThat(client.status(other.streamId()).connectionState()).isEqualTo("connected");
  }

  @Test
  void this_server_may_be_away_and_nginx_may_die() throws Exception {
    int port = freePort();
    String[] settings =
        settings(
            "http.port=" + port,
            "data.dir=" + directory.resolve("data"),
            "thumbnails.ffmpeg=off",
            "grace.lost=10s"); // nginx asks every second, on a machine that may be busy
    ServerProcess server =
        closing(ServerProcess.start(directory.resolve("server-1.log"), settings));
    ManagementClient client = client(server.http());
    CreatedStream stream = create(client);
    Process nginx = nginx(port, Duration.ofSeconds(1));
    Process encoder = encode(key(stream));
    awaitPlaylist(stream);
    client.start(stream.streamId());
    awaitState(client, stream, "live connected");

    server.kill();
    String before = get(stream.hlsPlayback()).body();
    await().atMost(LONG).until(() -> !get(stream.hlsPlayback()).body().equals(before));
    ServerProcess again = closing(ServerProcess.start(directory.resolve("server-2.log"), settings));
    assertThat(URI.create(again.http()).getPort()).isEqualTo(port);
    awaitState(client, stream, "live connected");
    assertThat(encoder.isAlive()).as("it has not noticed").isTrue();

    nginx.destroyForcibly().waitFor();
    awaitState(client, stream, "reconnecting reconnecting");
    awaitState(client, stream, "ended ended");
    assertThat(Files.readString(directory.resolve("server-2.log"))).doesNotContain(key(stream));
  }
}
