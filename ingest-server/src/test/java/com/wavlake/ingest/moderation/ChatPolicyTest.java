package com.wavlake.ingest.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.ProofOfWork;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What may be said in a chat, and how often. */
final class ChatPolicyTest {
  private static final Instant NOW = Instant.parse("2026-01-31T20:00:00Z");
  private static final KeySigner ALICE = KeySigner.of(SecretKey.generate());
  private static final KeySigner BOB = KeySigner.of(SecretKey.generate());
  private static final EventAddress STREAM =
      new EventAddress(Kind.LIVE_STREAM, ALICE.publicKey(), "s1", List.of());

  private final ChatPolicy policy = new ChatPolicy();

  private static Event message(KeySigner by, String text) {
    return by.sign(ChatMessage.to(STREAM).text(text, NOW));
  }

  private Optional<String> say(KeySigner by, String text, ChatRules rules, Instant at) {
    return policy.refuse(message(by, text), "s1", rules, at);
  }

  @Test
  void one_message_a_second_and_author_and_stream() {
    assertThat(say(ALICE, "1", ChatRules.NONE, NOW)).isEmpty();
    assertThat(say(ALICE, "2", ChatRules.NONE, NOW.plusMillis(999)).orElseThrow())
        .isEqualTo("rate-limited: one message a second");
    assertThat(say(BOB, "3", ChatRules.NONE, NOW)).isEmpty();
    assertThat(policy.refuse(message(ALICE, "4"), "s2", ChatRules.NONE, NOW)).isEmpty();
    assertThat(say(ALICE, "5", ChatRules.NONE, NOW.plusMillis(1_000)))
        .as("what was refused does not count")
        .isEmpty();
  }

  @Test
  void slow_mode_says_how_long_to_wait() {
    ChatRules slow = new ChatRules(Duration.ofSeconds(30), 0, Map.of());
    assertThat(say(ALICE, "1", slow, NOW)).isEmpty();
    assertThat(say(ALICE, "2", slow, NOW.plusMillis(9_500)).orElseThrow())
        .isEqualTo("rate-limited: slow mode, wait another 21 s");
    assertThat(say(ALICE, "3", slow, NOW.plusSeconds(30))).isEmpty();
  }

  @Test
  void five_hundred_characters_are_code_points() {
    Event long500 = ALICE.sign(new EventTemplate(1, 1311, List.of(), "😀".repeat(500)));
    assertThat(policy.refuse(long500, "s1", ChatRules.NONE, NOW)).isEmpty();
    Event long501 = BOB.sign(new EventTemplate(1, 1311, List.of(), "é".repeat(501)));
    assertThat(policy.refuse(long501, "s1", ChatRules.NONE, NOW).orElseThrow())
        .startsWith("invalid: 501 characters");
    Event nothing = BOB.sign(new EventTemplate(1, 1311, List.of(), ""));
    assertThat(policy.refuse(nothing, "s1", ChatRules.NONE, NOW).orElseThrow())
        .startsWith("invalid:");
  }

  @Test
  void what_is_dated_ahead_would_stand_below_all_that_is_said_till_then() {
    Event minute = ALICE.sign(ChatMessage.to(STREAM).text("x", NOW.plusSeconds(60)));
    assertThat(policy.refuse(minute, "s1", ChatRules.NONE, NOW)).isEmpty();
    Event later = BOB.sign(ChatMessage.to(STREAM).text("x", NOW.plusSeconds(61)));
    assertThat(policy.refuse(later, "s1", ChatRules.NONE, NOW).orElseThrow())
        .isEqualTo("invalid: dated 61 s ahead; is your clock right?");
    Event never = BOB.sign(new EventTemplate(Long.MAX_VALUE, 1311, List.of(), "x"));
    assertThat(policy.refuse(never, "s1", ChatRules.NONE, NOW).orElseThrow())
        .startsWith("invalid: dated ");
    Event old = BOB.sign(new EventTemplate(0, 1311, List.of(), "x"));
    assertThat(policy.refuse(old, "s1", ChatRules.NONE, NOW)).isEmpty();
  }

  @Test
  void who_is_banned_is_told_for_how_long() {
    ChatRules rules =
        new ChatRules(
            Duration.ZERO,
            0,
            Map.of(
                ALICE.publicKey(),
                Optional.empty(),
                BOB.publicKey(),
                Optional.of(NOW.plusSeconds(60))));
    assertThat(say(ALICE, "1", rules, NOW).orElseThrow())
        .isEqualTo("blocked: the host has banned you from this chat");
    assertThat(say(BOB, "2", rules, NOW).orElseThrow()).contains("another 60 s");
    assertThat(say(BOB, "3", rules, NOW.plusSeconds(60))).isEmpty();
  }

  @Test
  void work_that_the_host_asks_for_has_to_be_done_and_luck_is_not_work() {
    ChatRules rules = new ChatRules(Duration.ZERO, 10, Map.of());
    EventTemplate plain = ChatMessage.to(STREAM).text("hello", NOW);
    EventTemplate mined =
        ProofOfWork.mine(plain, ALICE.publicKey(), 10, Duration.ofSeconds(20)).orElseThrow();
    assertThat(policy.refuse(ALICE.sign(mined), "s1", rules, NOW)).isEmpty();
    EventTemplate lazy =
        ProofOfWork.mine(plain, BOB.publicKey(), 4, Duration.ofSeconds(20)).orElseThrow();
    assertThat(policy.refuse(BOB.sign(lazy), "s1", rules, NOW).orElseThrow())
        .startsWith("pow: difficulty 4 is less than 10");
  }

  @Test
  void a_message_for_two_streams_is_for_none() {
    EventTemplate one = ChatMessage.to(STREAM).text("hello", NOW);
    List<Tag> tags = new ArrayList<>(one.tags());
    tags.add(Tag.of("a", STREAM.coordinate()));
    assertThat(ChatPolicy.oneChat(ALICE.sign(new EventTemplate(1, 1311, tags, "x")))).isEmpty();
    tags.add(Tag.of("a", "30311:" + BOB.publicKey().hex() + ":other"));
    assertThat(ChatPolicy.oneChat(ALICE.sign(new EventTemplate(1, 1311, tags, "x"))).orElseThrow())
        .startsWith("invalid:");
  }

  @Test
  void a_clock_that_was_set_back_locks_nobody_out() {
    assertThat(say(ALICE, "1", ChatRules.NONE, NOW)).isEmpty();
    Instant back = NOW.minusSeconds(3_600);
    Event second = ALICE.sign(ChatMessage.to(STREAM).text("2", back));
    assertThat(policy.refuse(second, "s1", ChatRules.NONE, back)).isEmpty();
  }

  @Test
  void memory_of_who_wrote_is_bounded_and_the_eldest_is_forgotten() {
    ChatPace pace = new ChatPace();
    for (int i = 0; i < 100_100; i++) {
      pace.written(ALICE.publicKey(), "stream " + i, NOW);
    }
    assertThat(pace.wait(ALICE.publicKey(), "stream 0", Duration.ofSeconds(1), NOW)).isZero();
    assertThat(pace.wait(ALICE.publicKey(), "stream 100099", Duration.ofSeconds(1), NOW))
        .isPositive();
    assertThat(pace.drain()).hasSizeLessThanOrEqualTo(100_000);
  }
}
