package com.wavlake.live.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.Relays;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LiveChatTest {
  private static final KeySigner SIGNER = KeySigner.of(SecretKey.generate());
  private static final EventAddress STREAM =
      new EventAddress(Kind.LIVE_STREAM, SIGNER.publicKey(), "d", List.of());

  private Relays first;
  private Relays second;
  private RelayPool pool;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private volatile Instant now = Instant.ofEpochSecond(1_700_000_000);

  @BeforeEach
  void open() throws IOException {
    first = new Relays();
    second = new Relays();
    pool = RelayPool.connect(first.url(), second.url());
  }

  @AfterEach
  void close() {
    pool.close();
    first.close();
    second.close();
  }

  private static Event message(String text, long at, Tag... more) {
    List<Tag> tags = new ArrayList<>(List.of(Tag.of("a", STREAM.coordinate())));
    tags.addAll(List.of(more));
    return SIGNER.sign(new EventTemplate(at, Kind.CHAT_MESSAGE, tags, text));
  }

  private LiveChat chat() {
    return LiveChat.open(pool, STREAM, m -> told.add(m.text()), () -> now);
  }

  @Test
  void the_history_of_many_relays_is_one_in_order_and_what_follows_comes_once() {
    Event a = message("a", 10);
    Event b = message("b", 20);
    Event c = message("c", 30);
    first.store(c, a);
    second.store(b, a);
    try (LiveChat running = chat()) {
      await().untilAsserted(() -> assertThat(told).containsExactly("a", "b", "c"));
      Event late = message("late", 25);
      first.deliver(late);
      second.deliver(late);
      first.deliver(message("next", 40));
      await().untilAsserted(() -> assertThat(told).containsExactly("a", "b", "c", "late", "next"));
    }
  }

  @Test
  void a_message_that_somebody_made_wrong_harms_no_other() {
    first.store(message("odd", 10, Tag.of("e", "zzz", "", "reply")), message("good", 20));
    List<String> replies = new CopyOnWriteArrayList<>();
    try (LiveChat running =
        LiveChat.open(
            pool,
            STREAM,
            m -> {
              replies.add(m.text() + m.replyTo());
              if (m.text().equals("odd")) {
                throw new IllegalStateException("a listener's fault, on purpose");
              }
            })) {
      await()
          .untilAsserted(
              () -> assertThat(replies).containsExactly("oddOptional.empty", "goodOptional.empty"));
    }
  }

  @Test
  void sending_keeps_the_limits_and_says_what_relays_say() {
    try (LiveChat chat = chat()) {
      assertThat(chat.send("one", SIGNER).acceptedCount()).isEqualTo(2);
      assertThatThrownBy(() -> chat.send("two", SIGNER))
          .isInstanceOf(LiveException.class)
          .hasMessageContaining("one message a second");
      now = now.plus(Duration.ofSeconds(1));
      assertThat(chat.send("two", SIGNER).acceptedCount()).isEqualTo(2);
      assertThatThrownBy(() -> chat.send("x".repeat(ChatMessage.MAX_CHARACTERS + 1), SIGNER))
          .hasMessageContaining("501");
      now = now.plus(Duration.ofSeconds(1));
      first.answer(e -> new RelayMessage.Ok(e.id(), false, "blocked: chat is off"));
      second.answer(e -> new RelayMessage.Ok(e.id(), false, "rate-limited: later"));
      assertThatThrownBy(() -> chat.send("three", SIGNER))
          .hasMessageContaining("chat is off")
          .hasMessageContaining("later");
    }
  }
}
