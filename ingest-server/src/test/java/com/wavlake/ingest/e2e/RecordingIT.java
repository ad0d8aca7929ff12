package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Recordings, thumbnails, and what a killed server leaves. */
@Timeout(120)
final class RecordingIT extends MediaTestBase {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode status(String http, CreatedStream stream) throws Exception {
    return JSON.readTree(get(http + "/api/v1/streams/" + stream.streamId() + "/status").body());
  }

  private static String vod(String http, CreatedStream stream) {
    return http + "/vod/" + stream.streamId() + ".m3u8";
  }

  private static double decodedSeconds(String url) throws Exception {
    Ffmpeg.Result decoded =
        Ffmpeg.run(60, "-v", "warning", "-stats", "-i", url, "-map", "0", "-f", "null", "-");
    assertThat(decoded.exit()).as(decoded.output()).isZero();
    Matcher time = Pattern.compile("time=(\\d+):(\\d+):([0-9.]+)").matcher(decoded.output());
    double seconds = -1;
    while (time.find()) {
      seconds = Integer.parseInt(time.group(2)) * 60 + Double.parseDouble(time.group(3));
    }
    return seconds;
  }

  private static double listedSeconds(String playlist) {
    return Pattern.compile("#EXTINF:([0-9.]+),")
        .matcher(playlist)
        .results()
        .mapToDouble(m -> Double.parseDouble(m.group(1)))
        .sum();
  }

  @Test
  void a_stream_is_one_recording_across_its_connections() throws Exception {
    IngestServer server = server("recording.mode=always");
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    String http = server.httpUrl();
    assertThat(status(http, stream).path("recording").isNull()).isTrue();
    RtmpPublisher first = publish(server.rtmpUrl(), stream);
    Clip.send(first, 0, 1_000);
    await().until(() -> client.status(stream.streamId()).connectionState().equals("connected"));
    client.start(stream.streamId());
    Clip.send(first, 1_000, 5_000);
    await().until(() -> get(vod(http, stream)).statusCode() == 200);
    assertThat(get(vod(http, stream)).body())
        .contains("PLAYLIST-TYPE:EVENT")
        .doesNotContain("ENDLIST");
    assertThat(
            signed(http, "DELETE", "/api/v1/streams/" + stream.streamId() + "/recording", "")
                .statusCode())
        .as("it still grows")
        .isEqualTo(409);
    String media = mediaUrl(stream);
    await() // a reset loses what is on the way
        .until(
            () -> playlist(media).segments().size() == 2 && !playlist(media).trailing().isEmpty());
    first.abort();
    RtmpPublisher second = publish(server.rtmpUrl(), stream);
    Clip.send(second, 5_000, 10_000);
    second.close();
    await().until(() -> client.status(stream.streamId()).connectionState().equals("reconnecting"));
    client.stop(stream.streamId());

    await().until(() -> get(vod(http, stream)).body().endsWith("#EXT-X-ENDLIST\n"));
    String playlist = get(vod(http, stream)).body();
    assertThat(playlist).contains("PLAYLIST-TYPE:VOD").containsOnlyOnce("#EXT-X-DISCONTINUITY\n");
    assertThat(listedSeconds(playlist)).isBetween(9.8, 10.2);
    String url = status(http, stream).path("recording").asText();
    assertThat(url).isEqualTo(vod(http, stream));
    assertThat(get(http + "/vod/" + stream.streamId()).body())
        .as("the seed's URL")
        .isEqualTo(playlist);
    assertThat(decodedSeconds(url)).isBetween(9.8, 10.3);

    String file = http + "/vod/" + stream.streamId() + "/run-0.mp4";
    byte[] whole = bytes(file).body();
    HttpResponse<byte[]> some = bytes(file, "Range", "bytes=-100");
    assertThat(some.statusCode()).isEqualTo(206);
    assertThat(some.body()).isEqualTo(Arrays.copyOfRange(whole, whole.length - 100, whole.length));
    assertThat(decodedSeconds(file)).as("a run is a file of its own").isBetween(4.8, 5.2);
    for (String bad : List.of("/..%2f..%2fwlk.db", "/../../wlk.db", "/index.m3u8", "/run-0.mp4/")) {
      assertThat(get(http + "/vod/" + stream.streamId() + bad).statusCode()).as(bad).isEqualTo(404);
    }

    String base = "/api/v1/streams/" + stream.streamId();
    assertThat(signed(http, "DELETE", base + "/recording", "").statusCode()).isEqualTo(200);
    assertThat(get(url).statusCode()).isEqualTo(404);
    assertThat(signed(http, "DELETE", base + "/recording", "").statusCode()).isEqualTo(404);
    assertThat(signed(http, "DELETE", base, "").statusCode()).isEqualTo(200);
    assertThat(get(http + base + "/status").statusCode()).isEqualTo(404);
    assertThat(get(stream.hlsPlayback()).statusCode()).isEqualTo(404);
  }

  @Test
  void recording_is_for_those_who_ask() throws Exception {
    IngestServer server = server("recording.mode=asked");
    String http = server.httpUrl();
    for (String asks : List.of("true", "false")) {
      HttpResponse<String> created =
          signed(
              http,
              "POST",
              "/api/v1/streams/create",
              "{\"title\":\"t\",\"category\":\"c\",\"record\":" + asks + "}");
      assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
      JsonNode stream = JSON.readTree(created.body());
      RtmpPublisher encoder =
          closing(
              RtmpPublisher.publish(server.rtmpUrl(), stream.path("stream_key").asText(), TIMEOUT));
      Clip.begin(encoder);
      String id = stream.path("stream_id").asText();
      String start = "/api/v1/streams/" + id + "/start";
      await().until(() -> signed(http, "POST", start, "").statusCode() == 200);
      Clip.send(encoder, 0, 5_000);
      await().until(() -> get(stream.path("hls_playback").asText()).statusCode() == 200);
      encoder.close();
      assertThat(signed(http, "POST", "/api/v1/streams/" + id + "/stop", "").statusCode())
          .isEqualTo(200);
      if (asks.equals("true")) {
        await().until(() -> get(http + "/vod/" + id).statusCode() == 200);
      } else {
        assertThat(get(http + "/vod/" + id).statusCode()).isEqualTo(404);
      }
    }
  }

  @Test
  void a_full_disk_ends_the_recording_and_not_the_stream_and_the_streamer_is_told()
      throws Exception {
    IngestServer server = server("recording.mode=always", "recording.min-free=999999T");
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    RtmpPublisher encoder = publish(server.rtmpUrl(), stream);
    await().until(() -> client.status(stream.streamId()).connectionState().equals("connected"));
    client.start(stream.streamId());
    Clip.send(encoder, 0, 5_000);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            signed(server.httpUrl(), "GET", "/api/v1/streams/" + stream.streamId() + "/status", "")
                .body()
                .contains("disk is full"));
    assertThat(get(stream.hlsPlayback()).statusCode()).isEqualTo(200);
    assertThat(get(vod(server.httpUrl(), stream)).statusCode()).isEqualTo(404);
  }

  @Test
  void a_killed_server_comes_back_to_the_same_stream_and_the_same_recording() throws Exception {
    Path data = directory.resolve("data");
    String[] settings = {
      "http.port=0", "data.dir=" + data, "recording.mode=always", "thumbnails.ffmpeg=off"
    };
    ServerProcess server = closing(ServerProcess.start(directory.resolve("log-1"), settings));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
        .as("nobody else looks in")
        .isEqualTo("rwx------");
    ManagementClient client = client(server.http());
    CreatedStream stream = create(client);
    RtmpPublisher encoder = publish(server.rtmp(), stream);
    await().until(() -> client.status(stream.streamId()).connectionState().equals("connected"));
    client.start(stream.streamId());
    Clip.send(encoder, 0, 7_100); // three whole segments and a part of the fourth
    await().until(() -> get(stream.hlsPlayback()).statusCode() == 200);
    String media = mediaUrl(stream);
    await().until(() -> playlist(media).segments().size() == 3);
    await().until(() -> listedSeconds(get(vod(server.http(), stream)).body()) > 5.9);
    MediaPlaylist before = playlist(media);
    server.kill();
    Path run = data.resolve("recordings").resolve(stream.streamId()).resolve("run-0.mp4");
    Files.write(run, new byte[1_000], StandardOpenOption.APPEND); // a torn write
    Path index = run.resolveSibling("index.m3u8");
    Files.writeString(index, "#EXT-X-PROGRAM-DATE", StandardOpenOption.APPEND);

    settings[0] = "http.port=" + server.httpPort();
    ServerProcess again = closing(ServerProcess.start(directory.resolve("log-2"), settings));
    assertThat(client.status(stream.streamId()).status()).isEqualTo("reconnecting");
    assertThat(listedSeconds(get(vod(again.http(), stream)).body())).isBetween(5.9, 6.1);
    RtmpPublisher back = publish(again.rtmp(), stream);
    Clip.send(back, 6_000, 11_000);
    await().until(() -> get(stream.hlsPlayback()).statusCode() == 200);
    MediaPlaylist after = playlist(media);
    assertThat(after.mediaSequence())
        .as("no number twice")
        .isGreaterThanOrEqualTo(before.mediaSequence() + before.segments().size());
    assertThat(after.targetDuration()).isEqualTo(before.targetDuration());
    assertThat(after.discontinuitySequence())
        .isGreaterThanOrEqualTo(before.discontinuitySequence());
    assertThat(after.segments().getFirst().discontinuity()).isTrue();
    assertThat(client.status(stream.streamId()).status()).isEqualTo("live");
    back.close();
    await().until(() -> client.status(stream.streamId()).connectionState().equals("reconnecting"));
    client.stop(stream.streamId());
    await().until(() -> get(vod(again.http(), stream)).body().endsWith("#EXT-X-ENDLIST\n"));
    String whole = get(vod(again.http(), stream)).body();
    assertThat(listedSeconds(whole)).as("all but the segment under way").isBetween(10.8, 11.2);
    assertThat(decodedSeconds(vod(again.http(), stream))).isBetween(10.8, 11.3);
  }

  @Test
  void a_thumbnail_shows_the_newest_key_frame_where_there_is_an_ffmpeg() throws Exception {
    IngestServer server = server("thumbnails.ffmpeg=" + Ffmpeg.path(), "thumbnails.every=5s");
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    String url = server.httpUrl() + "/thumb/" + stream.streamId() + ".jpg";
    assertThat(get(url).statusCode()).isEqualTo(404);
    RtmpPublisher encoder = publish(server.rtmpUrl(), stream);
    Clip.send(encoder, 0, 5_000);
    int[] at = {5_000};
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          Clip.send(encoder, at[0], at[0] += 100); // a silent encoder would be hung up on
          return get(url).statusCode() == 200;
        });
    HttpResponse<byte[]> picture = bytes(url);
    assertThat(picture.headers().firstValue("Content-Type")).hasValue("image/jpeg");
    Path file = Files.write(directory.resolve("thumb.jpg"), picture.body());
    Ffmpeg.Result read = Ffmpeg.run(20, "-i", file.toString(), "-f", "null", "-");
    assertThat(read.output()).contains("320x180");
    assertThat(status(server.httpUrl(), stream).path("thumbnail").asText()).isEqualTo(url);
    Clip.send(encoder, at[0], 15_000);
    at[0] = 15_000;
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          Clip.send(encoder, at[0], at[0] += 50);
          return !Arrays.equals(bytes(url).body(), picture.body());
        });
  }
}
