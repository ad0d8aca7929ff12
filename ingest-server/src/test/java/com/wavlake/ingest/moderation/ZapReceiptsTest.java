package com.wavlake.ingest.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.wavlake.ingest.TestDatabase;
import com.wavlake.ingest.store.Database;
import com.wavlake.ingest.store.SqlEventStore;
import com.wavlake.ingest.time.FakeTime;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.social.Lnurl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anybody can sign a receipt: it counts when the recipient's own payment server did. */
final class ZapReceiptsTest {
  /** NIP-57's own example of a receipt, 1,000,000 millisats. */
  private static final String INVOICE =
      "lnbc10u1p3unwfusp5t9r3yymhpfqculx78u027lxspgxcr2n2987mx2j55nnfs95nxnzqpp5jmrh92pfld78spqs7"
          + "8v9euf2385t83uvpwk9ldrlvf6ch7tpascqhp5zvkrmemgth3tufcvflmzjzfvjt023nazlhljz2n9hattj4f8j"
          + "q8qxqyjw5qcqpjrzjqtc4fc44feggv7065fqe5m4ytjarg3repr5j9el35xhmtfexc42yczarjuqqfzqqqqqqqq"
          + "lgqqqqqqgq9q9qxpqysgq079nkq507a5tw7xgttmj4u990j7wfggtrasah5gd4ywfr2pjcn29383tphp4t48gqu"
          + "elz9z78p4cq7ml3nrrphw5w6eckhjwmhezhnqpy6gyf0";

  @TempDir Path directory;
  private final KeySigner host = KeySigner.of(SecretKey.generate());
  private final KeySigner payer = KeySigner.of(SecretKey.generate());
  private final KeySigner wallet = KeySigner.of(SecretKey.generate());
  private final FakeTime time = new FakeTime();
  private final AtomicInteger asked = new AtomicInteger();
  private Database database;
  private SqlEventStore events;
  private HttpServer payments;

  @BeforeEach
  void open() throws IOException {
    database = TestDatabase.SQLITE.open(directory);
    events = new SqlEventStore(database);
    payments = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    payments.createContext(
        "/.well-known/lnurlp/host",
        exchange -> {
          asked.incrementAndGet();
          byte[] answer =
              ("{\"callback\":\"https://x.example/cb\",\"minSendable\":1,\"maxSendable\":1000000000,\"allowsNostr\":true,\"nostrPubkey\":\""
                      + wallet.publicKey().hex()
                      + "\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    payments.start();
  }

  @AfterEach
  void close() {
    payments.stop(0);
    database.close();
  }

  private void profile(String address) {
    events.store(
        List.of(
            host.sign(
                new EventTemplate(
                    time.now().getEpochSecond(),
                    Kind.PROFILE,
                    List.of(),
                    "{\"lud16\":\"" + address + "\"}"))));
  }

  private Event receipt(KeySigner by) {
    String coordinate = "30311:" + host.publicKey().hex() + ":s1";
    Event request =
        payer.sign(
            new EventTemplate(
                time.now().getEpochSecond(),
                Kind.ZAP_REQUEST,
                List.of(
                    Tag.of("p", host.publicKey().hex()),
                    Tag.of("a", coordinate),
                    Tag.of("relays", "wss://r.example"),
                    Tag.of("amount", "1000000")),
                ""));
    return by.sign(
        new EventTemplate(
            time.now().getEpochSecond(),
            Kind.ZAP_RECEIPT,
            List.of(
                Tag.of("p", host.publicKey().hex()),
                Tag.of("a", coordinate),
                Tag.of("bolt11", INVOICE),
                Tag.of("description", request.toJson())),
            ""));
  }

  @Test
  void the_recipients_own_server_is_believed_and_asked_once_in_ten_minutes() {
    profile("host@127.0.0.1:" + payments.getAddress().getPort());
    ZapReceipts zaps = new ZapReceipts(events, Lnurl.local(), time);
    assertThat(zaps.refuse(receipt(wallet))).isEmpty();
    assertThat(zaps.refuse(receipt(payer)).orElseThrow()).startsWith("invalid: pubkey");
    assertThat(zaps.refuse(receipt(wallet))).isEmpty();
    assertThat(asked).hasValue(1);
    time.advance(Duration.ofMinutes(11));
    assertThat(zaps.refuse(receipt(wallet))).isEmpty();
    assertThat(asked).hasValue(2);
    assertThat(ZapReceipts.stream(receipt(wallet)).orElseThrow().identifier()).isEqualTo("s1");
  }

  @Test
  void who_has_no_profile_here_gets_no_zaps_here() {
    ZapReceipts zaps = new ZapReceipts(events, Lnurl.local(), time);
    assertThat(zaps.refuse(receipt(wallet)).orElseThrow()).startsWith("blocked:");
    profile("host@127.0.0.1:" + payments.getAddress().getPort());
    assertThat(zaps.refuse(receipt(wallet))).as("remembered for a minute").isPresent();
    time.advance(Duration.ofSeconds(61));
    assertThat(zaps.refuse(receipt(wallet))).isEmpty();
  }

  @Test
  void a_profile_cannot_make_the_server_ask_its_own_network() throws IOException {
    try (ServerSocket inside = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      inside.setSoTimeout(300);
      for (String name : List.of("127.0.0.1", "localhost", "2130706433")) {
        profile("host@" + name + ":" + inside.getLocalPort());
        assertThat(new ZapReceipts(events, Lnurl.standard(), time).refuse(receipt(wallet)))
            .as(name)
            .isPresent();
        time.advance(Duration.ofSeconds(1)); // a newer profile
      }
      assertThatThrownBy(inside::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }
}
