package com.wavlake.live.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.wavlake.live.nip53.HostPolicy;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nip53.Participant;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.Relays;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.social.MuteList;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which streams there are. */
@Timeout(60)
final class StreamBoardTest {
  private static final KeySigner ALICE = KeySigner.of(SecretKey.generate());
  private static final KeySigner BOB = KeySigner.of(SecretKey.generate());
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String HLS = "https://live.example/a.m3u8";

  private final Instant now = Instant.now();
  private Relays relay;
  private RelayPool pool;

  @BeforeEach
  void open() throws IOException {
    relay = new Relays();
    pool = RelayPool.connect(relay.url());
  }

  @AfterEach
  void close() {
    pool.close();
    relay.close();
  }

  private static LiveStream.Builder stream(String id) {
    return LiveStream.builder(id).title("Title of " + id).streaming(HLS);
  }

  private Event live(KeySigner author, String id, Duration ago) {
    return at(author, stream(id).live(now.minus(ago)), ago);
  }

  private Event at(KeySigner author, LiveStream.Builder stream, Duration ago) {
    return author.sign(stream.build().toTemplate(now.minus(ago)));
  }

  private List<String> find(StreamQuery query) {
    return StreamBoard.find(pool, query, TIMEOUT).stream()
        .map(found -> found.stream().identifier())
        .toList();
  }

  @Test
  void of_each_stream_the_newest_version_counts_and_silence_ends_it() {
    relay.store(
        live(ALICE, "older", Duration.ofMinutes(9)),
        live(ALICE, "newer", Duration.ofMinutes(2)),
        live(BOB, "over", Duration.ofMinutes(5)),
        at(BOB, stream("over").ended(now), Duration.ofMinutes(1)),
        live(BOB, "silent", Duration.ofMinutes(61)));
    assertThat(find(StreamQuery.of(Status.LIVE))).containsExactly("newer", "older");
    assertThat(find(StreamQuery.of(Status.ENDED))).containsExactly("over", "silent");
    assertThat(find(StreamQuery.of(Status.values())))
        .containsExactly("newer", "older", "over", "silent");
  }

  @Test
  void what_is_planned_comes_soonest_first_unless_nobody_came() {
    Duration daysAgo = Duration.ofDays(3);
    relay.store(
        at(ALICE, stream("later").planned().starts(now.plusSeconds(7200)), daysAgo),
        at(ALICE, stream("soon").planned().starts(now.plusSeconds(60)), daysAgo),
        at(ALICE, stream("missed").planned().starts(now.minusSeconds(7200)), daysAgo));
    assertThat(find(StreamQuery.of(Status.PLANNED))).containsExactly("soon", "later");
    assertThat(find(StreamQuery.of(Status.LIVE))).isEmpty();
  }

  @Test
  void topics_people_and_mutes_narrow_it() {
    relay.store(
        at(ALICE, stream("java").hashtags(List.of("Java", "live")).live(now), Duration.ZERO),
        at(ALICE, stream("music").hashtags(List.of("music")).live(now), Duration.ZERO),
        live(BOB, "bobs", Duration.ofSeconds(1)),
        at(
            BOB,
            stream("for alice").host(Participant.host(ALICE.publicKey(), "")).live(now),
            Duration.ofSeconds(2)));
    StreamQuery live = StreamQuery.of(Status.LIVE);
    assertThat(find(live.about(Set.of("jAVA")))).containsExactly("java");
    StreamQuery alices = live.by(Set.of(ALICE.publicKey()));
    assertThat(find(alices)).containsExactlyInAnyOrder("java", "music", "for alice");
    assertThat(find(alices.hostedBy(HostPolicy.PROVEN))).doesNotContain("for alice");
    assertThat(find(live.by(Set.of()))).as("who follows nobody sees nothing").isEmpty();
    assertThat(find(live.without(MuteList.empty().mute(BOB.publicKey()))))
        .containsExactlyInAnyOrder("java", "music");
    assertThat(find(live.without(MuteList.empty().mute(Tag.of("word", "title of java")))))
        .doesNotContain("java")
        .contains("music");
    FoundStream named =
        StreamBoard.find(pool, alices, TIMEOUT).stream()
            .filter(found -> found.stream().identifier().equals("for alice"))
            .findFirst()
            .orElseThrow();
    assertThat(named.host()).isEqualTo(ALICE.publicKey());
    assertThat(named.isHostProven()).as("Bob says so").isFalse();
    assertThat(named.address().author()).isEqualTo(BOB.publicKey());
  }

  @Test
  void what_cannot_be_read_or_is_not_yet_hides_nothing() {
    Event malformed =
        ALICE.sign(
            EventTemplate.of(
                now,
                Kind.LIVE_STREAM,
                List.of(Tag.of("d", "bad"), Tag.of("status", "live"), Tag.of("starts", "soon")),
                ""));
    Event fromTheFuture = at(ALICE, stream("real").ended(now), Duration.ofHours(-1));
    relay.store(fromTheFuture, malformed, live(ALICE, "real", Duration.ofSeconds(5)));
    assertThat(find(StreamQuery.of(Status.LIVE))).containsExactly("real");
  }

  @Test
  void what_no_naddr_can_name_and_times_beyond_any_calendar_are_left_out() {
    String longest = "é".repeat(127) + "x";
    Event beyond =
        ALICE.sign(
            new EventTemplate(
                1L << 62,
                Kind.LIVE_STREAM,
                List.of(Tag.of("d", "a"), Tag.of("status", "live")),
                ""));
    relay.store(
        beyond,
        live(ALICE, "a", Duration.ofSeconds(1)),
        live(ALICE, longest, Duration.ofSeconds(2)),
        live(ALICE, longest + "x", Duration.ofSeconds(3)));
    assertThat(StreamBoard.find(pool, StreamQuery.of(Status.LIVE), TIMEOUT))
        .extracting(found -> found.stream().identifier())
        .containsExactly("a", longest);
    assertThat(StreamBoard.newest(pool, beyond.address(), TIMEOUT))
        .as("this relay gives older versions, too")
        .isPresent();
  }

  @Test
  void a_board_that_is_open_follows_what_happens() {
    try (StreamBoard board = StreamBoard.open(pool, StreamQuery.of(Status.LIVE))) {
      assertThat(board.streams(Instant.now())).isEmpty();
      await().until(() -> !relay.asked().isEmpty());
      relay.deliver(live(ALICE, "a", Duration.ofSeconds(10)));
      await().until(() -> board.streams(Instant.now()).size() == 1);
      assertThat(board.streams(now.plus(Duration.ofHours(2)))).as("silence").isEmpty();
      relay.deliver(at(ALICE, stream("a").ended(now), Duration.ofSeconds(1)));
      await().until(() -> board.streams(Instant.now()).isEmpty());
    }
  }

  @Test
  void a_flood_pushes_out_what_is_oldest() {
    Event[] flood =
        IntStream.rangeClosed(0, StreamBoard.MAX_STREAMS)
            .mapToObj(i -> live(ALICE, "s" + i, Duration.ofSeconds(StreamBoard.MAX_STREAMS - i)))
            .toArray(Event[]::new);
    relay.store(flood);
    assertThat(find(StreamQuery.of(Status.LIVE)))
        .hasSize(StreamBoard.MAX_STREAMS)
        .doesNotContain("s0");
  }
}
