package com.wavlake.live.nip53;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.crypto.Secp256k1;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.CustomEmoji;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The kinds beside 30311: each is written, read back, and refused when it is wrong. */
final class AroundTheStreamTest {
  private static final KeySigner HOST = KeySigner.of(SecretKey.generate());
  private static final KeySigner GUEST = KeySigner.of(SecretKey.generate());
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final EventAddress STREAM =
      new EventAddress(Kind.LIVE_STREAM, HOST.publicKey(), "d1", List.of("wss://a.example"));
  private static final EventAddress OTHER =
      new EventAddress(Kind.LIVE_STREAM, GUEST.publicKey(), "d2", List.of());

  private static Event event(int kind, Tag... tags) {
    return HOST.sign(new EventTemplate(NOW.getEpochSecond(), kind, List.of(tags), ""));
  }

  /** The vector was made with zero auxiliary randomness by another implementation. */
  @Test
  void a_proof_of_participation_is_the_known_one() {
    EventAddress stream =
        EventAddress.parse(
            "30311:1597246ac22f7d1375041054f2a4986bd971d8d196d7997e48973263ac9879ec:demo-cf-stream");
    byte[] digest = Participant.digest(stream);
    assertThat(HexFormat.of().formatHex(digest))
        .isEqualTo("22632c04f7beec6d36100c574048f1627e8dcf9e9361cdcdc86718aa8daf5604");
    byte[] secret =
        HexFormat.of().parseHex("7f7ff03d123792d6ac594bfa67bf6d0c0ab55b6b1fdb6249303fe861f1ccba9a");
    String proof = HexFormat.of().formatHex(Secp256k1.get().sign(digest, secret, new byte[32]));
    assertThat(proof)
        .isEqualTo(
            "41120a10e8829b2e9021ee5615f67db0e1b31d9e1925349c145158e5889f4d8e"
                + "0836d996b04ac74aa7548cdf491554096727163962d63f817c8ca763df44b7cd");
    PublicKey key = SecretKey.of(secret).publicKey();
    assertThat(Participant.host(key, "").withProof(proof).agreedTo(stream)).isTrue();
  }

  @Test
  void a_proof_counts_for_its_stream_and_its_maker_alone() {
    Participant proven =
        Participant.of(GUEST.publicKey(), Participant.SPEAKER)
            .withProof(Participant.prove(GUEST, STREAM));
    assertThat(proven.agreedTo(STREAM)).isTrue();
    assertThat(proven.agreedTo(OTHER)).isFalse();
    assertThat(Participant.host(HOST.publicKey(), "").withProof(proven.proof()).agreedTo(STREAM))
        .isFalse();
    assertThat(proven.withProof("").agreedTo(STREAM)).isFalse();
    assertThat(proven.withProof("zz").agreedTo(STREAM)).isFalse();
  }

  @Test
  void a_signer_of_events_alone_says_that_it_makes_no_proofs() {
    Signer eventsAlone =
        new Signer() {
          @Override
          public PublicKey publicKey() {
            return GUEST.publicKey();
          }

          @Override
          public Event sign(EventTemplate template) {
            return GUEST.sign(template);
          }

          @Override
          public void close() {}
        };
    assertThat(eventsAlone.capabilities()).isEmpty();
    assertThatThrownBy(() -> Participant.prove(eventsAlone, STREAM))
        .isInstanceOfSatisfying(
            LiveException.class,
            e -> assertThat(e.category()).isEqualTo(LiveException.Category.UNSUPPORTED));
  }

  @Test
  void a_raid_goes_from_one_to_another_and_is_followed_for_a_minute() {
    Raid raid = Raid.parse(HOST.sign(Raid.of(STREAM, OTHER, "go!", NOW)));
    assertThat(raid.from()).isEqualTo(STREAM);
    assertThat(raid.to()).isEqualTo(OTHER);
    assertThat(raid.isToBeFollowed(NOW.plusSeconds(60))).isTrue();
    assertThat(raid.isToBeFollowed(NOW.plusSeconds(61))).isFalse();
    assertThat(raid.isToBeFollowed(NOW.minusSeconds(61))).isFalse();
    assertThatThrownBy(() -> Raid.of(STREAM, STREAM, "", NOW)).isInstanceOf(InvalidEvent.class);
    assertThatThrownBy(
            () -> Raid.parse(event(Kind.RAID, Tag.of("a", STREAM.coordinate(), "", "root"))))
        .hasMessageStartingWith("a:");
  }

  @Test
  void a_clip_names_its_stream_its_host_and_its_video() {
    Clip clip =
        Clip.parse(
            GUEST.sign(
                Clip.of(STREAM, HOST.publicKey(), "That solo", "https://v.example/1.mp4", NOW)));
    assertThat(clip.stream()).isEqualTo(STREAM);
    assertThat(clip.host()).isEqualTo(HOST.publicKey());
    assertThat(clip.title()).isEqualTo("That solo");
    assertThat(clip.video()).isEqualTo("https://v.example/1.mp4");
    assertThatThrownBy(() -> Clip.of(STREAM, HOST.publicKey(), "t", "file:///etc/passwd", NOW))
        .hasMessageStartingWith("r:");
    assertThatThrownBy(() -> Clip.of(STREAM, HOST.publicKey(), " ", "https://v.example", NOW))
        .hasMessageStartingWith("title:");
  }

  @Test
  void a_timeout_names_whom_and_until_when() {
    ChatTimeout timeout =
        ChatTimeout.parse(
            HOST.sign(ChatTimeout.of(STREAM, GUEST.publicKey(), Duration.ofMinutes(10), NOW)));
    assertThat(timeout.who()).isEqualTo(GUEST.publicKey());
    assertThat(timeout.until()).isEqualTo(NOW.plusSeconds(600));
    assertThatThrownBy(() -> ChatTimeout.of(STREAM, GUEST.publicKey(), Duration.ZERO, NOW))
        .hasMessageStartingWith("expiration:");
    assertThatThrownBy(
            () -> ChatTimeout.parse(event(Kind.CHAT_TIMEOUT, Tag.of("p", HOST.publicKey().hex()))))
        .hasMessageStartingWith("expiration:");
  }

  @Test
  void presence_is_in_one_room_and_passes() {
    EventAddress room = new EventAddress(Kind.MEETING_ROOM, HOST.publicKey(), "m", List.of());
    RoomPresence there = RoomPresence.parse(GUEST.sign(RoomPresence.in(room, true, NOW)));
    assertThat(there.room()).isEqualTo(room);
    assertThat(there.handRaised()).isTrue();
    assertThat(there.isThere(NOW.plus(RoomPresence.REFRESH))).isTrue();
    assertThat(there.isThere(NOW.plus(RoomPresence.GONE_AFTER).plusSeconds(1))).isFalse();
    RoomPresence quiet = RoomPresence.parse(GUEST.sign(RoomPresence.in(room, false, NOW)));
    assertThat(quiet.handRaised()).isFalse();
  }

  @Test
  void a_meeting_space_survives_an_edit_and_says_what_it_lacks() {
    MeetingSpace space =
        MeetingSpace.builder("hall")
            .name("Main hall")
            .summary("s")
            .status(MeetingSpace.Status.OPEN)
            .service("https://meet.example/room")
            .endpoint("https://api.example/room")
            .hashtags(List.of("conference"))
            .provider(Participant.host(HOST.publicKey(), "wss://a.example"))
            .provider(Participant.of(GUEST.publicKey(), "Moderator"))
            .relays(List.of("wss://a.example", "wss://b.example"))
            .build();
    Event signed = HOST.sign(space.toTemplate(NOW));
    MeetingSpace read = MeetingSpace.parse(signed);
    assertThat(read.tags()).isEqualTo(space.tags());
    assertThat(read.name()).contains("Main hall");
    assertThat(read.service()).contains("https://meet.example/room");
    assertThat(read.providers()).hasSize(2);
    assertThat(read.addressBy(HOST.publicKey()).relays()).hasSize(2);
    Event edited =
        HOST.sign(read.toBuilder().status(MeetingSpace.Status.CLOSED).build().toTemplate(NOW));
    assertThat(edited.createdAt()).isGreaterThan(signed.createdAt());
    assertThat(MeetingSpace.parse(edited).status()).contains(MeetingSpace.Status.CLOSED);
    assertThatThrownBy(() -> MeetingSpace.builder("x").status(MeetingSpace.Status.OPEN).build())
        .hasMessageStartingWith("room:");
    assertThatThrownBy(() ->
            MeetingSpace.builder("x")
                .name("n")
                .service("https://x.example")
                .status(MeetingSpace.Status.OPEN)
                .build())
        .hasMessageStartingWith("p:");
  }

  @Test
  void a_meeting_space_as_nests_writes_it_is_read_and_kept() {
    List<Tag> tags =
        List.of(
            Tag.of("d", "n"),
            Tag.of("title", "Nest"),
            Tag.of("streaming", "wss+livekit://nests.example"),
            Tag.of("auth", "https://nests.example/auth"),
            Tag.of("status", "live"),
            Tag.of("color", "gradient-1"));
    MeetingSpace nest = MeetingSpace.parse(event(Kind.MEETING_SPACE, tags.toArray(Tag[]::new)));
    assertThat(nest.name()).contains("Nest");
    assertThat(nest.service()).contains("wss+livekit://nests.example");
    assertThat(nest.endpoint()).contains("https://nests.example/auth");
    assertThat(nest.status()).contains(MeetingSpace.Status.OPEN);
    assertThat(nest.tags()).isEqualTo(tags);
  }

  @Test
  void a_meeting_room_belongs_to_its_space() {
    EventAddress space =
        new EventAddress(Kind.MEETING_SPACE, HOST.publicKey(), "hall", List.of("wss://a.example"));
    MeetingRoom room =
        MeetingRoom.builder("annual", space)
            .title("Annual")
            .starts(NOW)
            .status(Status.LIVE)
            .currentParticipants(175)
            .totalParticipants(180)
            .participant(Participant.of(GUEST.publicKey(), "Speaker"))
            .build();
    MeetingRoom read = MeetingRoom.parse(HOST.sign(room.toTemplate(NOW)));
    assertThat(read.space()).isEqualTo(space);
    assertThat(read.status()).contains(Status.LIVE);
    assertThat(read.currentParticipants()).hasValue(175);
    assertThat(read.totalParticipants()).hasValue(180);
    assertThat(read.starts()).contains(NOW);
    assertThat(read.toBuilder().title("New").build().tags()).hasSameSizeAs(room.tags());
    assertThatThrownBy(() -> MeetingRoom.builder("x", space).title("t").build())
        .hasMessageStartingWith("starts:");
    assertThatThrownBy(() -> MeetingRoom.parse(event(Kind.MEETING_ROOM, Tag.of("d", "x"))))
        .hasMessageStartingWith("a:");
  }

  @Test
  void a_provider_makes_itself_known() {
    ProviderAdvertisement ad =
        new ProviderAdvertisement(
            "p1",
            "My ingest",
            "For friends",
            "",
            "https://live.example",
            ProviderAdvertisement.API);
    Event event = HOST.sign(ad.toTemplate(NOW));
    assertThat(event.tags("k").map(Tag::value)).containsExactly("30311");
    assertThat(ProviderAdvertisement.parse(event)).isEqualTo(ad);
    assertThatThrownBy(() -> ProviderAdvertisement.parse(event(Kind.HANDLER, Tag.of("k", "1"))))
        .hasMessageStartingWith("k:");
    assertThatThrownBy(() -> ProviderAdvertisement.parse(event(Kind.HANDLER, Tag.of("k", "30311"))))
        .isInstanceOf(InvalidEvent.class);
  }

  @Test
  void who_the_host_is_depends_on_whom_one_trusts() {
    LiveStream.Builder draft =
        LiveStream.builder("d1").relays(List.of("wss://a.example")).planned();
    LiveStream named = draft.host(Participant.host(GUEST.publicKey(), "")).build();
    LiveStream proven =
        named.toBuilder()
            .host(
                Participant.host(GUEST.publicKey(), "").withProof(Participant.prove(GUEST, STREAM)))
            .build();
    PublicKey author = HOST.publicKey();
    assertThat(HostPolicy.NAMED.hostOf(named, author)).isEqualTo(GUEST.publicKey());
    assertThat(HostPolicy.AUTHOR.hostOf(named, author)).isEqualTo(author);
    assertThat(HostPolicy.PROVEN.hostOf(named, author)).isEqualTo(author);
    assertThat(HostPolicy.PROVEN.hostOf(proven, author)).isEqualTo(GUEST.publicKey());
    assertThat(HostPolicy.trusting(Set.of()).hostOf(named, author)).isEqualTo(author);
    assertThat(HostPolicy.trusting(Set.of(author)).hostOf(named, author))
        .isEqualTo(GUEST.publicKey());
  }

  private static LiveStream stream(String d, Status status, long starts, Instant published) {
    List<Tag> tags =
        List.of(
            Tag.of("d", d),
            Tag.of("status", status.tagValue()),
            Tag.of("starts", Long.toString(starts)));
    return LiveStream.parse(
        HOST.sign(new EventTemplate(published.getEpochSecond(), Kind.LIVE_STREAM, tags, "")));
  }

  @Test
  void stale_streams_read_as_ended_or_hide() {
    LiveStream live = stream("x", Status.LIVE, 1, NOW);
    Instant hour = NOW.plus(Duration.ofHours(1));
    assertThat(StalePolicy.NIP_53.statusOf(live, hour)).contains(Status.LIVE);
    assertThat(StalePolicy.NIP_53.statusOf(live, hour.plusSeconds(1))).contains(Status.ENDED);
    assertThat(StalePolicy.AMETHYST.statusOf(live, hour.plusSeconds(1))).contains(Status.LIVE);
    assertThat(StalePolicy.AMETHYST.statusOf(live, NOW.plus(Duration.ofHours(9))))
        .contains(Status.ENDED);
    assertThat(StalePolicy.ZAP_STREAM.statusOf(live, NOW.plus(Duration.ofDays(8)))).isEmpty();
  }

  @Test
  void lists_are_ordered_live_then_planned_then_ended() {
    long t = NOW.getEpochSecond();
    Instant dayAgo = NOW.minus(Duration.ofDays(1));
    List<LiveStream> streams =
        Stream.of(
                stream("ended-old", Status.ENDED, t - 900, dayAgo),
                stream("planned-late", Status.PLANNED, t + 900, NOW),
                stream("stale", Status.LIVE, t - 1, dayAgo),
                stream("live-old", Status.LIVE, t - 500, NOW),
                stream("planned-soon", Status.PLANNED, t + 100, NOW),
                stream("ended-new", Status.ENDED, t - 300, NOW),
                stream("live-new", Status.LIVE, t - 100, NOW))
            .sorted(StreamOrder.at(NOW, StalePolicy.NIP_53))
            .toList();
    assertThat(streams)
        .extracting(LiveStream::identifier)
        .containsExactly(
            "live-new",
            "live-old",
            "planned-soon",
            "planned-late",
            "stale",
            "ended-new",
            "ended-old");
  }

  @Test
  void pins_goals_and_counts_are_written_and_read() {
    EventId id = event(1).id();
    LiveStream stream =
        LiveStream.builder(LiveStream.newIdentifier(HOST.publicKey(), NOW))
            .planned()
            .pinned(List.of(id))
            .goal(id)
            .totalParticipants(9)
            .build();
    LiveStream read = LiveStream.parse(HOST.sign(stream.toTemplate(NOW)));
    assertThat(read.identifier())
        .isEqualTo("stream-1700000000-" + HOST.publicKey().hex().substring(0, 8));
    assertThat(read.pinned()).containsExactly(id);
    assertThat(read.goal()).contains(id);
    assertThat(read.totalParticipants()).hasValue(9);
    LiveStream free = read.toBuilder().goal("500 sats").build();
    assertThat(free.goal()).isEmpty();
    assertThat(free.goalText()).contains("500 sats");
    assertThat(read.linksBy(HOST.publicKey()))
        .allMatch(link -> link.contains(read.addressBy(HOST.publicKey()).naddr()));
  }

  @Test
  void a_chat_message_declares_its_emoji() {
    CustomEmoji wave = new CustomEmoji("wave", "https://e.example/w.png");
    ChatMessage message =
        ChatMessage.parse(GUEST.sign(ChatMessage.to(STREAM).emoji(wave).text("hi :wave:", NOW)));
    assertThat(message.pieces())
        .containsExactly(new CustomEmoji.Piece.Text("hi "), new CustomEmoji.Piece.Picture(wave));
  }

  @Test
  void an_edit_of_what_nests_wrote_is_seen_by_nests() {
    Event event =
        event(
            Kind.MEETING_SPACE,
            Tag.of("d", "n"),
            Tag.of("title", "Old"),
            Tag.of("streaming", "wss+livekit://nests.example"),
            Tag.of("auth", "https://nests.example/auth"),
            Tag.of("status", "live"),
            Tag.of("p", HOST.publicKey().hex(), "", "host"));
    MeetingSpace edited = MeetingSpace.parse(event).toBuilder().name("New").endpoint("").build();
    assertThat(edited.tags()).contains(Tag.of("title", "New"));
    assertThat(edited.endpoint()).isEmpty();
    assertThat(edited.tags()).hasSize(event.tags().size() - 1);
  }

  @Test
  void a_hand_lowered_in_the_same_second_is_lowered() {
    EventAddress room = new EventAddress(Kind.MEETING_ROOM, HOST.publicKey(), "m", List.of());
    Event raised = GUEST.sign(RoomPresence.in(room, true, NOW));
    Event lowered = GUEST.sign(RoomPresence.in(room, false, NOW, raised.createdAt()));
    assertThat(lowered.supersedes(raised)).isTrue();
  }
}
