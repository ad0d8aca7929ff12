package com.wavlake.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
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
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.social.Deletion;
import com.wavlake.live.social.Lnurl;
import com.wavlake.live.social.Profile;
import com.wavlake.live.social.ZapRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
      Path.of(
          "..", "cli", "src", "main", "resources", "com", "wavlake", "cli", "encoder", "demo.flv");

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
            .set("relay.policy", "open")
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

  private String streamOfAlice() {
    try (ManagementClient client = ManagementClient.at(server.httpUrl(), alice)) {
      return client.create(CreateStream.titled("t")).streamId();
    }
  }

  @Test
  void a_chat_is_tailed() throws Exception {
    EventAddress stream =
        new EventAddress(Kind.LIVE_STREAM, alice.publicKey(), streamOfAlice(), List.of());
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    try (RelayPool relays = RelayPool.connect(server.relayUrl());
        LiveChat tail = TailChat.run(relays, stream, lines::add)) {
      var sent = tail.send("hello", alice);
      assertThat(lines.poll(10, TimeUnit.SECONDS)).endsWith(": hello");
      var deletion = Deletion.of(List.of(sent.event()), "", Instant.now());
      await()
          .until(() -> {
            relays.publish(alice.sign(deletion), TIMEOUT).requireAccepted(1);
            return lines.stream().anyMatch(line -> line.startsWith("(DELETED"));
          });
    }
  }

  @Test
  void a_live_event_is_published() {
    try (RelayPool relays = RelayPool.connect(server.relayUrl())) {
      var result = PublishLiveEvent.run(relays, alice, "https://live.example/live/d.m3u8");
      LiveStream found =
          LiveStream.parse(relays.newest(result.event().address(), TIMEOUT).orElseThrow());
      assertThat(found.title()).contains("Java night");
      assertThat(found.status()).contains(Status.LIVE);
    }
  }

  @Test
  void who_is_live_is_found() {
    try (RelayPool relays = RelayPool.connect(server.relayUrl())) {
      PublishLiveEvent.run(relays, alice, "https://live.example/live/d.m3u8");
    }

    assertThat(WhoIsLive.onRelays(server.relayUrl()))
        .singleElement()
        .asString()
        .startsWith("Java night  naddr1");
  }

  @Test
  void the_quick_start_shows_what_is_compiled() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "quickstart", "embedder.md"));
    String program = page.split("```java\n", 2)[1].split("```", 2)[0];

    assertThat(Files.readString(Path.of("src/main/java/com/wavlake/examples/WhoIsLive.java")))
        .endsWith(program);
  }

  @Test
  void what_others_carry_is_announced() {
    try (RelayPool relays = RelayPool.connect(server.relayUrl())) {
      List<Status> during = new ArrayList<>();
      String naddr =
          AnnounceHls.run(
              relays,
              alice,
              "Radio",
              "https://radio.example/live.m3u8",
              directory.resolve("wills"),
              () ->
                  during.add(
                      LiveStream.parse(
                              relays.query(Filter.kinds(Kind.LIVE_STREAM), TIMEOUT).getFirst())
                          .status()
                          .orElseThrow()));
      LiveStream after =
          LiveStream.parse(relays.newest(EventAddress.parse(naddr), TIMEOUT).orElseThrow());
      assertThat(during).containsExactly(Status.LIVE);
      assertThat(after.status()).contains(Status.ENDED);
      assertThat(directory.resolve("wills")).isEmptyDirectory();
    }
  }

  /** The profile and the receipt go over the relay; the payment server is asked by its address. */
  @Test
  void a_zap_is_verified() throws Exception {
    KeySigner payments = KeySigner.of(SecretKey.generate());
    KeySigner fan = KeySigner.of(SecretKey.generate());
    HttpServer lnurl =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String pay =
        "{\"callback\":\"http://127.0.0.1/pay\",\"minSendable\":1000,\"maxSendable\":9000000,"
            + "\"allowsNostr\":true,\"nostrPubkey\":\""
            + payments.publicKey()
            + "\"}";
    lnurl.createContext(
        "/.well-known/lnurlp/alice",
        exchange -> {
          exchange.sendResponseHeaders(200, pay.length());
          exchange.getResponseBody().write(pay.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    lnurl.start();
    try (RelayPool relays = RelayPool.connect(server.relayUrl())) {
      String address = "alice@127.0.0.1:" + lnurl.getAddress().getPort();
      Profile profile = Profile.of(alice.publicKey()).with("lud16", address);
      relays.publish(alice.sign(profile.toTemplate(Instant.now())), TIMEOUT).requireAccepted(1);
      Event request =
          fan.sign(
              ZapRequest.to(alice.publicKey(), 1_000_000)
                  .relays(relays.urls())
                  .toTemplate(Instant.now()));
      List<Tag> tags =
          List.of(
              Tag.of("p", alice.publicKey().hex()),
              Tag.of("bolt11", NIP_57_INVOICE),
              Tag.of("description", request.toJson()));
      EventTemplate receipt =
          new EventTemplate(Instant.now().getEpochSecond(), Kind.ZAP_RECEIPT, tags, "");
      assertThat(VerifyZap.run(relays, Lnurl.local(), payments.sign(receipt)))
          .isEqualTo("1000 sats from " + fan.publicKey().npub());
      assertThat(VerifyZap.run(relays, Lnurl.local(), fan.sign(receipt)))
          .startsWith("does not count: pubkey:");
    } finally {
      lnurl.stop(0);
    }
  }

  /** Of 1,000 sats, out of NIP-57. */
  private static final String NIP_57_INVOICE =
      "lnbc10u1p3unwfusp5t9r3yymhpfqculx78u027lxspgxcr2n2987mx2j55nnfs95nxnzqpp5jmrh92pfld78spqs7"
          + "8v9euf2385t83uvpwk9ldrlvf6ch7tpascqhp5zvkrmemgth3tufcvflmzjzfvjt023nazlhljz2n9hattj4f8j"
          + "q8qxqyjw5qcqpjrzjqtc4fc44feggv7065fqe5m4ytjarg3repr5j9el35xhmtfexc42yczarjuqqfzqqqqqqqq"
          + "lgqqqqqqgq9q9qxpqysgq079nkq507a5tw7xgttmj4u990j7wfggtrasah5gd4ywfr2pjcn29383tphp4t48gqu"
          + "elz9z78p4cq7ml3nrrphw5w6eckhjwmhezhnqpy6gyf0";
}
