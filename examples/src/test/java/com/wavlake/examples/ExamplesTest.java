package com.wavlake.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.FlvClip;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each example does what it says, against a real server. */
@Timeout(60)
final class ExamplesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** The clip that `wlk demo` sends. */
  private static final Path CLIP =
      Path.of("..", "cli", "src", "main", "resources", "com", "wavlake", "cli", "demo.flv");

  @TempDir Path directory;
  private IngestServer server;
  private KeySigner alice;

  @BeforeEach
  void start() throws IOException {
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .dataDir(directory)
            .start();
    alice = KeySigner.of(SecretKey.generate());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void an_app_goes_live() throws Exception {
    String naddr = EmbedGoLive.stream(server.httpUrl(), alice, new ClipEncoder());
    try (RelayPool relays = RelayPool.connect(server.relayUrl())) {
      LiveStream stream =
          LiveStream.parse(relays.newest(EventAddress.parse(naddr), TIMEOUT).orElseThrow());
      assertThat(stream.status()).contains(Status.ENDED);
      assertThat(stream.title()).contains("Java night: Q&A");
    }
  }

  /** A real encoder's part, by our own publisher. */
  private static final class ClipEncoder implements EmbedGoLive.Encoder {
    private final CompletableFuture<Void> sent = new CompletableFuture<>();

    @Override
    public void start(String rtmp, String key) {
      Thread.startVirtualThread(() -> {
        try (InputStream clip = Files.newInputStream(CLIP);
            RtmpPublisher publisher = RtmpPublisher.publish(rtmp, key, TIMEOUT)) {
          FlvClip.read(clip).play(publisher, () -> false);
          sent.complete(null);
        } catch (IOException | PublishRefused | InterruptedException e) {
          sent.completeExceptionally(e);
        }
      });
    }

    @Override
    public void awaitEnd() {
      sent.join();
    }
  }

  @Test
  void a_bot_answers() throws Exception {
    KeySigner bot = KeySigner.of(SecretKey.generate());
    try (ManagementClient client = ManagementClient.at(server.httpUrl(), alice);
        RelayPool relays = RelayPool.connect(server.relayUrl());
        RelayPool others = RelayPool.connect(server.relayUrl())) {
      String id = client.create(CreateStream.titled("t")).streamId();
      EventAddress stream = new EventAddress(Kind.LIVE_STREAM, alice.publicKey(), id, List.of());
      Thread running = Thread.ofVirtual().start(() -> run(others, stream, bot));
      BlockingQueue<ChatMessage> seen = new LinkedBlockingQueue<>();
      try (LiveChat chat = LiveChat.open(relays, stream, seen::add)) {
        chat.send("!echo hello", alice);
        ChatMessage question = seen.poll(10, TimeUnit.SECONDS);
        ChatMessage answer = seen.poll(10, TimeUnit.SECONDS);
        assertThat(answer).isNotNull();
        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.author()).isEqualTo(bot.publicKey());
        assertThat(answer.replyTo()).contains(question.event().id());
      }
      assertThat(running.join(TIMEOUT)).isTrue();
    }
  }

  private static void run(RelayPool relays, EventAddress stream, KeySigner bot) {
    try {
      EchoBot.run(relays, stream, bot, 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
