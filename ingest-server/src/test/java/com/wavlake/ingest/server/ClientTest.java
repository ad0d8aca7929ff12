package com.wavlake.ingest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.ApiException;
import com.wavlake.live.api.Capacity;
import com.wavlake.live.api.ChatRules;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.CreatedWebhook;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.Page;
import com.wavlake.live.api.PlannedListing;
import com.wavlake.live.api.ProviderInfo;
import com.wavlake.live.api.Publisher;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.api.StreamEdit;
import com.wavlake.live.api.StreamEvent;
import com.wavlake.live.api.WillDeposit;
import com.wavlake.live.api.WillState;
import com.wavlake.live.broadcast.LastWill;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The SDK's client and this server understand each other: every call once, over real sockets. */
@Timeout(60)
final class ClientTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @TempDir Path directory;
  private final KeySigner admin = KeySigner.of(SecretKey.generate());
  private final KeySigner alice = KeySigner.of(SecretKey.generate());
  private final KeySigner bob = KeySigner.of(SecretKey.generate());
  private IngestServer server;
  private ManagementClient client;

  @BeforeEach
  void start() throws IOException {
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("access.admins", admin.publicKey().npub())
            .set("webhooks.targets", "anywhere")
            .dataDir(directory)
            .start();
    client = ManagementClient.at(server.httpUrl(), alice);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private EventAddress address(String streamId) {
    return new EventAddress(Kind.LIVE_STREAM, alice.publicKey(), streamId, List.of());
  }

  @Test
  void a_stream_is_described_anew() {
    String id = client.create(CreateStream.titled("before").image("https://x/y.png")).streamId();
    Instant starts = Instant.parse("2036-01-31T20:00:00Z");
    StreamDetails after =
        client.edit(
            id,
            StreamEdit.empty()
                .title("after")
                .description("a talk")
                .category("talk")
                .enableChat(false)
                .starts(starts)
                .tags(List.of("java", "nostr"))
                .withoutImage());
    assertThat(after).isEqualTo(client.get(id));
    assertThat(after.title()).isEqualTo("after");
    assertThat(after.description()).isEqualTo("a talk");
    assertThat(after.category()).isEqualTo("talk");
    assertThat(after.enableChat()).isFalse();
    assertThat(after.starts()).hasValue(starts);
    assertThat(after.tags()).containsExactly("java", "nostr");
    assertThat(after.image()).isEmpty();
    assertThat(after.record()).isFalse();
    assertThat(client.edit(id, StreamEdit.empty())).isEqualTo(after);
    assertThat(client.edit(id, StreamEdit.empty().withoutStarts().tags(List.of())).starts())
        .isEmpty();
    assertThatThrownBy(() -> client.edit(id, StreamEdit.empty().title("").record(true)))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.fields()).containsKey("title"));
  }

  @Test
  void pages_follow_each_other_newest_first() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.addFirst(client.create(CreateStream.titled("stream " + i)).streamId());
    }
    Page first = client.list(Optional.empty(), 3);
    Page second = client.list(first.next(), 3);
    assertThat(second.next()).isEmpty();
    List<StreamDetails> both = new ArrayList<>(first.streams());
    both.addAll(second.streams());
    assertThat(both).extracting(StreamDetails::streamId).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(client.list()).isEqualTo(both);
    assertThatThrownBy(() -> client.list(Optional.of("none of yours"), 3))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.fields()).containsKey("cursor"));
  }

  @Test
  void what_was_is_asked_for() {
    String id = client.create(CreateStream.titled("t")).streamId();
    Instant now = Instant.now();
    assertThat(client.metrics(id, now.minus(Duration.ofDays(1)), now).samples()).isEmpty();
    assertThat(client.metrics(id, now.minus(Duration.ofDays(1)), now).nextSince()).isEmpty();
    assertThatThrownBy(() -> client.metrics(id, Instant.MIN, now))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.fields()).containsOnlyKeys("since"));
    assertThat(client.errors(id)).isEmpty();
    assertThat(client.summaries()).isEmpty();
  }

  @Test
  void a_last_will_is_kept_looked_at_and_withdrawn() {
    String id = client.create(CreateStream.titled("t")).streamId();
    assertThat(client.lastWill(id)).isEmpty();
    Instant ahead = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 180);
    Event ended =
        alice.sign(
            new EventTemplate(
                ahead.getEpochSecond(),
                Kind.LIVE_STREAM,
                List.of(
                    Tag.of("d", id),
                    Tag.of("title", "t"),
                    Tag.of("status", "ended"),
                    Tag.of("relays", "ws://127.0.0.1:1")),
                ""));
    WillDeposit deposit = client.depositLastWill(id, ended);
    assertThat(deposit.eventId()).isEqualTo(ended.id());
    assertThat(deposit.notBefore()).isEqualTo(ahead);
    assertThat(deposit.relays())
        .extracting(WillDeposit.Relay::url)
        .containsExactly(server.relayUrl(), "ws://127.0.0.1:1");
    assertThat(deposit.relays().getFirst().reachable()).isTrue();
    assertThat(deposit.relays().getLast().reachable()).isFalse();
    assertThat(deposit.relays().getLast().detail()).hasValue("it is not at a public address");
    WillState state = client.lastWill(id).orElseThrow();
    assertThat(state.kept().orElseThrow().eventId()).isEqualTo(ended.id());
    assertThat(state.kept().orElseThrow().notBefore()).isEqualTo(ahead);
    assertThat(state.released()).isEmpty();
    LastWill.withProvider(client, id).withdraw();
    assertThat(client.lastWill(id)).isEmpty();
  }

  @Test
  void the_rules_of_a_chat_are_kept_as_they_were_sent() {
    String id = client.create(CreateStream.titled("t")).streamId();
    assertThat(client.moderation(id)).isEqualTo(ChatRules.NONE);
    ChatRules rules =
        ChatRules.NONE
            .slowMode(Duration.ofSeconds(30))
            .powBits(8)
            .ban(bob.publicKey())
            .ban(admin.publicKey(), Instant.parse("2036-01-31T20:00:00Z"));
    assertThat(client.moderate(id, rules)).isEqualTo(rules);
    assertThat(client.moderation(id)).isEqualTo(rules);
    ChatRules milder = rules.unban(bob.publicKey()).powBits(0);
    assertThat(client.moderate(id, milder).bans()).containsOnlyKeys(admin.publicKey());
    ChatRules wrong = rules.powBits(99).ban(bob.publicKey(), Instant.MAX);
    assertThatThrownBy(() -> client.moderate(id, wrong))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.fields()).containsOnlyKeys("pow_bits", "bans"));
  }

  @Test
  void webhooks_come_and_go() {
    CreatedWebhook all = client.addWebhook("https://hook.example/a", Set.of());
    CreatedWebhook one = client.addWebhook("https://hook.example/b", Set.of("stream.live"));
    assertThat(all.secret()).startsWith("whsec_");
    assertThat(all.webhook().events())
        .containsExactlyInAnyOrder("stream.live", "stream.ended", "stream.error");
    assertThat(client.webhooks()).containsExactlyInAnyOrder(all.webhook(), one.webhook());
    client.removeWebhook(all.webhook().id());
    assertThat(client.webhooks()).containsExactly(one.webhook());
    assertThatThrownBy(() -> client.addWebhook("gopher://x", Set.of("stream.paused")))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.fields()).containsOnlyKeys("url", "events"));
  }

  @Test
  void a_webhook_tells_of_its_deliveries() {
    var created = client.addWebhook("http://127.0.0.1:1/nobody", Set.of("stream.ended"));
    client.stop(client.create(CreateStream.titled("t")).streamId());
    assertThat(client.webhooks().getFirst().deliveries())
        .singleElement()
        .satisfies(delivery -> {
          assertThat(delivery.event()).isEqualTo("stream.ended");
          assertThat(delivery.id()).isNotEmpty();
        });
    assertThat(client.webhooks().getFirst().id()).isEqualTo(created.webhook().id());
  }

  @Test
  void admins_say_who_may_publish_and_see_how_full_it_is() {
    try (ManagementClient admins = ManagementClient.at(server.httpUrl(), admin)) {
      Publisher denied =
          admins.setPublisher(bob.publicKey(), Publisher.Status.SUSPENDED, "too loud");
      assertThat(denied.key()).isEqualTo(bob.publicKey());
      assertThat(denied.note()).isEqualTo("too loud");
      assertThat(admins.publishers()).containsExactly(denied);
      assertThat(admins.publishers(Publisher.Status.SUSPENDED)).containsExactly(denied);
      assertThat(admins.publishers(Publisher.Status.PENDING)).isEmpty();
      try (ManagementClient suspended = ManagementClient.at(server.httpUrl(), bob)) {
        assertThatThrownBy(() -> suspended.create(CreateStream.titled("t")))
            .isInstanceOfSatisfying(
                ApiException.class, e -> assertThat(e.code()).isEqualTo("suspended"));
      }
      admins.removePublisher(bob.publicKey());
      assertThat(admins.publishers()).isEmpty();
      assertThat(admins.capacity())
          .extracting(Capacity::name)
          .containsExactly("streams", "viewers", "traffic", "cpu");
      assertThat(admins.capacity().getFirst()).isEqualTo(new Capacity("streams", 0, 20, 15, false));
    }
    assertThat(client.capacity()).isEmpty();
    assertThatThrownBy(client::publishers)
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.status()).isEqualTo(403));
  }

  @Test
  void everybody_is_told_of_the_server_and_what_is_planned() {
    ProviderInfo info = client.info();
    assertThat(info.apiUrl()).isEqualTo(server.httpUrl());
    assertThat(info.access()).hasValue("open");
    assertThat(info.records()).isFalse();
    assertThat(info.rtmpsIngest()).isEmpty();
    assertThat(info.maxStreamsPerOwner()).isPositive();
    Instant starts = Instant.parse("2036-01-31T20:00:00Z");
    String id = client.create(CreateStream.titled("soon").starts(starts)).streamId();
    String naddr =
        new EventAddress(Kind.LIVE_STREAM, alice.publicKey(), id, List.of(info.relayUrl())).naddr();
    assertThat(client.planned())
        .containsExactly(
            new PlannedListing(
                id,
                Optional.of(naddr),
                alice.publicKey(),
                "soon",
                "other",
                Optional.empty(),
                Optional.empty(),
                Optional.of(starts),
                server.httpUrl() + "/live/" + id + ".m3u8"));
    assertThat(client.live()).isEmpty();
    assertThat(client.ended()).isEmpty();
    assertThat(client.listing(naddr)).isEqualTo(client.listing(id));
    assertThat(client.listing(id).starts()).hasValue(starts);
    assertThat(info.watchPage(naddr)).hasValue(server.httpUrl() + "/w/" + naddr);
  }

  @Test
  void an_owner_who_changes_the_key_goes_on_following() throws Exception {
    CreatedStream stream = client.create(CreateStream.titled("t"));
    BlockingQueue<StreamEvent> told = new LinkedBlockingQueue<>();
    BlockingQueue<String> lost = new LinkedBlockingQueue<>();
    Thread follower =
        Thread.ofVirtual()
            .start(() -> {
              try {
                client.follow(stream.streamId(), told::add, lost::add);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    assertThat(next(told)).isInstanceOf(StreamEvent.Connection.class);
    String key = client.rotateKey(stream.streamId()).reveal();
    until(StreamEvent.KeyReplaced.class, told);
    until(StreamEvent.Connection.class, told);
    RtmpPublisher.publish(server.rtmpUrl(), key, TIMEOUT).close();
    client.stop(stream.streamId());
    until(StreamEvent.Ended.class, told);
    assertThat(follower.join(TIMEOUT)).isTrue();
    assertThat(lost).isEmpty();
  }

  private static StreamEvent next(BlockingQueue<StreamEvent> told) throws InterruptedException {
    return Optional.ofNullable(told.poll(10, TimeUnit.SECONDS)).orElseThrow();
  }

  private static void until(Class<? extends StreamEvent> wanted, BlockingQueue<StreamEvent> told)
      throws InterruptedException {
    StreamEvent event = next(told);
    while (!wanted.isInstance(event)) {
      event = next(told);
    }
  }

  @Test
  void the_relay_counts() {
    String id = client.create(CreateStream.titled("t")).streamId();
    try (RelayPool relays = RelayPool.connect(server.relayUrl())) {
      for (KeySigner author : List.of(alice, bob)) {
        Event said = author.sign(ChatMessage.to(address(id)).text("hello", Instant.now()));
        relays.publish(said, TIMEOUT).requireAccepted(1);
      }
      Filter chat = Filter.kinds(Kind.CHAT_MESSAGE).tagged("a", address(id).coordinate());
      assertThat(relays.count(List.of(chat), TIMEOUT)).hasValue(2);
    }
  }
}
