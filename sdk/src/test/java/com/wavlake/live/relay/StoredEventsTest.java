package com.wavlake.live.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reading all that relays have, page by page. */
@Timeout(30)
final class StoredEventsTest {
  private static final KeySigner SIGNER = KeySigner.of(SecretKey.generate());
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** A relay that gives so many at a time, the newest first. */
  private static ScriptedRelay giving(int atATime, List<Event> stored) throws IOException {
    ScriptedRelay relay = new ScriptedRelay();
    Thread.ofVirtual()
        .start(() -> {
          try {
            ScriptedRelay.Client client = relay.nextClient();
            while (true) {
              if (client.nextFrame() instanceof ClientMessage.Req req) {
                stored.stream()
                    .filter(event -> req.filters().getFirst().matches(event))
                    .sorted(Comparator.comparingLong(Event::createdAt).reversed())
                    .limit(atATime)
                    .forEach(
                        event -> client.send(new RelayMessage.Delivery(req.subscription(), event)));
                client.send(new RelayMessage.Eose(req.subscription()));
              }
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return relay;
  }

  private static Event at(long second) {
    return SIGNER.sign(new EventTemplate(second, 1, List.of(), "at " + second + Math.random()));
  }

  private static List<StoredEvents.Answer> read(
      List<Event> into, int most, Filter filter, ScriptedRelay... relays) {
    List<String> urls = List.of(relays).stream().map(ScriptedRelay::url).toList();
    try (RelayPool pool = RelayPool.connect(urls)) {
      return StoredEvents.read(pool, filter, TIMEOUT, most, into::add);
    }
  }

  @Test
  void pages_go_back_to_the_first_event_of_each_relay_and_each_is_told_once() throws IOException {
    List<Event> dense = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      dense.add(at(1_000 + i / 2)); // two a second: a page may end within one
    }
    List<Event> sparse = new ArrayList<>(List.of(at(10), at(500), dense.get(3), dense.get(19)));
    try (ScriptedRelay first = giving(3, dense);
        ScriptedRelay second = giving(3, sparse)) {
      List<Event> all = new ArrayList<>();

      List<StoredEvents.Answer> answers = read(all, 1_000, Filter.kinds(1), first, second);

      assertThat(answers)
          .containsExactly(
              new StoredEvents.Answer(first.url(), 20, ""),
              new StoredEvents.Answer(second.url(), 4, ""));
      assertThat(all).doesNotHaveDuplicates().containsAll(dense).containsAll(sparse).hasSize(22);
    }
  }

  @Test
  void bounds_in_time_hold_and_too_many_are_given_up_with_words() throws IOException {
    List<Event> stored = List.of(at(10), at(20), at(30), at(40));
    try (ScriptedRelay bounded = giving(1, stored);
        ScriptedRelay many = giving(2, stored)) {
      List<Event> within = new ArrayList<>();
      assertThat(
              read(within, 9, Filter.kinds(1).since(20).until(30), bounded).getFirst().complete())
          .isTrue();
      assertThat(within).containsExactly(stored.get(2), stored.get(1));

      List<Event> some = new ArrayList<>();
      assertThat(read(some, 3, Filter.kinds(1), many).getFirst().problem())
          .isEqualTo("more than 3 events");
      assertThat(some).hasSize(3);
    }
  }

  @Test
  void a_relay_that_does_not_heed_the_limit_is_stopped() throws IOException {
    List<Event> stored =
        IntStream.rangeClosed(0, StoredEvents.MOST_A_PAGE).mapToObj(i -> at(10 + i)).toList();
    try (ScriptedRelay relay = giving(Integer.MAX_VALUE, stored)) {
      List<Event> some = new ArrayList<>();
      assertThat(read(some, 1_000_000, Filter.kinds(1), relay).getFirst().problem())
          .isEqualTo("gives more than " + StoredEvents.MOST_A_PAGE + " events at a time");
      assertThat(some).hasSize(StoredEvents.MOST_A_PAGE);
    }
  }

  @Test
  void a_relay_that_cannot_be_asked_says_so_and_the_others_are_read() throws IOException {
    ScriptedRelay gone = giving(1, List.of());
    gone.close();
    List<Event> stored = List.of(at(10));
    try (ScriptedRelay there = giving(5, stored);
        RelayPool pool = RelayPool.connect(gone.url(), there.url())) {
      List<Event> all = new ArrayList<>();
      List<StoredEvents.Answer> answers =
          StoredEvents.read(pool, Filter.kinds(1), Duration.ofSeconds(1), 10, all::add);
      assertThat(answers.getFirst().complete()).isFalse();
      assertThat(answers.getFirst().problem()).isNotEmpty();
      assertThat(answers.getLast()).isEqualTo(new StoredEvents.Answer(there.url(), 1, ""));
      assertThat(all).isEqualTo(stored);
    }
  }
}
