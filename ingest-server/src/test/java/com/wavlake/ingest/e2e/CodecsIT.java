package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.wavlake.ingest.IngestServer;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every codec of Enhanced RTMP that is taken, from the real ffmpeg 8 and back into it. */
final class CodecsIT {
  private static final int SECONDS = 6;

  /** What ffmpeg is told, and what the multivariant playlist has to say. */
  private record Case(List<String> video, List<String> audio, String codecs) {
    String name() {
      return video + " " + audio;
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case(
              List.of("libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"),
              List.of("aac"),
              "hvc1\\.1\\.6\\.L\\d+\\.90,mp4a\\.40\\.2"),
          new Case(
              List.of("libsvtav1", "-preset", "12"),
              List.of("libopus"),
              "av01\\.0\\.0.M\\.08,Opus"),
          new Case(
              List.of("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"),
              List.of("flac"),
              "vp09\\.00\\.\\d\\d\\.08,fLaC"),
          new Case(List.of("libx264", "-preset", "ultrafast"), List.of("ac3"), "avc1\\.\\w+,ac-3"),
          new Case(
              List.of("libx264", "-preset", "ultrafast"),
              List.of("libmp3lame"),
              "avc1\\.\\w+,mp4a\\.6B"),
          new Case(List.of(), List.of("libopus"), "Opus"),
          new Case(List.of("libx264", "-preset", "ultrafast"), List.of(), "avc1\\.\\w+"));

  @TempDir Path directory;

  @Test
  void what_enhanced_rtmp_carries_is_played_from_end_to_end() throws Exception {
    Optional<Path> ffmpeg = Ffmpeg.version8();
    assumeTrue(ffmpeg.isPresent(), "ffmpeg 8 does not start here: libva2, libpulse0?");
    KeySigner streamer = KeySigner.of(SecretKey.generate());
    try (IngestServer server =
            IngestServer.builder()
                .rtmpPort(0)
                .httpPort(0)
                .set("admin.port", "0")
                .set("hls.window", "60s")
                .dataDir(directory)
                .start();
        ManagementClient client = ManagementClient.at(server.httpUrl(), streamer);
        ExecutorService together = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (Case one : CASES) {
        running.add(
            together.submit(() -> {
              play(ffmpeg.get(), server, client, one);
              return one;
            }));
      }
      for (Future<?> one : running) {
        assertThat(one.get()).isNotNull();
      }
    }
  }

  private static void play(Path ffmpeg, IngestServer server, ManagementClient client, Case one)
      throws Exception {
    CreatedStream stream = client.create(CreateStream.titled("codecs").category("test"));
    HlsValidator validator = HlsValidator.follow(stream.hlsPlayback());
    String url = server.rtmpUrl() + "/" + stream.streamKey().orElseThrow().reveal();
    Ffmpeg.Result sent = Ffmpeg.run(ffmpeg, 60, arguments(one, url).toArray(String[]::new));
    assertThat(sent.exit()).as(one.name() + sent.output()).isZero();
    for (int i = 0; client.status(stream.streamId()).connectionState().equals("connected"); i++) {
      assertThat(i).as("the encoder's end is seen").isLessThan(200);
      Thread.sleep(50);
    }
    String master = get(stream.hlsPlayback());
    client.stop(stream.streamId());
    assertThat(master).as(one.name()).containsPattern("CODECS=\"" + one.codecs() + "\"");
    assertThat(validator.problems(Duration.ofSeconds(20))).as(one.name()).isEmpty();
    assertThat(validator.seconds()).isBetween(SECONDS - 0.5, SECONDS + 0.5);

    Ffmpeg.Result decoded =
        Ffmpeg.run(ffmpeg, 60, "-v", "warning", "-i", stream.hlsPlayback(), "-f", "null", "-");
    assertThat(decoded).as(one.name()).isEqualTo(new Ffmpeg.Result(0, ""));
  }

  private static List<String> arguments(Case one, String url) {
    List<String> arguments = new ArrayList<>(List.of("-v", "error"));
    if (!one.video().isEmpty()) {
      arguments.addAll(List.of("-re", "-f", "lavfi", "-i"));
      arguments.add("testsrc2=size=320x180:rate=30:duration=" + SECONDS);
    }
    if (!one.audio().isEmpty()) {
      arguments.addAll(List.of("-re", "-f", "lavfi", "-i"));
      arguments.add("sine=frequency=440:sample_rate=48000:duration=" + SECONDS);
    }
    if (!one.video().isEmpty()) {
      arguments.add("-c:v");
      arguments.addAll(one.video());
      arguments.addAll(List.of("-pix_fmt", "yuv420p", "-g", "60"));
    }
    if (!one.audio().isEmpty()) {
      arguments.add("-c:a");
      arguments.addAll(one.audio());
    }
    arguments.addAll(List.of("-f", "flv", url));
    return arguments;
  }

  private static String get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
