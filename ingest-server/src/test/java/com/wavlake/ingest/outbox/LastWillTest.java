package com.wavlake.ingest.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.ingest.Generator;
import com.wavlake.ingest.TestDatabase;
import com.wavlake.ingest.outbox.Postman.Receipt;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.live.nostr.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever dies, whenever it dies: no stream reads live for ever, and none reads ended while it
 * runs.
 */
@Timeout(120)
@ParameterizedClass
@EnumSource(TestDatabase.class)
@Execution(ExecutionMode.CONCURRENT)
final class LastWillTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Longer than anything that is waited for. */
  private static final Duration LONG = Duration.ofMinutes(12);

  private static final List<String> ALL = List.of(World.OWN, World.A, World.B);

  @Parameter TestDatabase kind = TestDatabase.SQLITE;
  @TempDir Path directory;
  private World world;

  @BeforeEach
  void begin() {
    world = new World(kind, directory);
  }

  @AfterEach
  void end() {
    world.close();
  }

  private void onAir() {
    world.plan();
    world.encoderComes();
    world.start();
    world.beat();
    world.beatFor(MINUTE.multipliedBy(3));
    reads("live");
  }

  private void reads(String status) {
    for (String relay : ALL) {
      assertThat(world.relays.status(relay)).as(relay).isEqualTo(status);
    }
  }

  // the client

  @Test
  void client_dies_before_its_first_deposit_and_nothing_was_live() {
    world.plan();
    world.encoderComes();
    world.encoderDies();
    world.pass(LONG);
    reads("planned");
    assertThat(world.relays.brought()).isEmpty();
  }

  @Test
  void client_dies_between_its_first_deposit_and_the_heartbeat() {
    world.plan();
    world.encoderComes();
    world.start();
    Event will = world.deposit().orElseThrow();
    world.encoderDies();
    world.pass(LONG);
    reads("ended");
    assertThat(world.relays.event(World.A)).as("exactly what was deposited").hasValue(will);
  }

  @Test
  void client_and_encoder_die_after_a_heartbeat() {
    onAir();
    Event will = world.beat().orElseThrow();
    world.encoderDies();
    world.pass(Duration.ofSeconds(175));
    reads("live");
    world.pass(Duration.ofSeconds(15));
    reads("ended");
    for (String relay : ALL) {
      assertThat(world.relays.event(relay)).hasValue(will);
    }
    assertThat(world.status()).isEqualTo(StreamState.ENDED);
    assertThat(world.outbox().will(world.id)).isEmpty();
  }

  @Test
  void client_dies_and_the_encoder_goes_on_and_so_does_the_stream() {
    onAir();
    world.pass(LONG.multipliedBy(2));
    reads("live");
    assertThat(world.relays.brought()).as("the will waits").isEmpty();
    world.encoderStops();
    world.pass(Duration.ofSeconds(25));
    reads("live");
    world.pass(Duration.ofSeconds(15));
    reads("ended");
  }

  @Test
  void client_dies_and_the_encoder_loses_its_connection_and_comes_back() {
    onAir();
    world.pass(LONG);
    world.encoderDies();
    world.pass(Duration.ofSeconds(115));
    world.encoderComes();
    world.pass(LONG);
    assertThat(world.status()).isEqualTo(StreamState.LIVE);
    reads("live");
  }

  @Test
  void client_is_away_for_two_minutes_and_nothing_is_said() {
    onAir();
    world.encoderDies();
    world.pass(Duration.ofSeconds(60));
    world.encoderComes();
    world.pass(Duration.ofSeconds(60));
    world.beat();
    world.beatFor(MINUTE.multipliedBy(5));
    reads("live");
    assertThat(world.relays.brought()).isEmpty();
  }

  @Test
  void client_comes_back_after_the_release_and_what_has_not_arrived_is_withdrawn() {
    onAir();
    world.relays.mood(World.B, new Receipt.Later("down"));
    world.encoderDies();
    world.pass(MINUTE.multipliedBy(5));
    assertThat(world.relays.status(World.A)).isEqualTo("ended");
    world.adopt();
    world.relays.recover(World.B);
    Event will = world.beat().orElseThrow();
    reads("live");
    assertThat(world.outbox().released(world.id).orElseThrow().relays())
        .extracting(Release.Stop::state)
        .containsExactlyInAnyOrder("accepted", "accepted", "withdrawn");
    world.pass(LONG);
    assertThat(world.relays.event(World.B)).as("gone again, for good").hasValue(will);
    reads("ended");
  }

  @Test
  void client_ends_the_stream_itself_and_nothing_is_released() {
    onAir();
    world.encoderStops();
    world.stop();
    world.publishEnd();
    assertThat(world.outbox().withdraw(world.id)).isTrue();
    world.pass(LONG);
    reads("ended");
    assertThat(world.relays.brought()).isEmpty();
  }

  @Test
  void client_dies_between_stop_and_its_end() {
    onAir();
    world.stop();
    world.pass(LONG);
    reads("ended");
  }

  @Test
  void client_dies_between_its_end_and_the_withdrawal() {
    onAir();
    world.stop();
    world.publishEnd();
    world.pass(LONG);
    reads("ended");
  }

  @Test
  void a_will_that_was_replaced_is_never_released() {
    onAir();
    Event first = world.deposit().orElseThrow();
    world.pass(Duration.ofSeconds(10));
    Event second = world.deposit().orElseThrow();
    world.encoderDies();
    world.pass(LONG);
    assertThat(world.relays.event(World.A)).hasValue(second);
    assertThat(world.relays.brought()).noneMatch(line -> line.contains(first.id().hex()));
  }

  @Test
  void a_deleted_streams_will_goes_out_when_its_time_has_come() {
    onAir();
    world.stop();
    world.outbox().releaseNow(world.id);
    world.pass(Duration.ofSeconds(100));
    reads("live");
    world.pass(Duration.ofSeconds(100));
    reads("ended");
  }

  @Test
  void a_will_that_is_deposited_again_after_its_release_is_released_again() {
    onAir();
    world.relays.mood(World.B, new Receipt.Later("down"));
    Event will = world.beat().orElseThrow();
    world.encoderDies();
    world.pass(MINUTE.multipliedBy(5));
    world.outbox().deposit(new LastWill(world.id, will, world.now())); // an answer was lost
    world.relays.recover(World.B);
    world.pass(LONG);
    reads("ended");
  }

  // the server

  @Test
  void server_dies_before_the_start_with_an_encoder_connected() {
    world.plan();
    world.encoderComes();
    world.beat();
    world.serverDies();
    world.serverStarts();
    world.pass(LONG);
    reads("ended");
  }

  @Test
  void server_dies_and_the_encoder_comes_back_to_it() {
    onAir();
    world.serverDies();
    world.pass(Duration.ofSeconds(30));
    world.serverStarts();
    world.pass(Duration.ofSeconds(60));
    world.encoderComes();
    world.beat();
    world.beatFor(LONG);
    assertThat(world.status()).isEqualTo(StreamState.LIVE);
    reads("live");
    assertThat(world.relays.brought()).isEmpty();
  }

  @Test
  void server_client_and_encoder_die_together() {
    onAir();
    world.serverDies();
    world.pass(Duration.ofHours(5));
    world.serverStarts();
    world.pass(Duration.ofSeconds(110));
    assertThat(world.relays.status(World.A)).as("the encoder may come back").isEqualTo("live");
    world.pass(Duration.ofSeconds(30));
    reads("ended");
    assertThat(world.status()).isEqualTo(StreamState.ENDED);
  }

  @Test
  void server_dies_while_the_client_goes_on_without_it() {
    onAir();
    world.serverDies();
    world.beatFor(MINUTE.multipliedBy(10));
    world.serverStarts();
    world.encoderComes();
    world.pass(Duration.ofSeconds(59));
    assertThat(world.relays.brought()).as("the old will waits for the encoder").isEmpty();
    world.beat();
    world.beatFor(MINUTE.multipliedBy(10));
    reads("live");
  }

  @Test
  void server_dies_after_the_release_and_before_the_delivery() {
    onAir();
    ALL.forEach(relay -> world.relays.mood(relay, new Receipt.Later("down")));
    world.encoderDies();
    world.pass(MINUTE.multipliedBy(4));
    Event will = world.relays.event(World.A).orElseThrow();
    assertThat(world.outbox().will(world.id)).as("released").isEmpty();
    world.serverDies();
    ALL.forEach(world.relays::recover);
    world.pass(LONG);
    reads("live");
    world.serverStarts();
    world.pass(MINUTE);
    reads("ended");
    assertThat(will).isNotNull();
    assertThat(world.relays.brought().stream().map(line -> line.split(" ", -1)[1]).distinct())
        .as("one content alone")
        .hasSize(1);
  }

  @Test
  void server_dies_half_way_through_the_delivery_and_goes_on_with_the_rest() {
    onAir();
    world.relays.mood(World.B, new Receipt.Later("down"));
    world.encoderDies();
    world.pass(MINUTE.multipliedBy(5));
    assertThat(world.relays.status(World.A)).isEqualTo("ended");
    assertThat(world.relays.status(World.B)).isEqualTo("live");
    world.serverDies();
    int before = world.relays.brought().size();
    world.relays.recover(World.B);
    world.pass(LONG);
    world.serverStarts();
    world.pass(MINUTE);
    reads("ended");
    List<String> later = world.relays.brought().subList(before, world.relays.brought().size());
    assertThat(later).as("who has it is left alone").allMatch(line -> line.startsWith(World.B));
  }

  // a relay

  @Test
  void a_relay_that_is_down_is_tried_again_until_it_is_back() {
    onAir();
    world.relays.mood(World.B, new Receipt.Later("connection refused"));
    world.encoderDies();
    world.pass(Duration.ofHours(3));
    assertThat(world.relays.status(World.B)).isEqualTo("live");
    long attempts = world.relays.brought().stream().filter(l -> l.startsWith(World.B)).count();
    assertThat(attempts).as("with patience").isBetween(12L, 24L);
    world.relays.recover(World.B);
    world.pass(Duration.ofMinutes(16));
    reads("ended");
  }

  @Test
  void a_relay_that_refuses_is_left_alone_and_one_that_is_never_back_is_given_up() {
    onAir();
    world.relays.mood(World.A, new Receipt.Rejected("blocked: not here"));
    world.relays.mood(World.B, new Receipt.Later("no such host"));
    world.encoderDies();
    world.pass(MINUTE.multipliedBy(4));
    world.serverDies();
    world.pass(Duration.ofDays(3));
    world.serverStarts();
    world.pass(MINUTE);
    assertThat(world.relays.status(World.OWN)).isEqualTo("ended");
    assertThat(world.relays.brought().stream().filter(l -> l.startsWith(World.A))).hasSize(1);
    assertThat(world.outbox().released(world.id).orElseThrow().relays())
        .containsExactlyInAnyOrder(
            new Release.Stop(World.OWN, "accepted", ""),
            new Release.Stop(World.A, "rejected", "blocked: not here"),
            new Release.Stop(World.B, "given_up", "no such host"));
  }

  // anything, at any time

  @Test
  void whatever_happens_in_whatever_order_the_end_is_right() {
    Generator.forAll(
        kind == TestDatabase.SQLITE ? 10 : 3,
        random -> {
          Path place = Files.createTempDirectory(directory, "run");
          try (World chaos = new World(kind, place)) {
            List<String> story = new ArrayList<>();
            live(chaos, random, story);
            endWell(chaos, random, story.toString());
          }
        });
  }

  private static void live(World chaos, Generator random, List<String> story) {
    chaos.plan();
    chaos.encoderComes();
    chaos.start();
    chaos.beat();
    boolean client = true;
    for (int step = 0; step < 25; step++) {
      int what = random.below(7);
      story.add(what + (chaos.isServerUp() ? "" : "!"));
      client = what == 0 ? false : what == 1 || client;
      if (what == 2 && chaos.isServerUp()) {
        chaos.encoderDies();
      } else if (what == 3 && chaos.isServerUp() && !chaos.isEncoderUp()) {
        chaos.encoderComes();
      } else if (what == 4 && chaos.isServerUp()) {
        chaos.serverDies();
      } else if (what == 4) {
        chaos.serverStarts();
      } else if (what == 5) {
        chaos.relays.mood(World.B, new Receipt.Later("down"));
      } else if (what == 6) {
        chaos.relays.recover(World.B);
      }
      for (int seconds = random.below(300); seconds > 0; seconds -= 60) {
        chaos.pass(Duration.ofSeconds(Math.min(60, seconds)));
        if (client) {
          chaos.adopt();
          chaos.beat();
        }
      }
    }
  }

  private static void endWell(World chaos, Generator random, String story) {
    chaos.relays.recover(World.B);
    if (!chaos.isServerUp()) {
      chaos.serverStarts();
    }
    if (random.below(2) == 0 && !chaos.status().isFinal()) { // all is well again: it goes on
      chaos.encoderComes();
      for (int i = 0; i < 20; i++) {
        chaos.pass(MINUTE);
        chaos.adopt();
        chaos.beat();
      }
      assertThat(chaos.status()).as(story).isEqualTo(StreamState.LIVE);
      for (String relay : ALL) {
        assertThat(chaos.relays.status(relay)).as(story + relay).isEqualTo("live");
      }
    }
    chaos.encoderDies(); // everybody goes
    chaos.pass(LONG);
    assertThat(chaos.status()).as(story).isEqualTo(StreamState.ENDED);
    for (String relay : ALL) {
      assertThat(chaos.relays.status(relay)).as(story + relay).isEqualTo("ended");
    }
  }
}
