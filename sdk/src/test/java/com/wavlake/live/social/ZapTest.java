package com.wavlake.live.social;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.nostr.Bech32;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ZapTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final KeySigner HOST = KeySigner.of(SecretKey.generate());
  private static final KeySigner FAN = KeySigner.of(SecretKey.generate());
  private static final EventAddress STREAM =
      new EventAddress(Kind.LIVE_STREAM, HOST.publicKey(), "d", List.of("wss://a.example"));

  /** NIP-57's own example of a receipt: invoice and request. */
  private static final String NIP_INVOICE =
      "lnbc10u1p3unwfusp5t9r3yymhpfqculx78u027lxspgxcr2n2987mx2j55nnfs95nxnzqpp5jmrh92pfld78spqs7"
          + "8v9euf2385t83uvpwk9ldrlvf6ch7tpascqhp5zvkrmemgth3tufcvflmzjzfvjt023nazlhljz2n9hattj4f8j"
          + "q8qxqyjw5qcqpjrzjqtc4fc44feggv7065fqe5m4ytjarg3repr5j9el35xhmtfexc42yczarjuqqfzqqqqqqqq"
          + "lgqqqqqqgq9q9qxpqysgq079nkq507a5tw7xgttmj4u990j7wfggtrasah5gd4ywfr2pjcn29383tphp4t48gqu"
          + "elz9z78p4cq7ml3nrrphw5w6eckhjwmhezhnqpy6gyf0";

  private PaymentServer server;
  private Profile host;
  private Lnurl.Provider provider;

  @BeforeEach
  void open() throws IOException {
    server = new PaymentServer();
    host = Profile.of(HOST.publicKey()).with("lud16", server.addressOf("host"));
    provider = Lnurl.local().providerOf(host).orElseThrow();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Event request(long millisats) {
    return FAN.sign(
        ZapRequest.to(HOST.publicKey(), millisats).stream(STREAM)
            .via(provider)
            .comment("Great!")
            .toTemplate(NOW));
  }

  private static Event edited(Event event, KeySigner signer, String name, Tag... replacements) {
    List<Tag> tags = new ArrayList<>(event.tags());
    tags.removeIf(tag -> tag.name().equals(name));
    tags.addAll(List.of(replacements));
    return signer.sign(new EventTemplate(event.createdAt(), event.kind(), tags, event.content()));
  }

  @Test
  void the_nips_invoice_is_read() {
    Bolt11 invoice = Bolt11.parse(NIP_INVOICE);
    assertThat(invoice.amountMillisats()).hasValue(1_000_000);
    assertThat(invoice.descriptionHash())
        .contains("132c3de7685de2be270c4ff629092c92dea8cfa2fdff212a65bf56b95527900e");
  }

  @ParameterizedTest
  @CsvSource({
    "lnbc1, -1",
    "lnbc20m, 2000000000",
    "lnbc2500u, 250000000",
    "lnbc10n, 1000",
    "lnbc10p, 1",
    "lnbc2, 200000000000",
    "lnbcrt500u, 50000000"
  })
  void amounts_of_invoices(String prefix, long millisats) throws Exception {
    String human = prefix.equals("lnbc1") ? "lnbc" : prefix;
    String invoice =
        nostr.crypto.bech32.Bech32.encode(
            nostr.crypto.bech32.Bech32.Encoding.BECH32, human, new byte[111]);
    assertThat(Bolt11.parse(invoice).amountMillisats().orElse(-1)).isEqualTo(millisats);
  }

  @Test
  void what_is_no_invoice_is_refused() throws Exception {
    String fraction =
        nostr.crypto.bech32.Bech32.encode(
            nostr.crypto.bech32.Bech32.Encoding.BECH32, "lnbc15p", new byte[111]);
    String other = Bech32.encode("lnurl", "https://x".getBytes(StandardCharsets.UTF_8));
    for (String text : List.of("", "lnbc", "lnbc10u1qqqqqq", fraction, other)) {
      assertThatThrownBy(() -> Bolt11.parse(text))
          .as(text)
          .isInstanceOf(InvalidEvent.class)
          .hasMessageStartingWith("bolt11:");
    }
  }

  @Test
  void from_a_profile_to_an_invoice_to_a_receipt_that_counts() {
    Event request = request(21_000);
    String invoice = Lnurl.local().invoice(provider, request);
    assertThat(Bolt11.parse(invoice).amountMillisats()).hasValue(21_000);

    ZapReceipt receipt =
        ZapReceipt.parse(server.receipt(request, 21_000, NOW.getEpochSecond())).requireBy(provider);
    assertThat(receipt.sats()).isEqualTo(21);
    assertThat(receipt.sender()).isEqualTo(FAN.publicKey());
    assertThat(receipt.recipient()).isEqualTo(HOST.publicKey());
    assertThat(receipt.stream().orElseThrow().coordinate()).isEqualTo(STREAM.coordinate());
    assertThat(receipt.comment()).isEqualTo("Great!");
  }

  @Test
  void a_receipt_that_somebody_else_signed_does_not_count() {
    Event forged = PaymentServer.receipt(request(21_000), 21_000, 1, FAN);
    assertThatThrownBy(() -> ZapReceipt.parse(forged).requireBy(provider))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageStartingWith("pubkey:");
  }

  @Test
  void a_receipt_that_nobody_signed_does_not_count() {
    Event real = server.receipt(request(21_000), 21_000, 1);
    Event forged = Event.of(real.template(), server.key().publicKey(), new byte[64]);
    assertThatThrownBy(() -> ZapReceipt.parse(forged)).hasMessageStartingWith("sig:");
  }

  @Test
  void a_receipt_has_to_agree_with_its_request() {
    Event request = request(21_000);
    Event receipt = server.receipt(request, 21_000, 1);
    assertThatThrownBy(() -> ZapReceipt.parse(server.receipt(request, 2_100_000, 1)))
        .hasMessageStartingWith("amount:");
    Event forAnother = edited(receipt, server.key(), "bolt11", Tag.of("bolt11", NIP_INVOICE));
    assertThatThrownBy(() -> ZapReceipt.parse(forAnother)).hasMessageStartingWith("amount:");
    Event otherRecipient = edited(receipt, server.key(), "p", Tag.of("p", FAN.publicKey().hex()));
    assertThatThrownBy(() -> ZapReceipt.parse(otherRecipient)).hasMessageStartingWith("p:");
    Event otherStream =
        edited(receipt, server.key(), "a", Tag.of("a", "30311:" + HOST.publicKey() + ":other"));
    assertThatThrownBy(() -> ZapReceipt.parse(otherStream)).hasMessageStartingWith("a:");
    Event unsigned =
        edited(
            receipt,
            server.key(),
            "description",
            Tag.of("description", request.toJson().replace("Great!", "Greed!")));
    assertThatThrownBy(() -> ZapReceipt.parse(unsigned)).hasMessageStartingWith("description:");
    Event otherServer =
        FAN.sign(
            ZapRequest.to(HOST.publicKey(), 21_000).stream(STREAM)
                .via(
                    new Lnurl.Provider(
                        "https://other.example/.well-known/lnurlp/x", "", 0, 0, Optional.empty()))
                .toTemplate(NOW));
    assertThatThrownBy(
            () -> ZapReceipt.parse(server.receipt(otherServer, 21_000, 1)).requireBy(provider))
        .hasMessageStartingWith("lnurl:");
    assertThatThrownBy(() -> ZapReceipt.parse(request)).hasMessageStartingWith("kind:");
  }

  @Test
  void a_request_keeps_the_payment_servers_rules() {
    Event good = request(21_000);
    assertThat(ZapRequest.parse(good).amountMillisats()).hasValue(21_000);
    assertThat(ZapRequest.parse(good).relays()).containsExactly("wss://a.example");
    assertThatThrownBy(
            () -> ZapRequest.parse(edited(good, FAN, "x", Tag.of("p", FAN.publicKey().hex()))))
        .hasMessageStartingWith("p:");
    String id = good.id().hex();
    assertThatThrownBy(
            () -> ZapRequest.parse(edited(good, FAN, "e", Tag.of("e", id), Tag.of("e", id))))
        .hasMessageStartingWith("e:");
    assertThatThrownBy(
            () -> ZapRequest.parse(edited(good, FAN, "amount", Tag.of("amount", "much"))))
        .hasMessageStartingWith("amount:");
    assertThatThrownBy(() -> ZapRequest.parse(edited(good, FAN, "a", Tag.of("a", "nowhere"))))
        .isInstanceOf(InvalidEvent.class);
    assertThatThrownBy(
            () -> ZapRequest.parse(Event.parse(good.toJson().replace("Great!", "Greed!"))))
        .hasMessageStartingWith("sig:");
    assertThatThrownBy(() -> ZapRequest.to(HOST.publicKey(), 0)).hasMessageStartingWith("amount:");
    assertThatThrownBy(() -> ZapRequest.to(HOST.publicKey(), 1).toTemplate(NOW))
        .hasMessageStartingWith("relays:");
  }

  @Test
  void a_payment_server_that_cheats_or_refuses_is_told() {
    Lnurl lnurl = Lnurl.local();
    assertThatThrownBy(() -> lnurl.invoice(provider, request(13_000)))
        .isInstanceOf(LiveException.class)
        .hasMessageContaining("unlucky");
    assertThatThrownBy(() -> lnurl.invoice(provider, request(999)))
        .hasMessageStartingWith("amount:");
    server.overcharge(1_000);
    assertThatThrownBy(() -> lnurl.invoice(provider, request(21_000)))
        .hasMessageContaining("another amount");
    server.overcharge(0);
    server.chargeForSomethingElse();
    assertThatThrownBy(() -> lnurl.invoice(provider, request(21_000)))
        .hasMessageContaining("something else");
    server.makeNoReceipts();
    Lnurl.Provider plain = lnurl.providerOf(host).orElseThrow();
    assertThatThrownBy(() -> lnurl.invoice(plain, request(21_000)))
        .isInstanceOfSatisfying(
            LiveException.class,
            e -> assertThat(e.category()).isEqualTo(LiveException.Category.UNSUPPORTED));
    assertThat(lnurl.providerOf(Profile.of(HOST.publicKey()))).isEmpty();
  }

  @Test
  void a_goal_counts_what_was_zapped_to_it_until_it_closed() {
    Event goalEvent =
        HOST.sign(
            ZapGoal.of(
                "New strings",
                50_000,
                List.of("wss://a.example"),
                Optional.of(STREAM),
                Optional.of(NOW.plusSeconds(100)),
                NOW));
    ZapGoal goal = ZapGoal.parse(goalEvent);
    assertThat(goal.title()).isEqualTo("New strings");
    assertThat(goal.closedAt()).contains(NOW.plusSeconds(100));
    Event toGoal = FAN.sign(ZapRequest.to(HOST.publicKey(), 30_000).goal(goal).toTemplate(NOW));
    long at = NOW.getEpochSecond();
    ZapReceipt counted = ZapReceipt.parse(server.receipt(toGoal, 30_000, at));
    ZapReceipt late = ZapReceipt.parse(server.receipt(toGoal, 30_000, at + 101));
    ZapReceipt elsewhere = ZapReceipt.parse(server.receipt(request(9_000), 9_000, at));
    assertThat(goal.raised(List.of(counted, counted, late, elsewhere))).isEqualTo(30_000);
    assertThatThrownBy(() -> ZapGoal.parse(edited(goalEvent, HOST, "amount")))
        .hasMessageStartingWith("amount:");
    assertThatThrownBy(() -> ZapGoal.parse(edited(goalEvent, HOST, "relays")))
        .hasMessageStartingWith("relays:");
    assertThatThrownBy(
            () -> ZapGoal.parse(edited(goalEvent, HOST, "closed_at", Tag.of("closed_at", "x"))))
        .hasMessageStartingWith("closed_at:");
  }
}
