package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real ffmpeg as encoder, a real ffmpeg as viewer, real sockets between them. */
final class LiveStreamEndToEndIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path directory;
  private IngestServer server;
  private KeySigner streamer;
  private ManagementClient client;
  private CreatedStream stream;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("hls.window", "60s")
            .dataDir(directory.resolve("data"))
            .start();
    streamer = KeySigner.of(SecretKey.generate());
    client = ManagementClient.at(server.httpUrl(), streamer);
    stream = client.create(CreateStream.titled("End to end").category("music"));
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    client.close();
    server.close();
  }

  @Test
  void a_viewer_sees_and_hears_what_the_encoder_sent_in_step() throws Exception {
    int seconds = 9;
    HlsValidator validator = HlsValidator.follow(stream.hlsPlayback());
    Process encoder = push(seconds);
    assertThat(encoder.waitFor(40, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(log(encoder))).doesNotContain("rror");
    awaitStatus("created", "disconnected"); // the last bytes have been taken in
    client.stop(stream.streamId());
    assertThat(validator.problems(Duration.ofSeconds(20))).isEmpty();
    assertThat(validator.seconds()).isCloseTo(seconds, within(0.2));
    assertThat(validator.parts()).isBetween(17, 20);

    assertThat(playlist()).endsWith("#EXT-X-ENDLIST\n").doesNotContain("DISCONTINUITY\n");
    Ffmpeg.Result decoded =
        Ffmpeg.run(
            60,
            "-v",
            "info",
            "-i",
            stream.hlsPlayback(),
            "-vf",
            "blackdetect=d=0.3:pix_th=0.3",
            "-af",
            "silencedetect=n=-30dB:d=0.3",
            "-f",
            "null",
            "-");

    assertThat(decoded.exit()).isZero();
    List<Double> flashes = times(decoded.output(), "black_end:([0-9.]+)");
    List<Double> beeps = times(decoded.output(), "silence_end: ([0-9.]+)");
    assertThat(flashes).hasSizeGreaterThanOrEqualTo(seconds - 2);
    for (double flash : flashes.subList(0, flashes.size() - 1)) {
      double beep =
          beeps.stream()
              .min((a, b) -> Double.compare(Math.abs(a - flash), Math.abs(b - flash)))
              .orElseThrow();
      assertThat(beep).as("beep of the flash at %s s", flash).isCloseTo(flash, within(0.08));
    }

    Ffmpeg.Result quiet =
        Ffmpeg.run(
            60, "-v", "warning", "-i", stream.hlsPlayback(), "-map", "0", "-f", "framecrc", "-");
    assertThat(quiet.exit()).isZero();
    List<String> frames = quiet.output().lines().filter(line -> !line.startsWith("#")).toList();
    assertThat(frames).as("no warning among the frames").allMatch(line -> line.matches("[01],.*"));
    double video = frames.stream().filter(line -> line.startsWith("0,")).count() / 30.0;
    double audio = frames.stream().filter(line -> line.startsWith("1,")).count() * 1024 / 48_000.0;
    assertThat(video).isCloseTo(seconds, within(0.1));
    assertThat(audio).isCloseTo(seconds, within(0.15));
  }

  @Test
  void an_encoder_that_was_killed_comes_back_into_the_same_session() throws Exception {
    HlsValidator validator = HlsValidator.follow(stream.hlsPlayback());
    Process first = push(60);
    awaitStatus("created", "connected");
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> get(stream.hlsPlayback()).statusCode() == 200);
    client.start(stream.streamId());
    String session = session(playlist());
    await().atMost(Duration.ofSeconds(10)).until(() -> segments(playlist()) >= 2);

    first.destroyForcibly();
    awaitStatus("reconnecting", "reconnecting");
    int before = segments(playlist());
    assertThat(playlist()).as("the gap is served").doesNotContain("ENDLIST");

    Process second = push(60);
    awaitStatus("live", "connected");
    await().atMost(Duration.ofSeconds(15)).until(() -> segments(playlist()) >= before + 2);
    assertThat(session(playlist())).isEqualTo(session);
    assertThat(playlist())
        .containsOnlyOnce("#EXT-X-DISCONTINUITY\n")
        .contains("#EXT-X-MEDIA-SEQUENCE:0\n");

    client.stop(stream.streamId());
    assertThat(client.status(stream.streamId()).status()).isEqualTo("ended");
    assertThat(validator.problems(Duration.ofSeconds(20))).isEmpty();
    assertThat(playlist()).endsWith("#EXT-X-ENDLIST\n");
    assertThat(second.waitFor(10, TimeUnit.SECONDS)).as("the encoder is let go").isTrue();
    Ffmpeg.Result decoded =
        Ffmpeg.run(60, "-v", "error", "-i", stream.hlsPlayback(), "-f", "null", "-");
    assertThat(decoded).isEqualTo(new Ffmpeg.Result(0, ""));

    Process late = push(5);
    assertThat(late.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(log(late))).contains("This stream has ended");
  }

  @Test
  void a_wrong_key_is_refused_with_a_sentence_that_the_encoder_shows() throws Exception {
    Process encoder = push("wlk_live_00000000000000000000000000000000", 5);

    assertThat(encoder.waitFor(20, TimeUnit.SECONDS)).isTrue();

    assertThat(encoder.exitValue()).isNotZero();
    assertThat(Files.readString(log(encoder))).contains("This stream key is not known");
  }

  @Test
  void an_encoder_of_today_is_understood_too() throws Exception {
    Optional<Path> ffmpeg8 = Ffmpeg.version8();
    assumeTrue(ffmpeg8.isPresent(), "ffmpeg 8 does not start here: libva2, libpulse0?");
    List<String> arguments =
        new ArrayList<>(Ffmpeg.flashAndBeep(5, url(stream.streamKey().orElseThrow().reveal())));
    Ffmpeg.Result sent = Ffmpeg.run(ffmpeg8.get(), 40, arguments.toArray(String[]::new));
    awaitStatus("created", "disconnected");
    client.stop(stream.streamId());

    assertThat(sent.exit()).isZero();
    Ffmpeg.Result decoded =
        Ffmpeg.run(
            ffmpeg8.get(), 40, "-v", "warning", "-i", stream.hlsPlayback(), "-f", "null", "-");
    assertThat(decoded).isEqualTo(new Ffmpeg.Result(0, ""));
  }

  private String url(String key) {
    return server.rtmpUrl() + "/" + key;
  }

  private Process push(int seconds) throws IOException {
    return push(stream.streamKey().orElseThrow().reveal(), seconds);
  }

  private Process push(String key, int seconds) throws IOException {
    Path log = directory.resolve("encoder-" + processes.size() + ".log");
    Process process = Ffmpeg.start(log, Ffmpeg.flashAndBeep(seconds, url(key)));
    processes.add(process);
    return process;
  }

  private Path log(Process process) {
    return directory.resolve("encoder-" + processes.indexOf(process) + ".log");
  }

  private void awaitStatus(String status, String connection) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          var now = client.status(stream.streamId());
          assertThat(now.status() + " " + now.connectionState())
              .isEqualTo(status + " " + connection);
        });
  }

  private String playlist() throws IOException, InterruptedException {
    String media =
        get(stream.hlsPlayback())
            .body()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .findFirst()
            .orElseThrow();
    return get(URI.create(stream.hlsPlayback()).resolve(media).toString()).body();
  }

  private static String session(String playlist) {
    Matcher map = Pattern.compile("URI=\"([^/]+)/").matcher(playlist);
    assertThat(map.find()).isTrue();
    return map.group(1);
  }

  private static int segments(String playlist) {
    return (int) playlist.lines().filter(line -> line.startsWith("#EXTINF")).count();
  }

  private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static List<Double> times(String output, String pattern) {
    return Pattern.compile(pattern)
        .matcher(output)
        .results()
        .map(match -> Double.valueOf(match.group(1)))
        .toList();
  }
}
