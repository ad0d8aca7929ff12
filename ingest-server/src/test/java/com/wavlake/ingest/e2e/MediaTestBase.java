package com.wavlake.ingest.e2e;

import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.Nip98;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A server, a stream and an encoder for tests of media. */
abstract class MediaTestBase {
  static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir Path directory;
  final KeySigner streamer = KeySigner.of(SecretKey.generate());
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @AfterEach
  void closeAll() throws Exception {
    if (!open.isEmpty()) {
      try {
        open.pop().close();
      } finally {
        closeAll(); // the others too, whatever that one throws: a server would live on
      }
    }
  }

  <T extends AutoCloseable> T closing(T thing) {
    open.push(thing);
    return thing;
  }

  IngestServer server(String... settings) throws IOException {
    IngestServer.Builder builder =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("thumbnails.ffmpeg", "off")
            .dataDir(directory.resolve("data-" + open.size()));
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      builder.set(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return closing(builder.start());
  }

  ManagementClient client(String http) {
    return closing(ManagementClient.at(http, streamer));
  }

  static CreatedStream create(ManagementClient client) {
    return client.create(CreateStream.titled("Test").category("test"));
  }

  RtmpPublisher publish(String rtmp, CreatedStream stream) throws IOException, PublishRefused {
    String key = stream.streamKey().orElseThrow().reveal();
    RtmpPublisher publisher = closing(RtmpPublisher.publish(rtmp, key, TIMEOUT));
    Clip.begin(publisher);
    return publisher;
  }

  static HttpResponse<String> get(String url, String... headers)
      throws IOException, InterruptedException {
    return HTTP.send(request(url, headers), HttpResponse.BodyHandlers.ofString());
  }

  static HttpResponse<byte[]> bytes(String url, String... headers)
      throws IOException, InterruptedException {
    return HTTP.send(request(url, headers), HttpResponse.BodyHandlers.ofByteArray());
  }

  static CompletableFuture<HttpResponse<String>> later(String url) {
    return HTTP.sendAsync(request(url), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest request(String url, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }

  HttpResponse<String> signed(String http, String method, String path, String body)
      throws IOException, InterruptedException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String authorization = Nip98.authorization(streamer, method, http + path, bytes, Instant.now());
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(http + path))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(bytes))
            .header("Authorization", authorization)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Where the media playlist of a stream is. */
  static String mediaUrl(CreatedStream stream) throws IOException, InterruptedException {
    String line =
        get(stream.hlsPlayback())
            .body()
            .lines()
            .filter(l -> !l.startsWith("#"))
            .findFirst()
            .orElseThrow();
    return URI.create(stream.hlsPlayback()).resolve(line).toString();
  }

  static MediaPlaylist playlist(String mediaUrl) throws IOException, InterruptedException {
    return MediaPlaylist.parse(get(mediaUrl).body());
  }

  static List<String> uris(MediaPlaylist playlist) {
    return playlist.segments().stream().map(MediaPlaylist.Entry::uri).toList();
  }
}
