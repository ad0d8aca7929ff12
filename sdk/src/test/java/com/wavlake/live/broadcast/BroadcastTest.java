package com.wavlake.live.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nip53.Participant;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.Relays;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class BroadcastTest {
  private static final KeySigner SIGNER = KeySigner.of(SecretKey.generate());
  private static final InstantSource STANDING =
      InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));
  private static final Duration NEVER = Duration.ofMinutes(2);

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

  private Broadcast broadcast(Duration heartbeat) {
    LiveStream draft =
        LiveStream.builder("d")
            .title("Java night")
            .streaming("https://live.example/live/d.m3u8")
            .host(Participant.host(SIGNER.publicKey(), ""))
            .planned()
            .build();
    return Broadcast.of(draft, pool, SIGNER, settings(heartbeat));
  }

  private static BroadcastSettings settings(Duration heartbeat) {
    return BroadcastSettings.DEFAULT.clock(STANDING).heartbeat(heartbeat);
  }

  private List<Status> statuses() {
    return relay.published().stream()
        .map(event -> LiveStream.parse(event).status().orElseThrow())
        .toList();
  }

  @Test
  void from_planned_to_ended_every_version_is_newer_even_when_the_clock_stands() {
    try (Broadcast broadcast = broadcast(NEVER)) {
      broadcast.plan();
      broadcast.goLive();
      broadcast.edit(edit -> edit.title("Q&A"));
    }
    assertThat(statuses()).containsExactly(Status.PLANNED, Status.LIVE, Status.LIVE, Status.ENDED);
    assertThat(relay.published().stream().map(Event::createdAt)).isSorted().doesNotHaveDuplicates();
    assertThat(LiveStream.parse(relay.published().getLast()).title()).contains("Q&A");
  }

  @Test
  void a_heartbeat_tells_the_number_of_viewers() {
    try (Broadcast broadcast = broadcast(Duration.ofMillis(100))) {
      broadcast.goLive();
      broadcast.viewers(7);
      await().until(() -> relay.published().size() >= 3);
      assertThat(LiveStream.parse(relay.published().getLast()).currentParticipants()).hasValue(7);
      broadcast.detach();
    }
    assertThat(statuses()).as("detached, it stays live").doesNotContain(Status.ENDED);
  }

  @Test
  void an_edit_made_elsewhere_is_gone_on_from() {
    try (Broadcast broadcast = broadcast(NEVER)) {
      broadcast.goLive();
      Event elsewhere =
          SIGNER.sign(
              broadcast.current().toBuilder()
                  .title("Edited elsewhere")
                  .build()
                  .toTemplate(STANDING.instant()));
      relay.deliver(elsewhere);
      await().until(() -> broadcast.current().title().equals(Optional.of("Edited elsewhere")));
      broadcast.end();
    }
    LiveStream ended = LiveStream.parse(relay.published().getLast());
    assertThat(ended.title()).contains("Edited elsewhere");
    assertThat(ended.status()).contains(Status.ENDED);
  }

  @Test
  void ended_elsewhere_it_is_not_ended_again() {
    try (Broadcast broadcast = broadcast(NEVER)) {
      broadcast.goLive();
      Event elsewhere =
          SIGNER.sign(
              broadcast.current().toBuilder()
                  .ended(STANDING.instant())
                  .build()
                  .toTemplate(STANDING.instant()));
      relay.store(elsewhere);
      relay.answer(event -> new RelayMessage.Ok(event.id(), false, "replaced: have newer event"));
      assertThat(broadcast.end()).isEmpty();
      broadcast.detach();
    }
  }

  @Test
  void an_end_that_a_newer_live_version_stood_against_is_published_again_behind_it() {
    try (Broadcast broadcast = broadcast(NEVER)) {
      broadcast.goLive();
      Event heartbeat =
          SIGNER.sign(
              broadcast.current().toBuilder()
                  .build()
                  .toTemplate(STANDING.instant().plusSeconds(9)));
      relay.store(heartbeat);
      relay.answer(
          event -> new RelayMessage.Ok(event.id(), event.supersedes(heartbeat), "invalid: older"));
      assertThat(broadcast.end().orElseThrow().acceptedCount()).isEqualTo(1);
      assertThat(relay.published().getLast().supersedes(heartbeat)).isTrue();
    }
  }

  @Test
  void live_that_no_relay_takes_is_not_live() {
    relay.answer(event -> new RelayMessage.Ok(event.id(), false, "blocked: no"));
    try (Broadcast broadcast = broadcast(Duration.ofMillis(50))) {
      assertThatThrownBy(broadcast::goLive)
          .isInstanceOf(LiveException.class)
          .hasMessageContaining("blocked: no");
      broadcast.detach();
    }
    assertThat(statuses()).containsExactly(Status.LIVE);
  }

  /** Keeps wills and says what it was asked, in order, between what the relay got. */
  private class Notary implements LastWill {
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<Event> wills = new CopyOnWriteArrayList<>();
    private volatile boolean refuses;

    @Override
    public void deposit(Event ended) {
      if (refuses) {
        throw new LiveException(LiveException.Category.UNREACHABLE, "the notary is out");
      }
      log.add("deposit before version " + (relay.published().size() + 1));
      wills.add(ended);
    }

    @Override
    public void withdraw() {
      log.add("withdrawn after version " + relay.published().size());
    }
  }

  private Broadcast broadcast(BroadcastSettings settings) {
    try (Broadcast draft = broadcast(NEVER)) {
      return Broadcast.of(draft.current(), pool, SIGNER, settings);
    }
  }

  @Test
  void before_each_version_that_says_live_its_end_is_deposited_and_is_newer() {
    Notary notary = new Notary();
    try (Broadcast broadcast = broadcast(settings(NEVER).lastWill(notary))) {
      broadcast.plan();
      broadcast.goLive();
      broadcast.edit(edit -> edit.title("Q&A"));
      for (int i = 0; i < notary.wills.size(); i++) {
        Event will = notary.wills.get(i);
        Event live = relay.published().get(i + 1);
        assertThat(will.verify()).isTrue();
        assertThat(will.address().coordinate()).isEqualTo(live.address().coordinate());
        assertThat(will.createdAt()).isEqualTo(live.createdAt() + LastWill.AHEAD.toSeconds());
        assertThat(will.supersedes(live)).isTrue();
        LiveStream ended = LiveStream.parse(will);
        assertThat(ended.status()).contains(Status.ENDED);
        assertThat(ended.ends()).isPresent();
        assertThat(ended.title()).isEqualTo(LiveStream.parse(live).title());
        assertThat(ended.currentParticipants()).isEmpty();
      }
    }
    assertThat(notary.log)
        .containsExactly(
            "deposit before version 2", "deposit before version 3", "withdrawn after version 4");
  }

  @Test
  void a_will_that_is_not_kept_is_told_and_the_stream_goes_on() {
    Notary notary = new Notary();
    notary.refuses = true;
    List<String> problems = new CopyOnWriteArrayList<>();
    try (Broadcast broadcast =
        broadcast(
            settings(Duration.ofMillis(100))
                .lastWill(notary)
                .onProblem(problem -> problems.add(problem.getMessage())))) {
      broadcast.goLive();
      await().until(() -> relay.published().size() >= 3);
      notary.refuses = false;
      await().until(() -> !notary.wills.isEmpty());
    }
    assertThat(problems).contains("the notary is out");
  }

  @Test
  void a_heartbeat_that_no_will_would_end_is_not_published() {
    Notary notary = new Notary();
    List<String> problems = new CopyOnWriteArrayList<>();
    AtomicLong ahead = new AtomicLong();
    InstantSource clock = () -> Instant.now().plusSeconds(ahead.get() - 2_000);
    try (Broadcast broadcast =
        broadcast(
            settings(Duration.ofMillis(100))
                .clock(clock)
                .lastWill(notary)
                .onProblem(problem -> problems.add(problem.getMessage())))) {
      broadcast.goLive();
      notary.refuses = true;
      int before = relay.published().size();
      await().until(() -> relay.published().size() > before); // the will is newer still
      ahead.set(1_000);
      int told = problems.size();
      await().until(() -> problems.size() >= told + 3);
      long newest = relay.published().getLast().createdAt();
      assertThat(newest).isLessThan(notary.wills.getLast().createdAt());
      notary.refuses = false;
      await().until(() -> relay.published().getLast().createdAt() > newest);
      broadcast.detach();
    }
    assertThat(notary.wills.getLast().supersedes(relay.published().getLast())).isTrue();
  }

  @Test
  void an_end_that_nobody_took_leaves_the_will_where_it_is() {
    Notary notary = new Notary();
    try (Broadcast broadcast = broadcast(settings(NEVER).lastWill(notary))) {
      broadcast.goLive();
      relay.answer(event -> new RelayMessage.Ok(event.id(), false, "error: disk is full"));
      assertThat(broadcast.end().orElseThrow().acceptedCount()).isZero();
      broadcast.detach();
    }
    assertThat(notary.log).containsExactly("deposit before version 1");
  }

  @Test
  void detached_in_one_process_it_is_resumed_in_another_and_ended_there() {
    Notary notary = new Notary();
    EventAddress address;
    try (Broadcast first = broadcast(settings(NEVER).lastWill(notary))) {
      first.goLive();
      address = first.address();
      first.detach();
    }
    assertThat(notary.log).as("the will stays").doesNotContain("withdrawn after version 1");
    try (RelayPool otherPool = RelayPool.connect(relay.url());
        Broadcast second =
            Broadcast.resume(address, otherPool, SIGNER, settings(NEVER).lastWill(notary))) {
      await().until(() -> relay.published().size() == 2);
      assertThat(statuses()).containsExactly(Status.LIVE, Status.LIVE);
      Instant started = LiveStream.parse(relay.published().getFirst()).starts().orElseThrow();
      assertThat(second.current().starts()).contains(started);
    }
    assertThat(statuses()).containsExactly(Status.LIVE, Status.LIVE, Status.ENDED);
    assertThat(notary.log.getLast()).isEqualTo("withdrawn after version 3");
  }

  @Test
  void resumed_after_its_will_was_released_it_is_newer_than_the_will() {
    Notary notary = new Notary();
    EventAddress address;
    try (Broadcast first = broadcast(settings(NEVER).lastWill(notary))) {
      first.goLive();
      address = first.address();
      first.detach();
    }
    Event will = notary.wills.getLast();
    relay.store(will);
    try (Broadcast second = Broadcast.resume(address, pool, SIGNER, settings(NEVER))) {
      assertThat(second.current().status()).contains(Status.ENDED);
      second.goLive();
      assertThat(relay.published().getLast().supersedes(will)).isTrue();
      second.detach();
    }
  }

  @Test
  void what_is_not_ones_own_or_not_there_is_not_resumed() {
    EventAddress nowhere =
        new EventAddress(Kind.LIVE_STREAM, SIGNER.publicKey(), "nowhere", List.of());
    assertThatThrownBy(() -> Broadcast.resume(nowhere, pool, SIGNER, BroadcastSettings.DEFAULT))
        .isInstanceOfSatisfying(
            LiveException.class,
            e -> assertThat(e.category()).isEqualTo(LiveException.Category.NOT_FOUND));
    KeySigner other = KeySigner.of(SecretKey.generate());
    assertThatThrownBy(() -> Broadcast.resume(nowhere, pool, other, BroadcastSettings.DEFAULT))
        .isInstanceOfSatisfying(
            LiveException.class,
            e -> assertThat(e.category()).isEqualTo(LiveException.Category.UNAUTHORIZED));
  }

  @Test
  void an_hls_of_somebody_else_is_announced_and_its_will_kept_in_a_file(@TempDir Path folder) {
    LiveStream draft =
        StreamDraft.announcing(
            "Radio",
            "https://radio.example/live.m3u8",
            List.of(relay.url()),
            SIGNER.publicKey(),
            STANDING.instant());
    WillFolder wills = WillFolder.at(folder.resolve("wills"));
    assertThat(wills.due(STANDING.instant())).isEmpty();
    EventAddress address = draft.addressBy(SIGNER.publicKey());
    LastWill will = wills.of(address, List.of(relay.url()));
    try (Broadcast broadcast = Broadcast.of(draft, pool, SIGNER, settings(NEVER).lastWill(will))) {
      broadcast.goLive();
      assertThat(wills.due(STANDING.instant())).as("its time has not come").isEmpty();
      broadcast.detach(); // as if the process had died
    }
    Instant later = STANDING.instant().plus(LastWill.AHEAD);
    WillFolder.Left left = wills.due(later).getFirst();
    assertThat(left.relays()).containsExactly(relay.url());
    assertThat(wills.publish(left, later, Duration.ofSeconds(5)).orElseThrow().acceptedCount())
        .isEqualTo(1);
    assertThat(statuses()).containsExactly(Status.LIVE, Status.ENDED);
    assertThat(wills.due(later)).as("it is published once").isEmpty();
    assertThatThrownBy(() ->
            StreamDraft.announcing(
                "x", "rtmp://x", List.of(), SIGNER.publicKey(), STANDING.instant()))
        .hasMessageStartingWith("streaming:");
  }

  @Test
  void a_will_in_a_file_is_private_whole_and_void_once_something_newer_stands(@TempDir Path folder)
      throws Exception {
    WillFolder wills = WillFolder.at(folder);
    Files.writeString(folder.resolve("broken.will"), "ws://x\n{}\n");
    Files.writeString(folder.resolve("empty.will"), "");
    Files.write(folder.resolve("bytes.will"), new byte[] {(byte) 0xff, (byte) 0xfe, 10, 10});
    Files.createDirectory(folder.resolve("directory.will"));
    try (Broadcast broadcast =
        broadcast(
            settings(NEVER).lastWill(wills.of(broadcast(NEVER).address(), List.of(relay.url()))))) {
      broadcast.goLive();
      Instant later = STANDING.instant().plus(LastWill.AHEAD);
      WillFolder.Left left = wills.due(later).getFirst();
      assertThat(Files.getPosixFilePermissions(left.file()))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      relay.store( // resumed on another machine, and not ended there yet
          SIGNER.sign(
              broadcast.current().toBuilder()
                  .build()
                  .toTemplate(STANDING.instant().plusSeconds(150))));
      int before = relay.published().size();
      assertThat(wills.publish(left, later, Duration.ofSeconds(5))).isEmpty();
      assertThat(relay.published()).hasSize(before);
      assertThat(wills.due(later)).as("somebody may be alive: it waits").hasSize(1);
      relay.store(
          SIGNER.sign(
              broadcast.current().toBuilder()
                  .build()
                  .toTemplate(STANDING.instant().plusSeconds(210))));
      Instant muchLater = later.plusSeconds(600);
      assertThat(wills.publish(left, muchLater, Duration.ofSeconds(5))).isEmpty();
      assertThat(relay.published()).hasSize(before);
      assertThat(wills.due(muchLater)).as("somebody went on: void").isEmpty();
      broadcast.detach();
    }
  }

  @Test
  void an_end_that_nobody_took_can_be_tried_again() {
    Notary notary = new Notary();
    try (Broadcast broadcast = broadcast(settings(NEVER).lastWill(notary))) {
      broadcast.goLive();
      relay.answer(event -> new RelayMessage.Ok(event.id(), false, "error: disk is full"));
      assertThat(broadcast.end().orElseThrow().acceptedCount()).isZero();
      relay.answer(event -> new RelayMessage.Ok(event.id(), true, ""));
      assertThat(broadcast.end().orElseThrow().acceptedCount()).isEqualTo(1);
      assertThat(broadcast.end()).isEmpty();
    }
    assertThat(notary.log).contains("withdrawn after version 3");
    assertThat(relay.published().stream().map(Event::createdAt)).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void an_edit_from_elsewhere_that_comes_while_ours_is_signed_is_not_lost() {
    List<Runnable> whileDepositing = new CopyOnWriteArrayList<>();
    Notary notary =
        new Notary() {
          @Override
          public void deposit(Event ended) {
            super.deposit(ended);
            whileDepositing.forEach(Runnable::run);
            whileDepositing.clear();
          }
        };
    try (Broadcast broadcast = broadcast(settings(NEVER).lastWill(notary))) {
      broadcast.goLive();
      Event elsewhere =
          SIGNER.sign(
              broadcast.current().toBuilder()
                  .title("Edited elsewhere")
                  .build()
                  .toTemplate(STANDING.instant().plusSeconds(5)));
      whileDepositing.add(() -> {
        relay.deliver(elsewhere);
        await().until(() -> broadcast.current().title().equals(Optional.of("Edited elsewhere")));
      });
      broadcast.edit(edit -> edit.image("https://live.example/new.jpg"));
      LiveStream merged = LiveStream.parse(relay.published().getLast());
      assertThat(merged.title()).contains("Edited elsewhere");
      assertThat(merged.image()).contains("https://live.example/new.jpg");
    }
  }

  @Test
  void what_was_refused_is_not_live_and_its_will_is_withdrawn() {
    Notary notary = new Notary();
    relay.answer(event -> new RelayMessage.Ok(event.id(), false, "blocked: no"));
    Broadcast broadcast = broadcast(settings(NEVER).lastWill(notary));
    assertThatThrownBy(broadcast::goLive).hasMessageContaining("blocked: no");
    assertThat(broadcast.current().status()).contains(Status.PLANNED);
    assertThat(notary.log).containsExactly("deposit before version 1", "withdrawn after version 1");
    broadcast.close();
    assertThat(statuses()).as("what never began is not ended").doesNotContain(Status.ENDED);
  }

  @Test
  void an_end_that_nobody_takes_when_closing_is_told_and_over_is_over() {
    List<String> problems = new CopyOnWriteArrayList<>();
    Broadcast broadcast =
        broadcast(settings(NEVER).onProblem(problem -> problems.add(problem.getMessage())));
    broadcast.goLive();
    relay.answer(event -> new RelayMessage.Ok(event.id(), false, "error: full"));
    broadcast.close();
    assertThat(problems).singleElement().asString().contains("error: full");
    assertThatThrownBy(broadcast::goLive).hasMessageContaining("over");
  }

  @Test
  void an_old_version_at_the_same_address_does_not_replace_the_draft() {
    LiveStream lastWeek = LiveStream.builder("d").title("LAST WEEK").planned().build();
    relay.store(SIGNER.sign(lastWeek.toTemplate(STANDING.instant().plusSeconds(60))));
    try (Broadcast broadcast = broadcast(NEVER)) {
      await()
          .during(Duration.ofMillis(300))
          .until(() -> broadcast.current().title().equals(Optional.of("Java night")));
      broadcast.goLive();
      assertThat(relay.published().getLast().createdAt())
          .as("yet it is newer than that")
          .isGreaterThan(STANDING.instant().plusSeconds(60).getEpochSecond());
    }
  }

  @Test
  void a_heartbeat_so_slow_that_the_will_would_fall_due_is_refused() {
    BroadcastSettings willed = settings(NEVER).lastWill(new Notary());
    assertThatThrownBy(() -> willed.heartbeat(Duration.ofMinutes(3)))
        .isInstanceOf(LiveException.class)
        .hasMessageContaining("heartbeat");
    assertThatThrownBy(() -> settings(Duration.ZERO)).isInstanceOf(LiveException.class);
  }

  @Test
  void a_will_ends_a_version_whose_own_will_was_not_kept(@TempDir Path folder) {
    WillFolder wills = WillFolder.at(folder);
    try (Broadcast broadcast =
        broadcast(
            settings(NEVER).lastWill(wills.of(broadcast(NEVER).address(), List.of(relay.url()))))) {
      broadcast.goLive();
      Instant later = STANDING.instant().plus(LastWill.AHEAD);
      WillFolder.Left left = wills.due(later).getFirst();
      relay.store(
          SIGNER.sign(
              broadcast.current().toBuilder()
                  .build()
                  .toTemplate(STANDING.instant().plusSeconds(60))));
      assertThat(wills.publish(left, later, Duration.ofSeconds(5)).orElseThrow().acceptedCount())
          .isEqualTo(1);
      broadcast.detach();
    }
  }
}
