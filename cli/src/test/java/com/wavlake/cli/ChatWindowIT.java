package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.wavlake.ingest.IngestServer;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The window as a person sees it, in a real terminal. */
@Timeout(180)
final class ChatWindowIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final KeySigner HOST = KeySigner.of(SecretKey.generate());
  private static final KeySigner FAN = KeySigner.of(SecretKey.generate());
  private static final SecretKey VIEWER = SecretKey.generate();

  private final String socket = "wlk-" + UUID.randomUUID();
  @TempDir Path directory;
  private IngestServer server;
  private EventAddress stream;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(hasTmux(), "tmux is not installed: the window is not tested");
    server = serve(0);
    try (ManagementClient provider = ManagementClient.at(server.httpUrl(), HOST)) {
      String id = provider.create(CreateStream.titled("Java night").category("talk")).streamId();
      stream = new EventAddress(Kind.LIVE_STREAM, HOST.publicKey(), id, List.of(server.relayUrl()));
    }
    Instant now = Instant.now();
    publish(
        HOST.sign(
            LiveStream.builder(stream.identifier())
                .title("Java night")
                .streaming("http://127.0.0.1:9/live.m3u8")
                .live(now.minusSeconds(60))
                .currentParticipants(14)
                .build()
                .toTemplate(now)));
    String name = "{\"name\":\"al\\u001b[31mice\\u202e\"}";
    publish(FAN.sign(new EventTemplate(1, Kind.PROFILE, List.of(), name)));
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    if (hasTmux()) {
      new ProcessBuilder("tmux", "-L", socket, "kill-server").start().waitFor();
      server.close();
    }
  }

  private IngestServer serve(int httpPort) throws IOException {
    return IngestServer.builder()
        .rtmpPort(0)
        .httpPort(httpPort)
        .set("admin.port", "0")
        .dataDir(directory.resolve("data"))
        .start();
  }

  private static boolean hasTmux() {
    try {
      return new ProcessBuilder("tmux", "-V").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void publish(Event event) {
    try (RelayPool relays = RelayPool.connect(server.relayUrl())) {
      assertThat(relays.publish(event, SOON).acceptedCount()).isEqualTo(1);
    }
  }

  private void said(String text) {
    publish(FAN.sign(ChatMessage.to(stream).text(text, Instant.now())));
  }

  private boolean isOnRelay(String text) {
    try (RelayPool relays = RelayPool.connect(server.relayUrl())) {
      return relays.query(Filter.kinds(Kind.CHAT_MESSAGE).by(VIEWER.publicKey()), SOON).stream()
          .anyMatch(event -> event.content().equals(text));
    }
  }

  private String tmux(String... arguments) {
    List<String> command = new ArrayList<>(List.of("tmux", "-L", socket, "-f", "/dev/null"));
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C.UTF-8");
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private List<String> screen() {
    return tmux("capture-pane", "-p").stripTrailing().lines().toList();
  }

  private void type(String text) {
    tmux("send-keys", "-l", text);
  }

  private void enter(String text) {
    type(text);
    tmux("send-keys", "Enter");
  }

  private void shows(String text) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(String.join("\n", screen())).contains(text));
  }

  /** A shell that says how the terminal was before and after. */
  private void startWindow() throws IOException {
    Path script = directory.resolve("run");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Files.writeString(
        script,
        """
        export LC_ALL=C.UTF-8 TERM=xterm-256color HOME='%1$s' WLK_CONFIG_DIR='%1$s/config'
        export NOSTR_SECRET_KEY=%2$s CLASSPATH='%3$s'
        stty -a > '%1$s/before'
        '%4$s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
          -Dstdout.encoding=UTF-8 com.wavlake.cli.Wlk chat %5$s --relay %6$s
        echo "exit=$?"
        stty -a > '%1$s/after'
        exec sh
        """
            .formatted(
                directory,
                VIEWER.nsec(),
                System.getProperty("java.class.path"),
                java,
                stream.naddr(),
                server.relayUrl()));
    tmux("new-session", "-d", "-x", "100", "-y", "30", "sh " + script);
  }

  @Test
  void reading_and_writing_go_on_in_one_window_whatever_happens() throws Exception {
    said("\u001b[2J\u001b]0;pwned\u0007first \u202ebackwards");
    startWindow();
    shows("● LIVE");
    shows("14 viewers · 1 relay");
    shows("al[31mice");
    shows("[2J]0;pwnedfirst backwards");
    assertThat(screen()).hasSizeLessThanOrEqualTo(30).last().asString().contains("● LIVE 01:");

    type("half a li");
    shows("› half a li");
    await().pollDelay(Duration.ofMillis(1_100)).until(() -> true); // the relay's second
    said("somebody else's");
    shows("somebody else's");
    List<String> both = screen();
    assertThat(both.get(both.size() - 2)).startsWith("› half a li");
    assertThat(both.get(both.size() - 3)).contains("somebody else's");
    enter("ne");
    await().atMost(SOON).until(() -> isOnRelay("half a line"));
    shows("» ▏ half a line");
    assertThat(String.join("\n", screen())).containsOnlyOnce("half a line");

    type("kept");
    shows("› kept");
    tmux("resize-window", "-x", "70", "-y", "20");
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          List<String> smaller = screen();
          assertThat(smaller).hasSize(20).allMatch(line -> line.length() <= 70);
          assertThat(smaller.get(18)).startsWith("› kept");
          assertThat(smaller.get(19)).contains("● LIVE");
          assertThat(String.join("\n", smaller)).contains("▏ half a line");
        });
    tmux("send-keys", "C-u");

    int port = URI.create(server.httpUrl()).getPort();
    server.close();
    shows("no relay, reconnecting");
    shows("is away,");
    server = serve(port);
    shows("is back");
    said("after the restart");
    shows("after the restart");

    enter("/pin 1");
    shows("only the host");
    tmux("resize-window", "-x", "100", "-y", "30");
    enter("/help");
    shows("/timeout N|NAME MINUTES");
    enter("/quit");
    shows("exit=0");
    await().atMost(SOON).until(() -> Files.exists(directory.resolve("after")));
    assertThat(String.join("\n", screen())).doesNotContain("● LIVE");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(Files.readString(directory.resolve("after")).replaceAll("rows.*;", ""))
                .isEqualTo(
                    Files.readString(directory.resolve("before")).replaceAll("rows.*;", "")));
  }

  @Test
  void sigterm_gives_the_terminal_back_too() throws Exception {
    startWindow();
    shows("● LIVE");
    type("unfinished");
    shows("› unfinished");
    long shell = Long.parseLong(tmux("display-message", "-p", "#{pane_pid}").strip());
    ProcessHandle wlk = ProcessHandle.of(shell).orElseThrow().children().findFirst().orElseThrow();
    assertThat(wlk.destroy()).isTrue();
    shows("exit=0");
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(Files.readString(directory.resolve("after")))
                .isEqualTo(Files.readString(directory.resolve("before"))));
  }
}
