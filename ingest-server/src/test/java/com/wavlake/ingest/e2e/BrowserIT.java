package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * hls.js in a real browser, with and without low latency, side by side. Every picture shows the
 * time at which it was made, in black and white; the browser reads it off the screen: the latency
 * is that of the whole way, encoder and player included.
 */
@Timeout(180)
final class BrowserIT extends MediaTestBase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WIDTH = 320;
  private static final int HEIGHT = 180;
  private static final int BITS = 16;

  /** What the page says twice a second of one of its players. */
  private record Report(Instant at, String player, long latencyMillis, String error) {}

  private final List<Report> reports = new CopyOnWriteArrayList<>();

  private static Optional<Path> chromium() {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.of(path.split(":", -1))
        .flatMap(folder ->
            Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Test
  void a_browser_plays_it_a_few_seconds_behind_and_goes_on_after_a_lost_encoder() throws Exception {
    Optional<Path> chromium = chromium();
    assumeTrue(chromium.isPresent(), "no chromium on the PATH");
    IngestServer server = server();
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    HttpServer pages = pages(stream.hlsPlayback());
    closing(() -> pages.stop(0));
    HlsValidator validator = HlsValidator.follow(stream.hlsPlayback());
    Encoder first = new Encoder(server.rtmpUrl() + "/" + stream.streamKey().orElseThrow().reveal());
    closing(first);
    for (int i = 0; get(stream.hlsPlayback()).statusCode() != 200; i++) {
      assertThat(i).isLessThan(300);
      Thread.sleep(50);
    }
    client.start(stream.streamId());
    Process browser = browser(chromium.get(), pages.getAddress().getPort());
    closing(() -> browser.destroyForcibly().waitFor());

    Instant started = awaitPlaying(Instant.EPOCH);
    Thread.sleep(15_000); // players approach their target slowly
    long low = median("low", started.plusSeconds(8));
    long plain = median("plain", started.plusSeconds(8));
    System.out.println(
        "hls.js latency, encoder to screen: " + low + " ms, without parts " + plain + " ms");
    assertThat(low).as("low latency").isBetween(300L, 3_000L);
    assertThat(plain).as("without").isBetween(1_000L, 8_000L);
    assertThat(fatal()).isEmpty();

    first.close();
    Encoder second =
        new Encoder(server.rtmpUrl() + "/" + stream.streamKey().orElseThrow().reveal());
    closing(second);
    Instant back = awaitPlaying(Instant.now().plusSeconds(6));
    assertThat(Duration.between(started, back)).isPositive();
    assertThat(fatal()).isEmpty();
    client.stop(stream.streamId());
    assertThat(validator.problems(TIMEOUT)).isEmpty();
  }

  /** When both players show moving pictures that were made after {@code since}. */
  private Instant awaitPlaying(Instant since) throws InterruptedException {
    Instant end = Instant.now().plusSeconds(60);
    while (Instant.now().isBefore(end)) {
      boolean both =
          Stream.of("low", "plain")
              .allMatch(player ->
                  reports.stream()
                      .anyMatch(r ->
                          r.player().equals(player)
                              && r.latencyMillis() > 0
                              && r.at().minusMillis(r.latencyMillis()).isAfter(since)));
      if (both) {
        return Instant.now();
      }
      Thread.sleep(100);
    }
    throw new AssertionError(
        "not played: " + reports.subList(Math.max(0, reports.size() - 10), reports.size()));
  }

  private long median(String player, Instant since) {
    long[] all =
        reports.stream()
            .filter(
                r -> r.player().equals(player) && r.at().isAfter(since) && r.latencyMillis() > 0)
            .mapToLong(Report::latencyMillis)
            .sorted()
            .toArray();
    assertThat(all.length).as("reports of " + player).isGreaterThan(5);
    return all[all.length / 2];
  }

  private List<Report> fatal() {
    return reports.stream().filter(r -> !r.error().isEmpty()).toList();
  }

  private static Process browser(Path chromium, int port) throws IOException {
    Path profile = Files.createTempDirectory("chromium");
    return new ProcessBuilder(
            chromium.toString(),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--mute-audio",
            "--no-first-run",
            "--disable-background-networking",
            "--autoplay-policy=no-user-gesture-required",
            "--user-data-dir=" + profile,
            "http://127.0.0.1:" + port + "/")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private HttpServer pages(String hls) throws IOException {
    HttpServer pages =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] page = resource("/player.html").replace("{hls}", hls).getBytes(StandardCharsets.UTF_8);
    byte[] script = script();
    pages.createContext(
        "/",
        exchange -> {
          boolean isScript = exchange.getRequestURI().getPath().equals("/hls.js");
          byte[] body = isScript ? script : page;
          exchange
              .getResponseHeaders()
              .add("Content-Type", isScript ? "text/javascript" : "text/html; charset=utf-8");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    pages.createContext(
        "/report",
        exchange -> {
          JsonNode json = JSON.readTree(exchange.getRequestBody());
          reports.add(
              new Report(
                  Instant.now(),
                  json.path("player").asText(),
                  json.path("latency").asLong(-1),
                  json.path("error").asText("")));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    pages.start();
    return pages;
  }

  private static byte[] script() throws IOException {
    String name = System.getProperty("hls.js.version");
    return bytes("/META-INF/resources/webjars/hls.js/" + name + "/dist/hls.min.js", true);
  }

  private static String resource(String name) throws IOException {
    return new String(bytes(name, true), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String name, boolean required) throws IOException {
    try (InputStream in = BrowserIT.class.getResourceAsStream(name)) {
      assertThat(in != null || !required).as(name).isTrue();
      return in == null ? new byte[0] : in.readAllBytes();
    }
  }

  /** A real ffmpeg that is fed pictures of the time, 30 a second. */
  private static final class Encoder implements AutoCloseable {
    private final Process ffmpeg;
    private final Thread feeding;
    private volatile boolean closed;

    Encoder(String url) throws IOException {
      List<String> command = new ArrayList<>(List.of(Ffmpeg.path().toString(), "-hide_banner"));
      command.addAll(
          List.of("-f", "rawvideo", "-pix_fmt", "gray", "-s", WIDTH + "x" + HEIGHT, "-r", "30"));
      command.addAll(List.of("-use_wallclock_as_timestamps", "1", "-i", "pipe:0"));
      command.addAll(List.of("-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"));
      command.addAll(List.of("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency"));
      command.addAll(List.of("-pix_fmt", "yuv420p", "-vsync", "cfr", "-r", "30", "-g", "60"));
      command.addAll(List.of("-c:a", "aac", "-f", "flv", url));
      ffmpeg =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      feeding = Thread.ofPlatform().daemon().start(this::feed);
    }

    private void feed() {
      long start = System.nanoTime();
      try (OutputStream out = ffmpeg.getOutputStream()) {
        for (long i = 0; !closed; i++) {
          long early = start + i * 1_000_000_000L / 30 - System.nanoTime();
          if (early > 0) {
            TimeUnit.NANOSECONDS.sleep(early);
          }
          out.write(picture(System.currentTimeMillis()));
          out.flush();
        }
      } catch (IOException | InterruptedException e) {
        closed = true; // killed, as it should be in the end
      }
    }

    /** Sixteen columns: the bits of hundredths of a second, white for 1. */
    private static byte[] picture(long millis) {
      byte[] picture = new byte[WIDTH * HEIGHT];
      long code = millis / 10 & (1 << BITS) - 1;
      for (int x = 0; x < WIDTH; x++) {
        byte shade = (code >> BITS - 1 - x * BITS / WIDTH & 1) == 1 ? (byte) 235 : 16;
        for (int y = 0; y < HEIGHT; y++) {
          picture[y * WIDTH + x] = shade;
        }
      }
      return picture;
    }

    @Override
    public void close() throws InterruptedException {
      closed = true;
      ffmpeg.destroyForcibly().waitFor();
      feeding.join();
    }
  }
}
