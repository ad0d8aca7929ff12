package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.TestDatabase;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The server is killed, as by {@code kill -9}, and started again on what is left. */
@Timeout(120)
@ParameterizedClass
@EnumSource(TestDatabase.class)
final class CrashIT extends MediaTestBase {
  @Parameter TestDatabase kind = TestDatabase.SQLITE;

  private @Nullable ServerProcess running;
  private String databaseUrl = "";
  private int httpPort;

  private void start(String... more) throws IOException {
    if (httpPort == 0) {
      databaseUrl = kind.newUrl();
      try (ServerSocket free = new ServerSocket(0)) {
        httpPort = free.getLocalPort(); // the same before and after: authorisations name it
      }
    }
    List<String> settings =
        new ArrayList<>(
            List.of(
                "http.port=" + httpPort,
                "db.url=" + databaseUrl,
                "data.dir=" + directory.resolve("data"),
                "thumbnails.ffmpeg=off",
                "grace.lost=3s",
                "outbox.quiet=2s"));
    settings.addAll(List.of(more));
    running =
        closing(
            ServerProcess.start(directory.resolve("server.log"), settings.toArray(String[]::new)));
  }

  private void kill() throws InterruptedException {
    process().kill();
  }

  private ServerProcess process() {
    return Objects.requireNonNull(running);
  }

  private Event will(CreatedStream stream, Instant at, String... relays) {
    return streamer.sign(
        LiveStream.builder(stream.streamId())
            .title("Test")
            .streaming(stream.hlsPlayback())
            .relays(List.of(relays))
            .ended(at)
            .build()
            .toTemplate(at));
  }

  private Event live(CreatedStream stream, String... relays) {
    Instant now = Instant.now();
    return streamer.sign(
        LiveStream.builder(stream.streamId())
            .title("Test")
            .streaming(stream.hlsPlayback())
            .relays(List.of(relays))
            .live(now)
            .build()
            .toTemplate(now));
  }

  private String status(ManagementClient client, CreatedStream stream) {
    return client.status(stream.streamId()).status();
  }

  private static Event newest(String relay, EventAddress address) {
    try (RelayPool pool = RelayPool.connect(relay)) {
      return pool.newest(address, TIMEOUT).orElseThrow();
    }
  }

  @Test
  void on_air_it_is_waited_for_and_goes_on_where_it_was() throws Exception {
    start();
    ManagementClient client = client(process().http());
    CreatedStream stream = create(client);
    RtmpPublisher before = publish(process().rtmp(), stream);
    Clip.send(before, 0, 8_000);
    await().until(() -> client.start(stream.streamId()).status().equals("live"));
    await().until(() -> !playlist(mediaUrl(stream)).segments().isEmpty());
    long reached = playlist(mediaUrl(stream)).mediaSequence();

    kill();
    start();

    assertThat(status(client, stream)).isEqualTo("reconnecting");
    RtmpPublisher after = publish(process().rtmp(), stream);
    Clip.send(after, 0, 8_000);
    await().until(() -> status(client, stream).equals("live"));
    await().ignoreExceptions().until(() -> !playlist(mediaUrl(stream)).segments().isEmpty());
    assertThat(playlist(mediaUrl(stream)).mediaSequence())
        .as("no number twice")
        .isGreaterThan(reached);
    assertThat(client.stop(stream.streamId()).status()).isEqualTo("ended");
  }

  @Test
  void together_with_the_streamer_and_the_will_goes_out_to_all_relays_once() throws Exception {
    IngestServer elsewhere = server("relay.policy=open"); // a relay like any other
    start("outbox.relays=" + elsewhere.relayUrl());
    ManagementClient client = client(process().http());
    CreatedStream stream = create(client);
    EventAddress address =
        new EventAddress(Kind.LIVE_STREAM, streamer.publicKey(), stream.streamId(), List.of());
    RtmpPublisher encoder = publish(process().rtmp(), stream);
    await().until(() -> client.start(stream.streamId()).status().equals("live"));
    Event will = will(stream, Instant.now().plusSeconds(4), elsewhere.relayUrl());
    client.depositLastWill(stream.streamId(), will);
    String own = process().http().replace("http", "ws") + "/relay";
    Event live = live(stream, elsewhere.relayUrl());
    try (RelayPool pool = RelayPool.connect(own, elsewhere.relayUrl())) {
      assertThat(pool.publish(live, TIMEOUT).acceptedCount()).isEqualTo(2);
    }
    encoder.close();

    kill(); // with the will deposited, not released
    start("outbox.relays=" + elsewhere.relayUrl());

    assertThat(newest(elsewhere.relayUrl(), address)).isEqualTo(live);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> newest(elsewhere.relayUrl(), address).equals(will));
    await().until(() -> newest(own, address).equals(will));
    assertThat(status(client, stream)).isEqualTo("ended");
  }

  @Test
  void after_the_release_and_before_a_relay_was_back() throws Exception {
    assumeTrue(kind == TestDatabase.SQLITE, "on PostgreSQL LastWillTest has it, without a process");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String late = "ws://127.0.0.1:" + port + "/relay"; // nobody is there yet
    start("outbox.relays=" + late, "grace.lost=0s");
    ManagementClient client = client(process().http());
    CreatedStream stream = create(client);
    EventAddress address =
        new EventAddress(Kind.LIVE_STREAM, streamer.publicKey(), stream.streamId(), List.of());
    Event will = will(stream, Instant.now().plusSeconds(1), late);
    client.depositLastWill(stream.streamId(), will);
    client.stop(stream.streamId());
    String own = process().http().replace("http", "ws") + "/relay";
    await().ignoreExceptions().until(() -> newest(own, address).equals(will));

    kill();
    IngestServer elsewhere = server("relay.policy=open", "http.port=" + port);
    assertThat(elsewhere.httpPort()).isEqualTo(port);
    start("outbox.relays=" + late);

    await()
        .ignoreExceptions()
        .atMost(Duration.ofSeconds(30))
        .until(() -> newest(late, address).equals(will));
  }

  @Test
  void while_people_write_and_what_was_acknowledged_is_there() throws Exception {
    start("relay.events-per-minute=100000");
    ManagementClient client = client(process().http());
    CreatedStream stream = create(client);
    EventAddress address =
        new EventAddress(Kind.LIVE_STREAM, streamer.publicKey(), stream.streamId(), List.of());
    String own = process().http().replace("http", "ws") + "/relay";
    List<Event> acknowledged = new ArrayList<>();
    AtomicInteger sent = new AtomicInteger();
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              try (RelayPool pool = RelayPool.connect(own)) {
                while (sent.get() < 10_000) {
                  Event message =
                      KeySigner.of(SecretKey.generate())
                          .sign(
                              ChatMessage.to(address)
                                  .text("message " + sent.incrementAndGet(), Instant.now()));
                  if (pool.publish(message, Duration.ofSeconds(2)).acceptedCount() == 1) {
                    synchronized (acknowledged) {
                      acknowledged.add(message);
                    }
                  } else {
                    return;
                  }
                }
              }
            });
    await()
        .until(() -> {
          synchronized (acknowledged) {
            return acknowledged.size() > 200;
          }
        });

    kill();
    writer.join(TIMEOUT);
    start();

    List<Event> all;
    synchronized (acknowledged) {
      all = List.copyOf(acknowledged);
    }
    try (RelayPool pool = RelayPool.connect(own)) {
      List<Event> kept = pool.query(Filter.kinds(Kind.CHAT_MESSAGE).limit(500), TIMEOUT);
      List<Event> newest = all.subList(Math.max(0, all.size() - 400), all.size());
      assertThat(kept).as("nothing acknowledged is lost").containsAll(newest);
    }
  }
}
