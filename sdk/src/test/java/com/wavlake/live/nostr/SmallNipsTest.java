package com.wavlake.live.nostr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.nostr.CustomEmoji.Piece;
import com.wavlake.live.signer.KeySigner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** NIP-13, 21, 30 and 40: rules that need no socket. */
final class SmallNipsTest {
  private static final KeySigner ALICE = KeySigner.of(SecretKey.generate());

  private static Event event(String content, Tag... tags) {
    return ALICE.sign(new EventTemplate(1_700_000_000, 1, List.of(tags), content));
  }

  @Test
  void work_is_counted_as_the_nip_counts_it() {
    String nip = "000000000e9d97a1ab09fc381030b346cdd7a142ad57e6df0b46dc9bef6c7e2d";
    assertThat(ProofOfWork.bits(EventId.parse(nip))).isEqualTo(36);
    assertThat(ProofOfWork.bits(EventId.parse("002f" + "0".repeat(60)))).isEqualTo(10);
    assertThat(ProofOfWork.bits(EventId.parse("0".repeat(64)))).isEqualTo(256);
  }

  @Test
  void mined_is_mined_and_signs_as_it_stands() {
    EventTemplate template =
        new EventTemplate(
            1,
            1,
            List.of(Tag.of("nonce", "old", "3"), Tag.of("t", "[\"nonce\",\"")),
            "[\"nonce\",\"0000000000000000\"");
    EventTemplate mined =
        ProofOfWork.mine(template, ALICE.publicKey(), 12, Duration.ofSeconds(30)).orElseThrow();
    Event event = ALICE.sign(mined);
    assertThat(event.verify()).isTrue();
    assertThat(ProofOfWork.bits(event.id())).isGreaterThanOrEqualTo(12);
    assertThat(ProofOfWork.claimedBits(event)).isEqualTo(12);
    assertThat(event.tags("nonce")).hasSize(1);
    assertThat(event.content()).isEqualTo(template.content());
  }

  @Test
  void luck_beyond_the_committed_target_does_not_count() {
    Event lucky =
        ALICE.sign(
            ProofOfWork.mine(
                    new EventTemplate(1, 1, List.of(), ""),
                    ALICE.publicKey(),
                    10,
                    Duration.ofSeconds(30))
                .orElseThrow());
    Event aimedAtNothing =
        Event.parse(lucky.toJson().replace("\",\"10\"]", "\",\"2\"]")); // same id claimed
    assertThat(ProofOfWork.claimedBits(aimedAtNothing)).isEqualTo(2);
  }

  @Test
  void mining_ends_with_the_patience() {
    Optional<EventTemplate> found =
        ProofOfWork.mine(
            new EventTemplate(1, 1, List.of(), ""),
            ALICE.publicKey(),
            ProofOfWork.MAX_BITS,
            Duration.ofMillis(50));
    assertThat(found).isEmpty();
  }

  @Test
  void links_in_a_text_are_found_where_they_stand() {
    String npub = "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg";
    String text = "hi nostr:" + npub + ", not nostr:npub1qqqqqqq nor " + npub;
    List<NostrEntity.Link> links = NostrEntity.linksIn(text);
    assertThat(links).hasSize(1);
    assertThat(text.substring(links.getFirst().start(), links.getFirst().end()))
        .isEqualTo("nostr:" + npub);
    assertThat(links.getFirst().entity())
        .isEqualTo(new ProfilePointer(PublicKey.parse(npub), List.of()));
  }

  @Test
  void a_secret_key_is_no_link() {
    String nsec = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5";
    assertThatThrownBy(() -> NostrEntity.parse("nostr:" + nsec))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("secret")
        .hasMessageNotContaining(nsec);
  }

  @Test
  void every_entity_survives_its_text() {
    EventPointer pointer = EventPointer.to(event("x"), List.of("wss://a.example"));
    ProfilePointer profile = new ProfilePointer(ALICE.publicKey(), List.of("wss://a.example"));
    EventAddress address =
        new EventAddress(Kind.LIVE_STREAM, ALICE.publicKey(), "d:é", List.of("wss://a.example"));
    for (NostrEntity entity : List.of(pointer, profile, address)) {
      assertThat(NostrEntity.parse(entity.uri())).isEqualTo(entity);
      assertThat(NostrEntity.parse(entity.bech32())).isEqualTo(entity);
    }
    assertThat(EventPointer.parse(event("x").id().note()).id()).isEqualTo(event("x").id());
  }

  @Test
  void nprofile_of_the_nip() {
    String nip =
        "nprofile1qqsrhuxx8l9ex335q7he0f09aej04zpazpl0ne2cgukyawd24mayt8gpp4mhxue69uhhytnc9e3k7mg"
            + "pz4mhxue69uhkg6nzv9ejuumpv34kytnrdaksjlyr9p";
    ProfilePointer profile = ProfilePointer.parse(nip);
    assertThat(profile.key().hex())
        .isEqualTo("3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d");
    assertThat(profile.relays()).containsExactly("wss://r.x.com", "wss://djbas.sadkb.com");
    assertThat(profile.bech32()).isEqualTo(nip);
  }

  @Test
  void emoji_stand_where_they_are_declared_and_nowhere_else() {
    CustomEmoji soap = new CustomEmoji("soap-box", "https://e.example/s.png");
    Event event = event("a::soap-box: :no: 10:30:soap-box:", soap.toTag());
    assertThat(CustomEmoji.piecesOf(event))
        .containsExactly(
            new Piece.Text("a:"),
            new Piece.Picture(soap),
            new Piece.Text(" :no: 10:30"),
            new Piece.Picture(soap));
  }

  @Test
  void a_malformed_emoji_stays_text() {
    Event event = event(":x:", Tag.of("emoji", "x", "javascript:alert(1)"), Tag.of("emoji", "x y"));
    assertThat(CustomEmoji.piecesOf(event)).containsExactly(new Piece.Text(":x:"));
    assertThatThrownBy(() -> new CustomEmoji("a b", "https://e.example"))
        .isInstanceOf(InvalidEvent.class);
  }

  @Test
  void expired_is_expired_from_its_second_on() {
    Instant when = Instant.ofEpochSecond(1_700_000_100);
    Event event = event("x", Expiration.tag(when));
    assertThat(Expiration.hasPassed(event, when.minusSeconds(1))).isFalse();
    assertThat(Expiration.hasPassed(event, when)).isTrue();
    assertThat(Expiration.of(event("x"))).isEmpty();
    assertThat(Expiration.hasPassed(event("x", Tag.of("expiration", "soon")), when)).isFalse();
  }

  @Test
  void edges_are_refused_or_survived() {
    assertThatThrownBy(() -> SecretKey.of(new byte[33]))
        .isInstanceOf(LiveException.class)
        .hasMessageContaining("33 bytes");
    assertThatThrownBy(() -> EventAddress.parse("-5:" + ALICE.publicKey() + ":x"))
        .isInstanceOf(InvalidEvent.class);
    assertThat(Filter.kinds(1, 1).by(ALICE.publicKey(), ALICE.publicKey()).authors()).hasSize(1);
    assertThat(
            ProofOfWork.mine(
                new EventTemplate(1, 1, List.of(), ""),
                ALICE.publicKey(),
                1,
                Duration.ofSeconds(Long.MAX_VALUE)))
        .isPresent();
    List<String> hints = new ArrayList<>(List.of("wss://" + "x".repeat(300) + ".example"));
    for (int i = 0; i < 120; i++) {
      hints.add("wss://relay-number-" + i + ".example.com/path");
    }
    EventAddress crowded = new EventAddress(Kind.LIVE_STREAM, ALICE.publicKey(), "d", hints);
    EventAddress read = EventAddress.parse(crowded.naddr());
    assertThat(read.relays()).isNotEmpty().isSubsetOf(hints);
    assertThat(read.coordinate()).isEqualTo(crowded.coordinate());
    Event half = Event.parse(event("x").toJson().replace("\"x\"", "\"\\ud800\""));
    assertThat(half.verify()).isFalse();
  }

  @Test
  void what_is_wrong_with_a_key_is_said_without_the_key() {
    String npub = ALICE.publicKey().npub();
    assertThatThrownBy(() -> SecretKey.parse(npub)).hasMessageContaining("public");
    assertThatThrownBy(() -> SecretKey.parse("ncryptsec1xyz")).hasMessageContaining("decrypt");
    String mistyped = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe6";
    assertThatThrownBy(() -> SecretKey.parse(mistyped))
        .hasMessageContaining("mistyped")
        .hasMessageNotContaining(mistyped);
    assertThatThrownBy(() -> SecretKey.parse("hello")).hasMessageContaining("expected nsec1…");
  }
}
