package com.wavlake.ingest.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.ingest.TestDatabase;
import com.wavlake.ingest.relay.AuthDemand;
import com.wavlake.ingest.relay.Relay;
import com.wavlake.ingest.relay.RelayLimits;
import com.wavlake.ingest.store.Database;
import com.wavlake.ingest.store.SqlEventStore;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.time.FakeTime;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stands between a deposited event and the relays it names. */
@Timeout(60)
final class WillPartsTest {
  private static final String OWN = "wss://live.example/relay";

  private final KeySigner alice = KeySigner.of(SecretKey.generate());
  private final FakeTime time = new FakeTime();
  private final StreamRecord stream =
      StreamRecord.created(
          "stream-1",
          alice.publicKey(),
          new StreamRecord.About("t", "", "c", true, Optional.empty(), Optional.empty(), "", false),
          "hash",
          time.now());

  private LiveStream.Builder live(String id) {
    return LiveStream.builder(id).title("t").streaming("https://x.example/a.m3u8");
  }

  private Event will(Instant at) {
    return alice.sign(live("stream-1").ended(at).build().toTemplate(at));
  }

  private void refused(String field, Event event) {
    refused(field, event.toJson());
  }

  private void refused(String field, String body) {
    assertThatThrownBy(
            () -> WillCheck.parse(body.getBytes(StandardCharsets.UTF_8), stream, time.now()))
        .isInstanceOfSatisfying(WillRefused.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  @Test
  void a_will_is_checked_field_by_field_before_it_is_kept() {
    Instant at = time.now().plusSeconds(180);
    Event right = will(at);
    assertThatCode(() ->
            WillCheck.parse(right.toJson().getBytes(StandardCharsets.UTF_8), stream, time.now()))
        .doesNotThrowAnyException();
    KeySigner bob = KeySigner.of(SecretKey.generate());
    refused("pubkey", bob.sign(right.template()));
    refused("d", alice.sign(live("stream-2").ended(at).build().toTemplate(at)));
    refused("status", alice.sign(live("stream-1").live(at).build().toTemplate(at)));
    refused("kind", alice.sign(new EventTemplate(at.getEpochSecond(), 1, List.of(), "")));
    refused("created_at", will(time.now().minusSeconds(61)));
    refused("created_at", will(time.now().plusSeconds(901)));
    refused("sig", Event.parse(right.toJson().replace("\"t\"", "\"T\"")));
    refused(
        "event",
        alice.sign(
            live("stream-1").ended(at).description("x".repeat(20_000)).build().toTemplate(at)));
    assertThatThrownBy(
            () -> WillCheck.parse("{".getBytes(StandardCharsets.UTF_8), stream, time.now()))
        .isInstanceOf(WillRefused.class);
  }

  @Test
  void it_goes_to_this_server_and_the_first_ten_relays_that_it_names() {
    List<String> named = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      named.add("wss://r" + i + ".example");
    }
    named.addFirst("https://no.relay");
    named.addFirst("wss://user:secret@r.example");
    named.addFirst("wss://" + "x".repeat(300) + ".example");
    named.add(1, "not a url");
    Event event =
        alice.sign(
            new EventTemplate(
                1,
                30_311,
                List.of(Tag.of("d", "x"), Tag.of("relays", named.toArray(String[]::new))),
                ""));
    assertThat(WillCheck.relays(event, OWN))
        .hasSize(11)
        .startsWith(OWN, "wss://r0.example")
        .endsWith("wss://r9.example");
  }

  @Test
  void no_relay_of_the_own_network_is_connected_to_whatever_it_is_called(@TempDir Path directory)
      throws IOException {
    try (Database database = TestDatabase.SQLITE.open(directory);
        ServerSocket inside = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      inside.setSoTimeout(300);
      Relay own =
          new Relay(
              new SqlEventStore(database),
              (_, _) -> Optional.empty(),
              RelayLimits.DEFAULT,
              AuthDemand.OFFERED,
              time);
      RelayPostman careful = new RelayPostman(own, OWN, Set.of(), Duration.ofMillis(500));
      Event event = will(time.now());
      for (String host :
          List.of(
              "127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "[::ffff:127.0.0.1]")) {
        for (String scheme : List.of("ws", "wss")) {
          String url = scheme + "://" + host + ":" + inside.getLocalPort();
          assertThat(careful.bring(event, url))
              .as(url)
              .isNotInstanceOf(Postman.Receipt.Accepted.class);
          assertThat(careful.problem("wss://" + host + ":" + inside.getLocalPort()))
              .as("told at the deposit: %s", host)
              .isPresent();
        }
      }
      assertThatThrownBy(inside::accept)
          .as("nobody has knocked")
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(careful.bring(event, OWN)).isEqualTo(new Postman.Receipt.Accepted());
      assertThat(new SqlEventStore(database).query(Filter.any(), 1, time.now()))
          .containsExactly(event);
      assertThat(careful.problem(OWN)).isEmpty();
    }
  }

  @Test
  void what_is_known_of_a_relay_is_not_asked_again_for_ten_minutes() {
    AtomicInteger asked = new AtomicInteger();
    WillRelays relays =
        new WillRelays(
            url -> {
              asked.incrementAndGet();
              if (url.contains("odd")) {
                throw new IllegalStateException("on purpose");
              }
              return url.contains("auth") ? Optional.of("it demands it") : Optional.empty();
            },
            time);
    List<String> urls = List.of("wss://good", "wss://auth", "wss://odd");
    Map<String, String> expected =
        Map.of("wss://good", "", "wss://auth", "it demands it", "wss://odd", "");
    assertThat(relays.problems(urls)).isEqualTo(expected);
    assertThat(relays.problems(urls)).isEqualTo(expected);
    assertThat(asked).hasValue(3);
    time.advance(Duration.ofMinutes(11));
    assertThat(relays.problems(urls)).isEqualTo(expected);
    assertThat(asked).hasValue(6);
  }
}
