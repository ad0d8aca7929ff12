package com.wavlake.live.social;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.nostr.CustomEmoji;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.Relays;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;

/** Profiles, NIP-05, deletions, reactions, reports and mute lists. */
final class PeopleTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final KeySigner ALICE = KeySigner.of(SecretKey.generate());
  private static final KeySigner BOB = KeySigner.of(SecretKey.generate());
  private static final EventAddress STREAM =
      new EventAddress(Kind.LIVE_STREAM, ALICE.publicKey(), "d", List.of());

  private static Event by(KeySigner who, int kind, String content, Tag... tags) {
    return who.sign(new EventTemplate(NOW.getEpochSecond(), kind, List.of(tags), content));
  }

  @Test
  void a_profile_keeps_what_it_does_not_know() {
    Event event = by(ALICE, 0, "{\"name\":\" al \",\"x\":{\"y\":[1]},\"lud16\":\"\",\"about\":7}");
    Profile profile = Profile.parse(event);
    assertThat(profile.name()).contains("al");
    assertThat(profile.bestName()).isEqualTo("al");
    assertThat(profile.lud16()).isEmpty();
    assertThat(profile.about()).isEmpty();
    Event edited = ALICE.sign(profile.with("display_name", "Alice").toTemplate(NOW));
    assertThat(edited.createdAt()).isEqualTo(event.createdAt() + 1);
    assertThat(edited.content()).contains("\"x\":{\"y\":[1]}").contains("\"about\":7");
    assertThat(Profile.parse(edited).bestName()).isEqualTo("Alice");
    assertThat(Profile.of(ALICE.publicKey()).bestName()).startsWith("npub1").contains("…");
    assertThatThrownBy(() -> Profile.parse(by(ALICE, 0, "[]")))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageStartingWith("content:");
    assertThatThrownBy(() -> Profile.parse(by(ALICE, 0, "[".repeat(5_000))))
        .isInstanceOf(InvalidEvent.class);
  }

  @Test
  void nip05_answers_for_whom_it_names_and_nobody_else() throws IOException {
    try (MockWebServer server = new MockWebServer()) {
      server.start();
      String domain = "127.0.0.1:" + server.getPort();
      String hex = ALICE.publicKey().hex();
      String answer =
          "{\"names\":{\"al\":\"" + hex + "\"},\"relays\":{\"" + hex + "\":[\"wss://a\"]}}";
      MockResponse found = new MockResponse.Builder().body(answer).build();
      for (int i = 0; i < 4; i++) {
        server.enqueue(found);
      }
      Nip05 nip05 = Nip05.local();
      assertThat(nip05.lookUp("Al@" + domain).orElseThrow().key()).isEqualTo(ALICE.publicKey());
      assertThat(nip05.lookUp("bob@" + domain)).isEmpty();
      Profile alice = Profile.of(ALICE.publicKey()).with("nip05", "al@" + domain);
      assertThat(nip05.verifies(alice)).isTrue();
      assertThat(nip05.verifies(Profile.of(BOB.publicKey()).with("nip05", "al@" + domain)))
          .isFalse();

      server.enqueue(
          new MockResponse.Builder().code(302).addHeader("Location", "http://" + domain).build());
      assertThatThrownBy(() -> nip05.lookUp("al@" + domain))
          .as("redirects must not be followed")
          .isInstanceOf(LiveException.class)
          .hasMessageContaining("302");
      server.enqueue(
          new MockResponse.Builder()
              .body("{\"names\":{\"al\":\"" + ALICE.publicKey().npub() + "\"}}")
              .build());
      assertThatThrownBy(() -> nip05.lookUp("al@" + domain)).hasMessageContaining("hex");
      server.enqueue(new MockResponse.Builder().body("x".repeat(300_000)).build());
      assertThatThrownBy(() -> nip05.lookUp("al@" + domain)).hasMessageContaining("over");
      assertThatThrownBy(() -> nip05.lookUp("not an address")).isInstanceOf(InvalidEvent.class);
    }
  }

  @Test
  void a_strangers_address_does_not_reach_into_our_network() {
    for (String domain : List.of("127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1:8080")) {
      assertThatThrownBy(() -> Nip05.standard().lookUp("al@" + domain))
          .as(domain)
          .isInstanceOf(LiveException.class);
      assertThat(
              Nip05.standard()
                  .verifies(Profile.of(ALICE.publicKey()).with("nip05", "al@" + domain)))
          .isFalse();
    }
  }

  @Test
  void a_deletion_covers_ones_own_events_alone() {
    Event mine = by(ALICE, 1, "x");
    Event yours = by(BOB, 1, "x");
    Event stream = by(ALICE, Kind.LIVE_STREAM, "", Tag.of("d", "d"));
    Deletion deletion = Deletion.parse(ALICE.sign(Deletion.of(List.of(mine, stream), "oops", NOW)));
    assertThat(deletion.covers(mine)).isTrue();
    assertThat(deletion.covers(stream)).isTrue();
    assertThat(deletion.covers(yours)).isFalse();
    Event newer =
        ALICE.sign(
            new EventTemplate(
                NOW.getEpochSecond() + 1, Kind.LIVE_STREAM, List.of(Tag.of("d", "d")), ""));
    assertThat(deletion.covers(newer)).as("later than the request").isFalse();
    Deletion byBob = Deletion.parse(BOB.sign(Deletion.of(List.of(mine), "", NOW)));
    assertThat(byBob.covers(mine)).isFalse();
    Event sloppy = by(ALICE, Kind.DELETION, "", Tag.of("e", "x"), Tag.of("e", mine.id().hex()));
    assertThat(Deletion.parse(sloppy).covers(mine)).isTrue();
  }

  @Test
  void a_reaction_names_what_it_is_about() {
    Event message = by(ALICE, Kind.CHAT_MESSAGE, "hi");
    Reaction heart = Reaction.parse(BOB.sign(Reaction.to(message, Optional.of(STREAM), "❤️", NOW)));
    assertThat(heart.target()).isEqualTo(message.id());
    assertThat(heart.symbol()).isEqualTo("❤️");
    assertThat(heart.picture()).isEmpty();
    CustomEmoji soap = new CustomEmoji("soap", "https://e.example/s.png");
    Event custom = by(BOB, 7, ":soap:", Tag.of("e", message.id().hex()), soap.toTag());
    assertThat(Reaction.parse(custom).picture()).contains(soap);
    assertThat(Reaction.parse(by(BOB, 7, "", Tag.of("e", message.id().hex()))).symbol())
        .isEqualTo("+");
    assertThatThrownBy(() -> Reaction.parse(by(BOB, 7, "+"))).hasMessageStartingWith("e:");
    assertThatThrownBy(() -> Reaction.to(message, Optional.empty(), " ", NOW))
        .hasMessageStartingWith("content:");
  }

  @Test
  void a_report_is_written_by_nip_56_and_read_as_others_write_it() {
    Event message = by(ALICE, Kind.CHAT_MESSAGE, "buy");
    Report report =
        Report.parse(BOB.sign(Report.ofMessage(message, Report.Reason.SPAM, "ads", NOW)));
    assertThat(report.reported()).isEqualTo(ALICE.publicKey());
    assertThat(report.message()).contains(message.id());
    assertThat(report.reason()).isEqualTo(Report.Reason.SPAM);
    String hex = ALICE.publicKey().hex();
    Event seed = by(BOB, Kind.REPORT, "", Tag.of("p", hex), Tag.of("report", "spam"));
    assertThat(Report.parse(seed).reason()).isEqualTo(Report.Reason.SPAM);
    Event onE =
        by(BOB, Kind.REPORT, "", Tag.of("e", message.id().hex(), "illegal"), Tag.of("p", hex));
    assertThat(Report.parse(onE).reason()).isEqualTo(Report.Reason.ILLEGAL);
    Report person =
        Report.parse(
            BOB.sign(Report.ofPerson(ALICE.publicKey(), Report.Reason.IMPERSONATION, "", NOW)));
    assertThat(person.message()).isEmpty();
    assertThatThrownBy(() -> Report.parse(by(BOB, Kind.REPORT, ""))).hasMessageStartingWith("p:");
  }

  @Test
  void a_mute_list_hides_and_merges() {
    Event theirs =
        by(
            ALICE,
            Kind.MUTE_LIST,
            "",
            Tag.of("p", BOB.publicKey().hex()),
            Tag.of("word", "Casino"),
            Tag.of("t", "Ads"),
            Tag.of("x-unknown", "kept", "whole"));
    MuteList list = MuteList.parse(theirs, ALICE);
    assertThat(list.hides(by(BOB, 1, "x"))).isTrue();
    assertThat(list.hides(by(ALICE, 1, "a CASINO here"))).isTrue();
    assertThat(list.hides(by(ALICE, 1, "x", Tag.of("t", "ads")))).isTrue();
    assertThat(list.hides(by(ALICE, 1, "x"))).isFalse();

    KeySigner carol = KeySigner.of(SecretKey.generate());
    Event thread = by(carol, 1, "thread");
    Event edited =
        ALICE.sign(
            list.mutePrivately(Tag.of("p", carol.publicKey().hex()))
                .mute(Tag.of("e", thread.id().hex()))
                .toTemplate(ALICE, NOW));
    assertThat(edited.createdAt()).isGreaterThan(theirs.createdAt());
    assertThat(edited.tags()).containsAll(theirs.tags());
    assertThat(edited.content()).doesNotContain(carol.publicKey().hex());
    MuteList read = MuteList.parse(edited, ALICE);
    assertThat(read.hides(carol.publicKey())).isTrue();
    assertThat(read.hides(by(ALICE, 1, "re", Tag.of("e", thread.id().hex())))).isTrue();
    assertThat(MuteList.parse(edited).hides(carol.publicKey())).as("private").isFalse();

    MuteList without = read.unmute(carol.publicKey()).unmute(BOB.publicKey());
    assertThat(without.hides(carol.publicKey())).isFalse();
    assertThat(without.hides(BOB.publicKey())).isFalse();
    assertThat(without.hides(by(ALICE, 1, "casino"))).isTrue();
  }

  @Test
  void a_private_part_that_cannot_be_read_is_never_overwritten() {
    Event old = by(ALICE, Kind.MUTE_LIST, "c2VjcmV0?iv=aXY=", Tag.of("word", "x"));
    MuteList list = MuteList.parse(old, ALICE);
    assertThat(list.isPrivatePartKnown()).isFalse();
    Event edited = ALICE.sign(list.mute(BOB.publicKey()).toTemplate(ALICE, NOW));
    assertThat(edited.content()).isEqualTo(old.content());
    assertThatThrownBy(() -> list.mutePrivately(Tag.of("p", "x")))
        .isInstanceOf(LiveException.class);
    assertThatThrownBy(() -> list.unmute(BOB.publicKey())).isInstanceOf(LiveException.class);
    Event wrong =
        by(ALICE, Kind.MUTE_LIST, ALICE.nip44Encrypt(ALICE.publicKey(), "{\"a\":[null]}"));
    assertThatThrownBy(() -> MuteList.parse(wrong, ALICE)).isInstanceOf(InvalidEvent.class);
  }

  @Test
  void a_contact_list_names_whom_somebody_follows_each_once() {
    String bob = BOB.publicKey().hex();
    Contacts contacts =
        Contacts.parse(
            by(ALICE, Kind.CONTACTS, "", Tag.of("p", bob), Tag.of("p", "x"), Tag.of("p", bob, "")));
    assertThat(contacts.owner()).isEqualTo(ALICE.publicKey());
    assertThat(contacts.people()).containsExactly(BOB.publicKey());
    assertThat(contacts.follows(BOB.publicKey())).isTrue();
    assertThat(contacts.follows(ALICE.publicKey())).isFalse();
    assertThatThrownBy(() -> Contacts.parse(by(ALICE, 1, "")))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageStartingWith("kind:");
  }

  @Test
  void profiles_of_many_are_looked_up_at_once_and_the_newest_counts() throws IOException {
    try (Relays relay = new Relays();
        RelayPool pool = RelayPool.connect(relay.url())) {
      Event old = by(ALICE, 0, "{\"name\":\"al\"}");
      Event edited = ALICE.sign(Profile.parse(old).with("name", "Alice").toTemplate(NOW));
      relay.store(edited, old, by(BOB, 0, "no JSON"));
      KeySigner carol = KeySigner.of(SecretKey.generate());
      Map<PublicKey, Profile> found =
          Profiles.lookUp(
              pool,
              List.of(ALICE.publicKey(), BOB.publicKey(), carol.publicKey()),
              Duration.ofSeconds(10));
      assertThat(found).hasSize(3);
      assertThat(found.get(ALICE.publicKey()))
          .isNotNull()
          .extracting(Profile::bestName)
          .isEqualTo("Alice");
      assertThat(found.get(BOB.publicKey()))
          .isNotNull()
          .extracting(Profile::bestName)
          .asString()
          .startsWith("npub1");
      assertThat(Profiles.lookUp(pool, List.of(), Duration.ofSeconds(10))).isEmpty();
    }
  }
}
