package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code wlk serve} logs while strangers try to write in its log. */
@Timeout(120)
final class ServeLogIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXT =
      "\\d{4}-\\d\\d-\\d\\dT\\S+ (DEBUG|INFO|WARN|ERROR) +[^\\p{Cntrl}]*";
  private static final String FORGED =
      "x\n2026-01-01T00:00:00.000Z ERROR Forged line\r\u001b[31m\u2028\u0085\u202e";

  @TempDir Path directory;
  private WlkProcess wlk;

  @BeforeEach
  void open() {
    wlk = new WlkProcess(directory);
  }

  private WlkProcess.Running serve(String... options) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("serve", "--json", "-v", "--set", "rtmp.port=0", "--set", "http.port=0"));
    arguments.addAll(
        List.of(
            "--set",
            "admin.port=0",
            "--set",
            "http.trusted-proxies=127.0.0.1",
            "--set",
            "data.dir=" + directory.resolve("data")));
    arguments.addAll(List.of(options));
    return wlk.start("", arguments);
  }

  private static JsonNode started(WlkProcess.Running server) throws IOException {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(server.out()).endsWith("}\n"));
    return JSON.readTree(Files.readString(server.out()));
  }

  /** All that a stranger can put words into. */
  private static void forge(JsonNode server) throws IOException {
    assertThatThrownBy(() ->
            RtmpPublisher.publish(server.path("rtmp").asText(), FORGED, Duration.ofSeconds(10))
                .close())
        .isInstanceOf(PublishRefused.class);
    URI http = URI.create(server.path("http").asText());
    for (String request :
        List.of(
            "GET /live/" + FORGED + ".m3u8 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /api/v1/%0AForged%1b%e2%80%a8 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /relay HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: close\r\n\r\n",
            "GET /api/v1/streams HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: "
                + FORGED
                + "\r\nUser-Agent: "
                + FORGED
                + "\r\nAuthorization: Nostr "
                + FORGED
                + "\r\nConnection: close\r\n\r\n")) {
      try (Socket socket = new Socket(http.getHost(), http.getPort())) {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        assertThat(socket.getInputStream().read()).as(request).isEqualTo('H'); // TTP
      }
    }
  }

  private static List<String> stopped(WlkProcess.Running server) throws Exception {
    server.process().destroy();
    WlkProcess.Result result = server.end();
    assertThat(result.err()).contains("rtmp 127.0.0.1 closed", "stopping");
    return List.of(result.err().split("\n", -1));
  }

  @Test
  void nobody_forges_a_line_of_text_nor_commands_a_terminal() throws Exception {
    WlkProcess.Running server = serve("--log-format", "text");
    forge(started(server));
    List<String> lines = stopped(server);
    assertThat(lines.getLast()).isEmpty();
    assertThat(lines.subList(0, lines.size() - 1))
        .allMatch(line -> line.matches(TEXT) || line.matches("\t[^\\p{Cntrl}]*"))
        .noneMatch(line -> line.matches("\\S+ ERROR Forged.*"))
        .noneMatch(line -> line.matches(".*[\u2028\u0085\u202e].*"));
  }

  @Test
  void as_json_each_line_is_one_object() throws Exception {
    wlk.with("WLK_LOG_FORMAT", "json");
    WlkProcess.Running server = serve();
    forge(started(server));
    List<String> lines = stopped(server);
    assertThat(lines.getLast()).isEmpty();
    for (String line : lines.subList(0, lines.size() - 1)) {
      JsonNode object = JSON.readTree(line);
      assertThat(object.path("level").asText()).as(line).matches("DEBUG|INFO|WARN");
      assertThat(object.path("timestamp").isNumber()).isTrue();
      assertThat(object.path("loggerName").asText()).startsWith("com.wavlake.");
      assertThat(object.path("formattedMessage").asText()).isNotEmpty();
    }
  }

  @Test
  void another_format_is_refused_by_name() throws Exception {
    WlkProcess.Result refused = wlk.run("serve", "--log-format", "xml");
    assertThat(refused.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("log.format: 'xml' is not text or json");
  }
}
