package com.wavlake.live.nip53;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LiveStreamTest {
  private static final KeySigner SIGNER = KeySigner.of(SecretKey.generate());
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  private static LiveStream.Builder draft() {
    return LiveStream.builder("id-1")
        .relays(List.of("wss://a.example", "wss://b.example"))
        .service("https://live.example")
        .hashtags(List.of("music", "live"))
        .title("Java night")
        .description("A talk")
        .streaming("https://live.example/live/id-1.m3u8")
        .host(Participant.host(SIGNER.publicKey(), "wss://a.example"))
        .starts(NOW)
        .planned();
  }

  private static LiveStream signed(LiveStream stream, Instant when) {
    return LiveStream.parse(SIGNER.sign(stream.toTemplate(when)));
  }

  @Test
  void tags_are_written_in_the_usual_order() {
    LiveStream stream = draft().image("https://live.example/a.jpg").alt("x").build();
    assertThat(stream.tags().stream().map(Tag::name))
        .containsExactly(
            "d",
            "title",
            "summary",
            "image",
            "streaming",
            "starts",
            "status",
            "p",
            "t",
            "t",
            "service",
            "relays",
            "alt");
    assertThat(stream.tags()).contains(Tag.of("relays", "wss://a.example", "wss://b.example"));
    assertThat(stream.tags())
        .contains(Tag.of("p", SIGNER.publicKey().hex(), "wss://a.example", "host"));
    assertThat(stream.content()).isEqualTo("A talk");
  }

  @Test
  void an_edit_keeps_every_tag_that_it_does_not_name_and_their_order() {
    List<Tag> tags =
        List.of(
            Tag.of("x-unknown", "1", "2"),
            Tag.of("status", "LIVE"),
            Tag.of("title", "Old", "extra"),
            Tag.of("streaming", "https://a.example/1.m3u8"),
            Tag.of("streaming", "https://a.example/2.m3u8"),
            Tag.of("pinned", "p1"),
            Tag.of("pinned", "p2"),
            Tag.of("d", "id"),
            Tag.of("goal", "500 sats"));
    Event event = SIGNER.sign(new EventTemplate(10, 30_311, tags, "content stays"));

    LiveStream edited = LiveStream.parse(event).toBuilder().title("New").build();

    assertThat(edited.tags()).hasSameSizeAs(tags);
    for (int i = 0; i < tags.size(); i++) {
      Tag expected = i == 2 ? Tag.of("title", "New", "extra") : tags.get(i);
      assertThat(edited.tags().get(i)).isEqualTo(expected);
    }
    assertThat(edited.content()).isEqualTo("content stays");
    assertThat(edited.status()).contains(Status.LIVE);
  }

  @Test
  void created_at_grows_within_the_same_second() {
    LiveStream first = signed(draft().build(), NOW);
    LiveStream second = signed(first.toBuilder().live(NOW).build(), NOW);
    LiveStream third = signed(second.toBuilder().title("x").build(), NOW.minusSeconds(100));
    assertThat(second.createdAt()).isEqualTo(first.createdAt() + 1);
    assertThat(third.createdAt()).isEqualTo(second.createdAt() + 1);
  }

  @Test
  void starts_becomes_now_when_it_goes_live_and_then_stays() {
    Instant later = NOW.plusSeconds(600);
    LiveStream live = draft().live(later).build();
    assertThat(live.starts()).contains(later);
    assertThat(live.toBuilder().live(later.plusSeconds(60)).build().starts()).contains(later);
  }

  @Test
  void what_a_status_forbids_is_not_written() {
    LiveStream live =
        draft().live(NOW).currentParticipants(7).recording("https://x.example/vod").build();
    assertThat(live.currentParticipants()).hasValue(7);
    assertThat(live.recording()).isEmpty();
    assertThat(live.ends()).isEmpty();
    LiveStream ended =
        live.toBuilder().ended(NOW.plusSeconds(9)).recording("https://x.example/vod").build();
    assertThat(ended.currentParticipants()).isEmpty();
    assertThat(ended.ends()).contains(NOW.plusSeconds(9));
    assertThat(ended.recording()).contains("https://x.example/vod");
  }

  @Test
  void the_host_comes_first_and_others_stay() {
    KeySigner guest = KeySigner.of(SecretKey.generate());
    LiveStream stream =
        LiveStream.builder("d")
            .participant(new Participant(guest.publicKey(), "", "Speaker", ""))
            .host(Participant.host(SIGNER.publicKey(), ""))
            .planned()
            .build();
    assertThat(stream.participants())
        .extracting(Participant::role)
        .containsExactly("host", "Speaker");
    assertThat(stream.host().orElseThrow().key()).isEqualTo(SIGNER.publicKey());
  }

  @Test
  void synonyms_are_read() {
    Event event =
        SIGNER.sign(
            new EventTemplate(
                1,
                30_311,
                List.of(
                    Tag.of("url", "https://x.example/r"),
                    Tag.of("content_warning", "nsfw"),
                    Tag.of("p", SIGNER.publicKey().hex(), "", "Host")),
                ""));
    LiveStream stream = LiveStream.parse(event);
    assertThat(stream.recording()).contains("https://x.example/r");
    assertThat(stream.contentWarning()).contains("nsfw");
    assertThat(stream.host()).isPresent();
    assertThat(stream.identifier()).isEmpty();
    assertThat(stream.status()).isEmpty();
  }

  @Test
  void wrong_events_are_hard_to_write_and_named_when_read() {
    assertThatThrownBy(() -> LiveStream.builder("").planned().build())
        .isInstanceOf(InvalidEvent.class)
        .hasMessageStartingWith("d:");
    assertThatThrownBy(() -> LiveStream.builder("x").build()).hasMessageStartingWith("status:");
    assertThatThrownBy(() -> LiveStream.builder("x").live(NOW).build())
        .hasMessageStartingWith("streaming:");
    Event wrong = SIGNER.sign(new EventTemplate(1, 30_311, List.of(Tag.of("starts", "soon")), ""));
    assertThatThrownBy(() -> LiveStream.parse(wrong))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageStartingWith("starts:");
    Event note = SIGNER.sign(new EventTemplate(1, 1, List.of(), ""));
    assertThatThrownBy(() -> LiveStream.parse(note)).hasMessageStartingWith("kind:");
  }

  @Test
  void a_chat_message_names_its_stream_and_its_parent() {
    EventAddress stream = draft().build().addressBy(SIGNER.publicKey());
    ChatMessage first =
        ChatMessage.parse(SIGNER.sign(ChatMessage.to(stream).text("  hello  ", NOW)));
    assertThat(first.text()).isEqualTo("hello");
    assertThat(first.event().tags())
        .containsExactly(Tag.of("a", stream.coordinate(), "wss://a.example", "root"));
    assertThat(first.stream().coordinate()).isEqualTo(stream.coordinate());
    ChatMessage reply =
        ChatMessage.parse(SIGNER.sign(ChatMessage.to(stream).replyTo(first).text("yes", NOW)));
    assertThat(reply.replyTo()).contains(first.event().id());
  }

  @Test
  void chat_is_counted_in_characters_that_people_see() {
    EventAddress stream = draft().build().addressBy(SIGNER.publicKey());
    assertThat(ChatMessage.to(stream).text("😀".repeat(500), NOW).content()).hasSize(1000);
    assertThatThrownBy(() -> ChatMessage.to(stream).text("😀".repeat(501), NOW))
        .hasMessageContaining("501 characters");
    assertThatThrownBy(() -> ChatMessage.to(stream).text("   ", NOW))
        .isInstanceOf(InvalidEvent.class);
  }

  @Test
  void a_host_that_is_first_stays_where_it_stands_with_all_it_had() {
    String me = SIGNER.publicKey().hex();
    String guest = KeySigner.of(SecretKey.generate()).publicKey().hex();
    List<Tag> tags =
        List.of(
            Tag.of("d", "x"),
            Tag.of("p", me, "", "Host", "proof", "extra"),
            Tag.of("t", "a"),
            Tag.of("p", guest, "", "speaker"),
            Tag.of("status", "planned"));
    LiveStream read = LiveStream.parse(SIGNER.sign(new EventTemplate(1, 30_311, tags, "")));
    LiveStream edited =
        read.toBuilder().host(Participant.host(SIGNER.publicKey(), "wss://a.example")).build();
    assertThat(edited.tags())
        .containsExactly(
            tags.get(0),
            Tag.of("p", me, "wss://a.example", "host", "proof", "extra"),
            tags.get(2),
            tags.get(3),
            tags.get(4));
  }

  @Test
  void a_synonym_is_edited_and_removed_where_it_stands() {
    List<Tag> tags =
        List.of(Tag.of("d", "x"), Tag.of("content_warning", "nsfw"), Tag.of("status", "planned"));
    LiveStream read = LiveStream.parse(SIGNER.sign(new EventTemplate(1, 30_311, tags, "")));
    assertThat(read.toBuilder().contentWarning("").build().contentWarning()).isEmpty();
    assertThat(read.toBuilder().contentWarning("gore").build().tags())
        .containsExactly(tags.get(0), Tag.of("content-warning", "gore"), tags.get(2));
  }

  @Test
  void building_does_not_change_the_builder_and_nonsense_is_refused() {
    LiveStream.Builder builder = draft().recording("https://x.example/v");
    assertThat(builder.build().recording()).isEmpty();
    assertThat(builder.ended(NOW).build().recording()).contains("https://x.example/v");
    assertThatThrownBy(() -> draft().currentParticipants(-1))
        .hasMessageStartingWith("current_participants:");
    assertThat(draft().hashtags(List.of("", "a", " ")).relays(List.of("")).build().relays())
        .isEmpty();
  }

  @Test
  void a_reply_without_a_marker_is_a_reply() {
    EventAddress stream = draft().build().addressBy(SIGNER.publicKey());
    String parent = "ab".repeat(32);
    Event event =
        SIGNER.sign(
            new EventTemplate(
                1, 1311, List.of(Tag.of("a", stream.coordinate()), Tag.of("e", parent)), "yes"));
    assertThat(ChatMessage.parse(event).replyTo().orElseThrow().hex()).isEqualTo(parent);
  }
}
