package com.wavlake.live.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.signer.Signer.Capability;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
final class RemoteSignerTest {
  private static final KeySigner USER = KeySigner.of(SecretKey.generate());
  private static final KeySigner BOB = KeySigner.of(SecretKey.generate());
  private static final EventTemplate TEMPLATE =
      new EventTemplate(1_700_000_000, 1, List.of(), "hello \"there\"\n");

  private Relays relay;
  private Bunker bunker;
  private final List<String> pages = new CopyOnWriteArrayList<>();
  private final RemoteSigner.Settings settings =
      RemoteSigner.Settings.named("wlk test", pages::add)
          .timeout(Duration.ofSeconds(5))
          .permissions(List.of("sign_event:30311"));

  @BeforeEach
  void open() throws IOException {
    relay = new Relays();
    bunker = new Bunker(relay.url(), USER);
  }

  @AfterEach
  void close() {
    bunker.close();
    relay.close();
  }

  private RemoteSigner connect() {
    return RemoteSigner.connect(
        BunkerUri.parse(bunker.uri("s3cret")), SecretKey.generate(), settings);
  }

  @Test
  void it_signs_for_the_user_whose_key_is_not_the_transports() {
    try (RemoteSigner signer = connect()) {
      assertThat(signer.publicKey()).isEqualTo(USER.publicKey());
      Event event = signer.sign(TEMPLATE);
      assertThat(event.verify()).isTrue();
      assertThat(event.author()).isEqualTo(USER.publicKey());
      assertThat(event.template()).isEqualTo(TEMPLATE);
      signer.ping();
      assertThat(bunker.asked())
          .containsExactly("connect", "switch_relays", "get_public_key", "sign_event", "ping");
    }
  }

  @Test
  void it_encrypts_and_makes_no_proofs() {
    try (RemoteSigner signer = connect()) {
      assertThat(signer.capabilities()).containsExactly(Capability.NIP44);
      String sealed = signer.nip44Encrypt(BOB.publicKey(), "psst");
      assertThat(BOB.nip44Decrypt(USER.publicKey(), sealed)).isEqualTo("psst");
      assertThat(signer.nip44Decrypt(BOB.publicKey(), sealed)).isEqualTo("psst");
      assertThatThrownBy(() -> signer.signDigest(new byte[32]))
          .isInstanceOfSatisfying(
              LiveException.class,
              e -> assertThat(e.category()).isEqualTo(LiveException.Category.UNSUPPORTED));
    }
  }

  @Test
  void a_secret_may_come_back_and_a_wrong_one_may_not() {
    bunker.answerConnect("s3cret");
    connect().close();
    bunker.answerConnect("another");
    assertThatThrownBy(this::connect)
        .isInstanceOf(LiveException.class)
        .hasMessageContaining("another secret");
  }

  @Test
  void a_web_page_is_shown_and_the_second_answer_counts() {
    bunker.demandWebPage("https://signer.example/agree");
    try (RemoteSigner signer = connect()) {
      assertThat(signer.sign(TEMPLATE).verify()).isTrue();
      assertThat(pages).containsExactly("https://signer.example/agree");
    }
  }

  @Test
  void a_refusal_is_told_in_the_signers_words_and_silence_times_out() {
    try (RemoteSigner signer = connect()) {
      assertThatThrownBy(() -> signer.sign(new EventTemplate(1, 1, List.of(), "refuse me")))
          .isInstanceOf(LiveException.class)
          .hasMessageContaining("the user said no");
    }
    try (RemoteSigner hasty =
        RemoteSigner.connect(
            BunkerUri.parse(bunker.uri("x")),
            SecretKey.generate(),
            settings.timeout(Duration.ofSeconds(1)))) {
      bunker.fallSilent();
      assertThatThrownBy(() -> hasty.sign(TEMPLATE))
          .isInstanceOfSatisfying(
              LiveException.class,
              e -> assertThat(e.category()).isEqualTo(LiveException.Category.TIMED_OUT));
    }
  }

  @Test
  void what_was_not_asked_for_is_not_taken_for_signed() {
    try (RemoteSigner signer = connect()) {
      bunker.sabotage(event ->
          USER.sign(
              new EventTemplate(
                  event.createdAt() + 1, event.kind(), event.tags(), event.content())));
      assertThatThrownBy(() -> signer.sign(TEMPLATE)).hasMessageContaining("something else");
      bunker.sabotage(event -> BOB.sign(event.template()));
      assertThatThrownBy(() -> signer.sign(TEMPLATE)).hasMessageContaining("something else");
      bunker.sabotage(event -> Event.of(event.template(), event.author(), new byte[64]));
      assertThatThrownBy(() -> signer.sign(TEMPLATE)).hasMessageContaining("something else");
    }
  }

  @Test
  void it_moves_to_the_relays_that_the_signer_names() throws IOException {
    try (Relays other = new Relays()) {
      bunker.moveTo(other.url());
      try (RemoteSigner signer = connect()) {
        assertThat(signer.session().relays()).containsExactly(other.url());
        assertThat(signer.sign(TEMPLATE).verify()).isTrue();
        assertThat(other.published()).isNotEmpty();
      }
    }
  }

  @Test
  void a_session_is_kept_and_resumed_without_asking_again() {
    String kept;
    try (RemoteSigner signer = connect()) {
      kept = signer.session().exportJson();
      assertThat(signer.session().toString()).doesNotContain("nsec");
    }
    int before = bunker.asked().size();
    try (RemoteSigner again = RemoteSigner.resume(RemoteSession.parse(kept), settings)) {
      assertThat(again.publicKey()).isEqualTo(USER.publicKey());
      assertThat(again.sign(TEMPLATE).verify()).isTrue();
      assertThat(bunker.asked().subList(before, bunker.asked().size()))
          .containsExactly("sign_event");
      again.logout();
      assertThat(bunker.asked().getLast()).isEqualTo("logout");
    }
    assertThatThrownBy(() -> RemoteSession.parse("{}")).isInstanceOf(LiveException.class);
    assertThatThrownBy(() -> RemoteSession.parse("nsec1")).isInstanceOf(InvalidEvent.class);
  }

  @Test
  void an_invited_signer_proves_itself_by_the_secret_alone() {
    SecretKey client = SecretKey.generate();
    PublicKey clientKey = client.publicKey();
    try (RemoteSigner.Invitation invitation =
        RemoteSigner.invite(client, List.of(relay.url()), settings)) {
      URI uri = URI.create(invitation.uri());
      assertThat(uri.getScheme()).isEqualTo("nostrconnect");
      assertThat(uri.getAuthority()).isEqualTo(clientKey.hex());
      assertThat(uri.getQuery()).contains("relay=" + relay.url()).contains("name=wlk test");
      Matcher secret = Pattern.compile("secret=([0-9a-f]+)").matcher(uri.getQuery());
      assertThat(secret.find()).isTrue();
      try (Bunker stranger = new Bunker(relay.url(), BOB)) {
        stranger.accept(clientKey, "ack");
        stranger.accept(clientKey, "wrong");
        bunker.accept(clientKey, secret.group(1));
        try (RemoteSigner signer = invitation.await(Duration.ofSeconds(10))) {
          assertThat(signer.publicKey()).isEqualTo(USER.publicKey());
          assertThat(signer.sign(TEMPLATE).verify()).isTrue();
        }
      }
    }
    try (RemoteSigner.Invitation lonely =
        RemoteSigner.invite(SecretKey.generate(), List.of(relay.url()), settings)) {
      assertThatThrownBy(() -> lonely.await(Duration.ofMillis(200)))
          .hasMessageContaining("no remote signer");
    }
  }

  @Test
  void an_unreachable_relay_is_said_so() {
    BunkerUri nowhere =
        new BunkerUri(USER.publicKey(), List.of("ws://127.0.0.1:1"), java.util.Optional.empty());
    assertThatThrownBy(() -> RemoteSigner.connect(nowhere, SecretKey.generate(), settings))
        .isInstanceOfSatisfying(
            LiveException.class,
            e -> assertThat(e.category()).isEqualTo(LiveException.Category.UNREACHABLE));
  }

  @Test
  void a_bunker_uri_is_read_and_never_repeated() {
    String key = USER.publicKey().hex();
    BunkerUri uri =
        BunkerUri.parse(
            "bunker://" + key + "?relay=wss%3A%2F%2Fa.example&relay=wss://b.example&secret=x%2By");
    assertThat(uri.relays()).containsExactly("wss://a.example", "wss://b.example");
    assertThat(uri.secret()).contains("x+y");
    assertThat(uri.toString()).doesNotContain("x+y");
    for (String wrong :
        List.of(
            "bunker://" + key,
            "bunker://x?relay=wss://a.example&secret=s3cret",
            "bunker://" + key + "?relay=https://a.example&secret=s3cret",
            "nostrconnect://" + key + "?relay=wss://a.example",
            "bunker:?secret=s3cret",
            "s3cret %%")) {
      assertThatThrownBy(() -> BunkerUri.parse(wrong))
          .as(wrong)
          .isInstanceOf(InvalidEvent.class)
          .hasMessageNotContaining("s3cret");
    }
  }

  @Test
  void a_web_page_asked_for_twice_is_no_refusal() {
    bunker.demandWebPage("https://signer.example/agree");
    bunker.demandItTwice();
    try (RemoteSigner signer = connect()) {
      assertThat(signer.sign(TEMPLATE).verify()).isTrue();
      assertThat(pages).hasSize(2);
    }
  }

  @Test
  void an_invitation_that_nobody_took_in_time_leaves_nothing_open() throws Exception {
    RemoteSigner.Invitation invitation =
        RemoteSigner.invite(SecretKey.generate(), List.of(relay.url()), settings);
    assertThatThrownBy(() -> invitation.await(Duration.ofMillis(100)))
        .isInstanceOf(LiveException.class);
    int before = relay.asked().size();
    invitation.close();
    await().until(() -> relay.asked().size() < before);
  }
}
