package com.wavlake.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.cli.shell.Strangers;
import com.wavlake.live.api.StreamStatus;
import com.wavlake.live.chat.ChatItem;
import com.wavlake.live.chat.ChatListener.Removal;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.Raid;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.junit.jupiter.api.Test;

/** How things look, without a terminal. */
final class ChatLineTest {
  private static final KeySigner HOST = KeySigner.of(SecretKey.generate());
  private static final KeySigner FAN = KeySigner.of(SecretKey.generate());
  private static final KeySigner ME = KeySigner.of(SecretKey.generate());
  private static final Instant NOW = Instant.parse("2026-01-31T20:15:00Z");
  private static final EventAddress STREAM =
      new EventAddress(Kind.LIVE_STREAM, HOST.publicKey(), "s", List.of());

  private final List<Event> profiles = new ArrayList<>();
  private final List<Integer> asked = new ArrayList<>();
  private final Names names =
      new Names(
          HOST.publicKey(),
          Optional.of(ME.publicKey()),
          people -> {
            asked.add(people.size());
            return profiles.stream().filter(p -> people.contains(p.author())).toList();
          });

  private void named(KeySigner who, String name) {
    String json = "{\"name\":\"" + name + "\"}";
    profiles.add(who.sign(new EventTemplate(1, Kind.PROFILE, List.of(), json)));
  }

  private void learned() {
    names.learn(List.of(HOST.publicKey(), FAN.publicKey(), ME.publicKey()), Duration.ofSeconds(5));
  }

  private ChatLine line(int width) {
    return new ChatLine(names::person, ZoneOffset.UTC, width);
  }

  private static ChatItem.Said said(KeySigner who, String text) {
    return new ChatItem.Said(ChatMessage.parse(who.sign(ChatMessage.to(STREAM).text(text, NOW))));
  }

  private static String item(ChatLine line, ChatItem item, int number) {
    return line.item(item, OptionalInt.of(number), Optional.empty()).toString();
  }

  @Test
  void a_message_has_time_number_name_and_is_wrapped_at_words_behind_its_bar() {
    named(FAN, "alice");
    learned();
    String text = item(line(60), said(FAN, "one two three four five six seven eight nine ten"), 7);
    assertThat(text.lines())
        .containsExactly(
            "20:15    7       alice   ▏ one two three four five six seven",
            "                         ▏ eight nine ten");
    assertThat(item(line(60), said(FAN, "x".repeat(80)), 7).lines())
        .allMatch(l -> Columns.of(l) <= 60)
        .hasSize(3);
    assertThat(item(line(30), said(FAN, "hello"), 7)).isEqualTo("7 alice hello");
  }

  @Test
  void the_host_and_the_viewer_wear_marks_that_nobody_else_can() {
    named(HOST, "Carla");
    named(FAN, "Carla ★");
    named(ME, "me");
    learned();
    assertThat(item(line(80), said(HOST, "a"), 1)).contains("        Carla ★ ▏ a");
    assertThat(item(line(80), said(ME, "a"), 1)).contains(" me » ▏ a");
    String imitation = item(line(100), said(FAN, "a"), 1);
    assertThat(imitation).doesNotContain("★").contains("Carla~");
    assertThat(names.called("carla")).containsExactlyInAnyOrder(HOST.publicKey(), FAN.publicKey());
    assertThat(names.called(names.person(FAN.publicKey()).name())).containsExactly(FAN.publicKey());
  }

  @Test
  void nothing_of_strangers_reaches_the_terminal_as_a_command() {
    named(FAN, "ev\\u001b[31mil\\u202e\\u200b\\u3164");
    learned();
    String text =
        item(line(80), said(FAN, "a\u001b]0;x\u0007b\u202ec\u2028d\u0301\u0301\u0301\u0301"), 1);
    assertThat(text.codePoints().filter(c -> c != '\n'))
        .noneMatch(Character::isISOControl)
        .noneMatch(c -> Character.getType(c) == Character.FORMAT);
    assertThat(text)
        .contains("ev[31mil")
        .contains("a]0;xbc d\u0301\u0301")
        .doesNotContain("\u2028");
    assertThat(Strangers.name("\u3164 \u200b")).isEmpty();
    assertThat(Strangers.name("n".repeat(100)).orElseThrow()).hasSize(Strangers.MAX_NAME);
  }

  @Test
  void a_name_that_is_a_number_or_has_quotation_marks_cannot_confuse_commands() {
    named(FAN, "12");
    named(HOST, "Carla \\\"C\\\"");
    learned();
    String npub = FAN.publicKey().npub();
    assertThat(names.person(FAN.publicKey()).name())
        .isEqualTo("12~" + npub.substring(npub.length() - 4));
    assertThat(names.person(HOST.publicKey()).name()).isEqualTo("Carla 'C'");
  }

  @Test
  void what_cannot_be_printed_does_not_end_the_printing() throws InterruptedException {
    List<String> printed = new ArrayList<>();
    try (Happenings happenings =
        new Happenings(
            names,
            happening -> {
              if (happening instanceof Happenings.Happening.Note(String text)) {
                printed.add(text.substring(1));
              }
            })) {
      happenings.note("");
      happenings.note("!after");
    }
    assertThat(printed).containsExactly("after");
  }

  @Test
  void an_answer_shows_whom_and_what_it_answers() {
    named(FAN, "alice");
    learned();
    ChatItem.Said question = said(FAN, "is that the new one from the album?");
    ChatItem.Said answer =
        new ChatItem.Said(
            ChatMessage.parse(
                HOST.sign(ChatMessage.to(STREAM).replyTo(question.message()).text("yes", NOW))));
    assertThat(line(100).item(answer, OptionalInt.of(2), Optional.of(question)).toString())
        .contains("↳ alice “is that the new one fro…” yes");
    assertThat(line(100).item(answer, OptionalInt.of(2), Optional.empty()).toString())
        .contains("↳ an older message: yes");
  }

  @Test
  void raids_and_removals_are_told() {
    named(FAN, "alice");
    learned();
    EventAddress other = new EventAddress(Kind.LIVE_STREAM, FAN.publicKey(), "o", List.of());
    Raid raid = Raid.parse(HOST.sign(Raid.of(STREAM, other, "go!", NOW)));
    assertThat(item(line(200), new ChatItem.Raided(raid), 3))
        .contains("⇒ raid from ")
        .contains(" to alice go! naddr1");
    AttributedString removed = line(80).removed(said(FAN, "x"), OptionalInt.of(4), Removal.MUTED);
    assertThat(removed.toString()).contains("✕ message 4 of alice: muted");
    assertThat(removed.styleAt(removed.length() - 1)).isEqualTo(AttributedStyle.DEFAULT.faint());
  }

  @Test
  void a_raid_to_a_name_too_long_for_an_naddr_is_told_by_its_coordinate() {
    EventAddress other =
        new EventAddress(Kind.LIVE_STREAM, FAN.publicKey(), "o".repeat(256), List.of());
    assertThat(ChatLine.named(other)).isEqualTo(other.coordinate());
    assertThat(ChatLine.named(STREAM)).isEqualTo(STREAM.naddr());
  }

  @Test
  void everybody_has_a_colour_of_their_own_that_can_be_read_on_dark_and_light() {
    assertThat(Person.color(FAN.publicKey())).isEqualTo(Person.color(FAN.publicKey()));
    for (int color : Person.palette()) {
      double luminance = luminance(color);
      assertThat(1.05 / (luminance + 0.05)).as("%d on white", color).isGreaterThan(3);
      assertThat((luminance + 0.05) / 0.05).as("%d on black", color).isGreaterThan(3);
    }
  }

  /** WCAG 2's relative luminance of one of the 6 × 6 × 6 colours. */
  private static double luminance(int color) {
    int index = color - 16;
    return 0.2126 * channel(index / 36)
        + 0.7152 * channel(index / 6 % 6)
        + 0.0722 * channel(index % 6);
  }

  private static double channel(int step) {
    double value = (step == 0 ? 0 : 55 + 40 * step) / 255.0;
    return value <= 0.03928 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }

  @Test
  void names_are_asked_for_once_and_a_hundred_at_a_time() {
    names.learn(List.of(FAN.publicKey(), FAN.publicKey()), Duration.ofSeconds(5));
    names.learn(List.of(FAN.publicKey()), Duration.ofSeconds(5));
    assertThat(asked).containsExactly(1);
    assertThat(names.person(FAN.publicKey()).name()).startsWith("npub1").endsWith("…").hasSize(11);
    Set<PublicKey> many = new HashSet<>();
    while (many.size() < 150) {
      many.add(SecretKey.generate().publicKey());
    }
    names.learn(many, Duration.ofSeconds(10));
    assertThat(asked).containsExactly(1, 100, 50);
  }

  @Test
  void numbers_stay_with_their_messages_and_the_oldest_are_forgotten() {
    Shown shown = new Shown();
    ChatItem.Said first = said(FAN, "first");
    assertThat(shown.number(first)).isEqualTo(1);
    assertThat(shown.number(first)).isEqualTo(1);
    for (int i = 0; i < Shown.KEPT; i++) {
      shown.number(said(FAN, "more " + i));
    }
    assertThat(shown.item(1)).isEmpty();
    assertThat(shown.item(first.event().id())).isEmpty();
    assertThat(shown.item(Shown.KEPT + 1)).isPresent();
  }

  @Test
  void the_status_line_has_the_providers_word_before_the_events() {
    LiveStream live =
        LiveStream.builder("s")
            .streaming("https://x.example/a.m3u8")
            .starts(NOW.minusSeconds(13))
            .live(NOW.minusSeconds(13))
            .currentParticipants(3)
            .build();
    Vitals vitals = Vitals.UNKNOWN.event(live);
    assertThat(StatusLine.of(vitals, NOW, 3, 3, "", 80).toString().strip())
        .isEqualTo("● LIVE 00:13 · 3 viewers · 3 relays");
    StreamStatus status =
        new StreamStatus(
            "live",
            "connected",
            14,
            20,
            30,
            100,
            4_400,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    Vitals better = vitals.provider(Optional.of(status), NOW.minusSeconds(2));
    assertThat(StatusLine.of(better, NOW, 1, 3, "Java night", 90).toString().strip())
        .startsWith("● LIVE 01:42 · 14 viewers · 4.4 Mb/s · 1 relay of 3 ")
        .endsWith("Java night");
    assertThat(StatusLine.of(better, NOW, 0, 1, "", 40).toString())
        .hasSizeLessThan(40)
        .contains("● LIVE");
    assertThat(StatusLine.of(Vitals.UNKNOWN, NOW, 0, 1, "", 80).toString())
        .contains("no relay, reconnecting");
    assertThat(StatusLine.clock(3_661)).isEqualTo("1:01:01");
  }

  @Test
  void a_spreadsheet_takes_no_cell_for_a_formula() {
    assertThat(ExportFormat.cell("=1+1")).isEqualTo("'=1+1");
    assertThat(ExportFormat.cell("a,\"b\"")).isEqualTo("\"a,\"\"b\"\"\"");
    assertThat(ExportFormat.second("--since", Optional.of("2026-01-31"))).hasValue(1_769_817_600);
    assertThat(ExportFormat.second("--since", Optional.of("17"))).hasValue(17);
    List<Event> said = List.of(said(FAN, "a\u001b[31m\u202eb").event());
    assertThat(ExportFormat.CSV.lines(said, names, true).getLast()).contains(",a[31mb,");
    assertThat(ExportFormat.CSV.lines(said, names, false).getLast())
        .as("a file has what was said")
        .contains(",a\u001b[31m\u202eb,");
  }
}
