package com.wavlake.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.cli.policy.RelayPolicy.Settings;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.ChatTimeout;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RelayPolicyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final KeySigner HOST = KeySigner.of(SecretKey.generate());
  private static final KeySigner ALICE = KeySigner.of(SecretKey.generate());
  private static final KeySigner BOB = KeySigner.of(SecretKey.generate());
  private static final EventAddress STREAM = stream(HOST, "s1");
  private static final Settings PLAIN =
      new Settings(Duration.ZERO, 0, who -> false, Set.of(), false);

  @TempDir Path directory;

  private static EventAddress stream(KeySigner host, String id) {
    return new EventAddress(Kind.LIVE_STREAM, host.publicKey(), id, List.of());
  }

  private static RelayPolicy policy(Settings settings) {
    return new RelayPolicy(settings, () -> NOW);
  }

  private static RelayPolicy hosting(PublicKey... hosts) {
    return policy(new Settings(Duration.ZERO, 0, who -> false, Set.of(hosts), false));
  }

  private static Event said(KeySigner author, EventAddress where, String text) {
    return author.sign(ChatMessage.to(where).text(text, NOW));
  }

  private static String line(Event event, Instant at, String source) {
    return "{\"type\":\"new\",\"event\":"
        + event.toJson()
        + ",\"receivedAt\":"
        + at.getEpochSecond()
        + ",\"sourceType\":\""
        + source
        + "\",\"sourceInfo\":\"127.0.0.1\"}";
  }

  private static String answer(RelayPolicy policy, Event event, Instant at, String source)
      throws IOException {
    JsonNode answer = JSON.readTree(policy.answer(line(event, at, source)).toJson());
    assertThat(answer.path("id").asText()).isEqualTo(event.id().hex());
    String message = answer.path("msg").asText();
    assertThat(answer.path("action").asText()).isEqualTo(message.isEmpty() ? "accept" : "reject");
    return message;
  }

  private static String answer(RelayPolicy policy, Event event, Instant at) throws IOException {
    return answer(policy, event, at, "IP4");
  }

  @Test
  void one_message_a_second_of_each_author_in_each_stream_by_the_relays_clock() throws Exception {
    RelayPolicy policy = policy(PLAIN);
    assertThat(answer(policy, said(ALICE, STREAM, "one"), NOW)).isEmpty();
    assertThat(answer(policy, said(ALICE, STREAM, "two"), NOW)).startsWith("rate-limited:");
    assertThat(answer(policy, said(BOB, STREAM, "mine"), NOW)).isEmpty();
    assertThat(answer(policy, said(ALICE, stream(HOST, "s2"), "there"), NOW)).isEmpty();
    assertThat(answer(policy, said(ALICE, stream(BOB, "s1"), "another's s1"), NOW)).isEmpty();
    assertThat(answer(policy, said(ALICE, STREAM, "three"), NOW.plusSeconds(1))).isEmpty();
  }

  @Test
  void without_a_time_of_the_relays_the_clock_of_this_machine_counts() throws Exception {
    RelayPolicy policy = policy(PLAIN);
    assertThat(answer(policy, said(ALICE, STREAM, "one"), NOW)).isEmpty();
    String timeless =
        line(said(ALICE, STREAM, "two"), NOW, "IP6").replaceAll("\"receivedAt\":[0-9]+", "\"x\":0");
    assertThat(policy.answer(timeless).refusal().orElse("")).startsWith("rate-limited:");
  }

  @Test
  void what_comes_from_other_relays_may_come_all_at_once_but_not_anyhow() throws Exception {
    RelayPolicy policy =
        policy(new Settings(Duration.ofHours(1), 0, BOB.publicKey()::equals, Set.of(), false));
    for (String source : List.of("Sync", "Stream", "Import")) {
      for (int i = 0; i < 3; i++) {
        assertThat(answer(policy, said(ALICE, STREAM, source + i), NOW, source)).isEmpty();
      }
      assertThat(answer(policy, said(BOB, STREAM, source), NOW, source)).startsWith("blocked:");
    }
    assertThat(answer(policy, said(ALICE, STREAM, "here"), NOW)).isEmpty();
    assertThat(answer(policy, said(ALICE, STREAM, "again"), NOW.plusSeconds(3_599)))
        .isEqualTo("rate-limited: slow mode, wait another 1 s");
  }

  @Test
  void messages_have_their_length_their_stream_and_their_work() throws Exception {
    RelayPolicy policy = policy(new Settings(Duration.ZERO, 32, who -> false, Set.of(), false));
    assertThat(answer(policy, said(ALICE, STREAM, "cheap"), NOW)).startsWith("pow:");
    List<Tag> root = List.of(Tag.of("a", STREAM.coordinate(), "", "root"));
    for (String text : List.of("", "😀".repeat(501))) {
      Event event = ALICE.sign(new EventTemplate(NOW.getEpochSecond(), 1311, root, text));
      assertThat(answer(policy(PLAIN), event, NOW)).startsWith("invalid:");
    }
    Event nowhere = ALICE.sign(new EventTemplate(NOW.getEpochSecond(), 1311, List.of(), "hello"));
    assertThat(answer(policy(PLAIN), nowhere, NOW)).startsWith("invalid: a");
    assertThat(answer(policy(PLAIN), said(ALICE, STREAM, "😀".repeat(500)), NOW)).isEmpty();
  }

  @Test
  void chat_of_other_hosts_is_not_taken_where_hosts_are_named() throws Exception {
    RelayPolicy policy = hosting(HOST.publicKey());
    assertThat(answer(policy, said(ALICE, STREAM, "here"), NOW)).isEmpty();
    assertThat(answer(policy, said(ALICE, stream(BOB, "s1"), "there"), NOW)).startsWith("blocked:");
  }

  @Test
  void a_host_silences_somebody_for_a_time_and_others_do_not() throws Exception {
    RelayPolicy policy = hosting(HOST.publicKey());
    Event byBob = BOB.sign(ChatTimeout.of(STREAM, ALICE.publicKey(), Duration.ofMinutes(1), NOW));
    assertThat(answer(policy, byBob, NOW)).isEmpty();
    assertThat(answer(policy, said(ALICE, STREAM, "one"), NOW)).isEmpty();

    Event longer = HOST.sign(ChatTimeout.of(STREAM, ALICE.publicKey(), Duration.ofMinutes(2), NOW));
    Event older = HOST.sign(ChatTimeout.of(STREAM, ALICE.publicKey(), Duration.ofMinutes(1), NOW));
    assertThat(answer(policy, longer, NOW)).isEmpty();
    assertThat(answer(policy, older, NOW, "Sync")).isEmpty();
    assertThat(answer(policy, said(ALICE, STREAM, "two"), NOW.plusSeconds(119)))
        .isEqualTo("blocked: the host has silenced you for another 1 s");
    assertThat(answer(policy, said(ALICE, stream(HOST, "s2"), "there"), NOW)).isEmpty();
    assertThat(answer(policy, said(ALICE, STREAM, "three"), NOW.plusSeconds(120))).isEmpty();
  }

  @Test
  void who_was_silenced_longest_ago_makes_room() throws Exception {
    RelayPolicy policy = hosting(HOST.publicKey());
    for (PublicKey who : List.of(ALICE.publicKey(), BOB.publicKey())) {
      assertThat(answer(policy, unsigned(who), NOW)).isEmpty();
    }
    for (int i = 1; i < RelayPolicy.MAX_TIMEOUTS; i++) {
      PublicKey troll = PublicKey.parse(String.format("%064x", i));
      assertThat(policy.answer(line(unsigned(troll), NOW, "IP4")).refusal()).isEmpty();
    }
    assertThat(answer(policy, said(BOB, STREAM, "still"), NOW)).startsWith("blocked:");
    assertThat(answer(policy, said(ALICE, STREAM, "free"), NOW)).isEmpty();
  }

  /** The relay has verified it, the policy does not. */
  private static Event unsigned(PublicKey who) {
    return Event.of(
        ChatTimeout.of(STREAM, who, Duration.ofMinutes(1), NOW),
        HOST.publicKey(),
        new byte[Event.SIGNATURE_BYTES]);
  }

  @Test
  void where_no_hosts_are_named_a_streams_author_is_its_host() throws Exception {
    RelayPolicy policy = policy(PLAIN);
    Event timeout =
        HOST.sign(ChatTimeout.of(STREAM, ALICE.publicKey(), Duration.ofMinutes(1), NOW));
    assertThat(answer(policy, timeout, NOW)).isEmpty();
    assertThat(answer(policy, said(ALICE, STREAM, "?"), NOW)).startsWith("blocked:");
  }

  @Test
  void other_kinds_pass_untouched_unless_chat_alone_is_wanted() throws Exception {
    Event note = ALICE.sign(new EventTemplate(NOW.getEpochSecond(), 1, List.of(), "x".repeat(999)));
    Event timeout =
        HOST.sign(ChatTimeout.of(STREAM, ALICE.publicKey(), Duration.ofMinutes(1), NOW));
    Event meddling =
        BOB.sign(ChatTimeout.of(STREAM, ALICE.publicKey(), Duration.ofMinutes(1), NOW));
    Event broken = BOB.sign(new EventTemplate(NOW.getEpochSecond(), 1314, List.of(), ""));
    RelayPolicy strict = policy(new Settings(Duration.ZERO, 0, who -> false, Set.of(), true));
    for (Event other : List.of(note, meddling, broken)) {
      assertThat(answer(policy(PLAIN), other, NOW)).isEmpty();
      assertThat(answer(strict, other, NOW)).startsWith("blocked: chat alone");
    }
    assertThat(answer(strict, timeout, NOW)).isEmpty();
    assertThat(answer(strict, said(BOB, STREAM, "hello"), NOW)).isEmpty();
  }

  @Test
  void what_is_no_question_about_a_new_event_is_accepted() {
    String lookback = line(said(BOB, STREAM, "x"), NOW, "IP4").replace("\"new\"", "\"lookback\"");
    RelayPolicy banning = policy(new Settings(Duration.ZERO, 0, who -> true, Set.of(), true));
    assertThat(banning.answer(lookback).refusal()).isEmpty();
  }

  @Test
  void malformed_lines_are_refused_by_their_id_where_there_is_one() {
    Event event = said(ALICE, STREAM, "hello");
    String right = line(event, NOW, "IP4");
    RelayPolicy policy = policy(PLAIN);
    List<String> named =
        List.of(
            right.substring(0, right.length() - 30),
            right.replace("\"content\":\"hello\",", ""),
            right.replace("\"kind\":1311", "\"kind\":\"1311\""),
            right.replace("\"tags\":[[", "\"tags\":[[[["),
            right.replace(STREAM.coordinate(), "30311:" + "x".repeat(60_000) + ":s1"));
    for (String line : named) {
      RelayPolicy.Answer answer = policy.answer(line);
      assertThat(answer.id()).as(line).hasValue(event.id().hex());
      assertThat(answer.refusal().orElse("")).as(line).startsWith("invalid:").hasSizeLessThan(300);
    }
    List<String> nameless =
        List.of(
            "{",
            "[]",
            "null",
            "7",
            "\"x\"",
            "{\"event\":{\"id\":7}}",
            "[".repeat(100_000),
            "{\"type\":\"new\",\"event\":{\"id\":\"../\",\"kind\":1}}");
    for (String line : nameless) {
      assertThat(policy.answer(line).id()).as(line).isEmpty();
    }
  }

  @Test
  void words_of_strangers_in_an_answer_are_short_and_command_no_terminal() {
    Event event = said(ALICE, STREAM, "hello");
    String hostile = "30311:\\u001b[31m" + "é".repeat(9_000) + ":s1";
    String line = line(event, NOW, "IP4").replace(STREAM.coordinate(), hostile);
    assertThat(policy(PLAIN).answer(line).toJson())
        .startsWith("{\"id\":\"" + event.id().hex() + "\",\"action\":\"reject\",\"msg\":\"invalid")
        .hasSizeLessThan(1_000)
        .doesNotContain("\u001b", "\\u001b");
  }

  @Test
  void a_file_of_bans_is_read_again_when_it_has_changed_and_holds_while_it_is_away()
      throws Exception {
    Path file = directory.resolve("banned");
    Files.writeString(file, "# nobody yet\n\nnot a key\n");
    List<String> warnings = new ArrayList<>();
    BanFile bans = BanFile.open(file, warnings::add);
    assertThat(warnings).singleElement().asString().contains("line 3");
    RelayPolicy policy = policy(new Settings(Duration.ZERO, 0, bans::contains, Set.of(), false));
    assertThat(answer(policy, said(ALICE, STREAM, "one"), NOW)).isEmpty();

    Files.writeString(file, ALICE.publicKey().npub() + "  # spam\n" + BOB.publicKey().hex());
    assertThat(answer(policy, said(ALICE, STREAM, "two"), NOW)).startsWith("blocked:");
    assertThat(answer(policy, said(BOB, STREAM, "two"), NOW)).startsWith("blocked:");

    Files.delete(file);
    warnings.clear();
    assertThat(bans.contains(ALICE.publicKey())).isTrue();
    assertThat(bans.contains(ALICE.publicKey())).isTrue();
    assertThat(warnings).singleElement().asString().contains("cannot be read");

    Files.writeString(file, BOB.publicKey().npub());
    Files.setLastModifiedTime(file, FileTime.from(NOW));
    assertThat(bans.contains(ALICE.publicKey())).isFalse();
    assertThat(bans.contains(BOB.publicKey())).isTrue();

    warnings.clear();
    try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
      huge.setLength(BanFile.MAX_BYTES + 1);
    }
    assertThat(bans.contains(BOB.publicKey())).isTrue();
    assertThat(warnings).singleElement().asString().contains("16777216 bytes");
  }
}
