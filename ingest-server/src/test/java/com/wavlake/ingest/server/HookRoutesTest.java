package com.wavlake.ingest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Who may ask at the hooks' door, and how. */
final class HookRoutesTest {
  private static final String SECRET = "very-secret-0123456789";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir Path directory;
  private IngestServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("thumbnails.ffmpeg", "off")
            .set("hooks.secret", SECRET)
            .set("hooks.playback-url", "http://127.0.0.1:1/{id}.m3u8")
            .set("rtmp.public-url", "rtmp://127.0.0.1:1/live")
            .dataDir(directory)
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.httpUrl() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private int status(String method, String path, String body)
      throws IOException, InterruptedException {
    return send(method, path, body).statusCode();
  }

  @Test
  void who_does_not_know_the_secret_hears_that_there_is_nothing() throws Exception {
    String publish = "call=publish&clientid=1&name=x&addr=192.0.2.1";
    assertThat(status("POST", "/hooks/" + SECRET + "/nginx-rtmp", publish)).isEqualTo(403);
    for (String wrong :
        List.of(SECRET.replace('9', '8'), SECRET.substring(1), SECRET + "0", "x", "%00")) {
      assertThat(status("POST", "/hooks/" + wrong + "/nginx-rtmp", publish))
          .as(wrong)
          .isEqualTo(404);
    }
    assertThat(status("POST", "/hooks/" + SECRET + "/red5", publish)).isEqualTo(404);
    assertThat(status("POST", "/hooks/" + SECRET, publish)).isEqualTo(404);
    assertThat(status("POST", "/hooks//nginx-rtmp", publish)).isEqualTo(404);
    assertThat(status("GET", "/hooks/" + SECRET + "/nginx-rtmp", "")).isIn(404, 405);
    assertThat(status("GET", "/hooks/wrong/nginx-rtmp", "")).isIn(404, 405);
  }

  @Test
  void what_cannot_be_understood_or_is_too_long_is_refused() throws Exception {
    String srs = "/hooks/" + SECRET + "/srs";
    assertThat(status("POST", srs, "{")).isEqualTo(400);
    assertThat(status("POST", srs, "")).isEqualTo(400);
    assertThat(status("POST", srs, "{\"action\":\"on_publish\"}")).isEqualTo(400);
    assertThat(status("POST", srs, " ".repeat(70_000))).isEqualTo(413);
    assertThat(status("POST", "/hooks/wrong/srs", " ".repeat(70_000))).isEqualTo(404);
    HttpResponse<String> fine = send("POST", srs, "{\"action\":\"on_play\"}");
    assertThat(fine.body()).isEqualTo("{\"code\":0}");
    assertThat(fine.headers().firstValue("content-type")).hasValue("application/json");
  }

  @Test
  void neither_secret_nor_key_is_logged() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Logger ours = (Logger) LoggerFactory.getLogger("com.wavlake");
    Level before = ours.getLevel();
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    root.addAppender(log);
    ours.setLevel(Level.DEBUG);
    try (ManagementClient client =
        ManagementClient.at(server.httpUrl(), KeySigner.of(SecretKey.generate()))) {
      CreatedStream stream = client.create(CreateStream.titled("t"));
      String key = stream.streamKey().orElseThrow().reveal();
      String path = "/hooks/" + SECRET + "/nginx-rtmp";
      HttpResponse<String> in =
          send("POST", path, "call=publish&clientid=1&addr=192.0.2.1&name=" + key);
      assertThat(in.statusCode()).isEqualTo(302);
      assertThat(in.headers().firstValue("location")).hasValue(stream.streamId());
      assertThat(stream.hlsPlayback())
          .isEqualTo("http://127.0.0.1:1/" + stream.streamId() + ".m3u8");
      assertThat(client.status(stream.streamId()).connectionState()).isEqualTo("connected");
      assertThat(status("POST", path, "call=publish&clientid=%zz&name=" + key)).isEqualTo(400);
      assertThat(status("POST", path, "call=publish_done&clientid=1&name=" + key)).isEqualTo(200);
      client.rotateKey(stream.streamId());
      assertThat(status("POST", path, "call=publish&clientid=2&addr=192.0.2.1&name=" + key))
          .isEqualTo(403);
      String all = List.copyOf(log.list).toString();
      assertThat(all).as("it was listened to").contains(stream.streamId());
      assertThat(all).doesNotContain(key).doesNotContain(SECRET);
    } finally {
      ours.setLevel(before);
      root.detachAppender(log);
    }
  }

  @Test
  void hooks_without_a_place_to_watch_are_no_hooks() {
    assertThatThrownBy(() -> IngestServer.builder().set("hooks.secret", SECRET).start())
        .hasMessageContaining("hooks.playback-url")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void hooks_without_a_place_for_encoders_are_none_either() {
    assertThatThrownBy(() ->
            IngestServer.builder()
                .set("hooks.secret", SECRET)
                .set("hooks.playback-url", "http://127.0.0.1:1/{id}.m3u8")
                .start())
        .hasMessageStartingWith("rtmp.public-url");
  }

  @Test
  void without_a_secret_another_engines_playlists_are_nobodys() throws IOException {
    try (IngestServer alone =
            IngestServer.builder()
                .rtmpPort(0)
                .httpPort(0)
                .set("admin.port", "0")
                .set("thumbnails.ffmpeg", "off")
                .set("hooks.playback-url", "http://127.0.0.1:1/{id}.m3u8")
                .dataDir(directory.resolve("alone"))
                .start();
        ManagementClient client =
            ManagementClient.at(alone.httpUrl(), KeySigner.of(SecretKey.generate()))) {
      assertThat(client.create(CreateStream.titled("t")).hlsPlayback()).startsWith(alone.httpUrl());
    }
  }
}
