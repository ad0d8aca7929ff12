package com.wavlake.live.nip53;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nip53.StreamLint.Finding;
import com.wavlake.live.nip53.StreamLint.Reading;
import com.wavlake.live.nip53.StreamLint.Report;
import com.wavlake.live.nip53.StreamLint.Severity;
import com.wavlake.live.nip53.StreamLint.Viewer;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class StreamLintTest {
  private static final KeySigner HOST = KeySigner.of(SecretKey.generate());
  private static final KeySigner GUEST = KeySigner.of(SecretKey.generate());
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final String HLS = "https://live.example/live/d.m3u8";

  private static LiveStream good() {
    return LiveStream.builder("d")
        .title("Java night")
        .description("talk")
        .image("https://live.example/d.jpg")
        .streaming(HLS)
        .host(Participant.host(HOST.publicKey(), "wss://a.example"))
        .relays(List.of("wss://a.example"))
        .alt("Live stream: Java night")
        .live(NOW)
        .build();
  }

  private static Report check(List<Tag> tags, Instant now) {
    return StreamLint.standard()
        .check(HOST.sign(new EventTemplate(NOW.getEpochSecond(), Kind.LIVE_STREAM, tags, "")), now);
  }

  /** The good event with the tags of one name replaced. */
  private static List<Tag> with(String name, Tag... replacements) {
    List<Tag> tags = new ArrayList<>(good().tags());
    tags.removeIf(tag -> tag.name().equals(name));
    tags.addAll(List.of(replacements));
    return tags;
  }

  private static Reading reading(Report report, Viewer viewer) {
    return report.readings().stream().filter(r -> r.viewer() == viewer).findFirst().orElseThrow();
  }

  @Test
  void what_we_write_reads_the_same_everywhere_and_leaves_nothing_to_mend() {
    Report report = StreamLint.standard().check(HOST.sign(good().toTemplate(NOW)), NOW);
    assertThat(report.findings()).isEmpty();
    assertThat(report.readings()).hasSize(3);
    for (Reading reading : report.readings()) {
      assertThat(reading.host()).isEqualTo(HOST.publicKey());
      assertThat(reading.status()).contains(Status.LIVE);
      assertThat(reading.playable()).isTrue();
      assertThat(reading.listed()).isTrue();
      assertThat(reading.chatShown()).isTrue();
      assertThat(reading.why()).isEmpty();
    }
  }

  @Test
  void a_host_who_did_not_sign_is_read_in_three_ways() {
    List<Tag> tags = with("p", Tag.of("p", GUEST.publicKey().hex(), "", "Host"));
    Event event = HOST.sign(new EventTemplate(NOW.getEpochSecond(), 30_311, tags, ""));
    Report report = StreamLint.standard().check(event, NOW);
    assertThat(reading(report, Viewer.WEB).host()).isEqualTo(HOST.publicKey());
    assertThat(reading(report, Viewer.FLUTTER).host()).isEqualTo(HOST.publicKey());
    assertThat(reading(report, Viewer.FLUTTER).why()).anyMatch(w -> w.contains("lower case"));
    assertThat(reading(report, Viewer.AMETHYST).host()).isEqualTo(GUEST.publicKey());
    Report trusting = StreamLint.trusting(Set.of(HOST.publicKey())).check(event, NOW);
    assertThat(reading(trusting, Viewer.WEB).host()).isEqualTo(GUEST.publicKey());
  }

  @Test
  void stale_is_ended_for_one_and_hidden_for_another() {
    Report afterADay = check(good().tags(), NOW.plus(Duration.ofDays(1)));
    assertThat(reading(afterADay, Viewer.WEB).listed()).isTrue();
    assertThat(reading(afterADay, Viewer.AMETHYST).status()).contains(Status.ENDED);
    assertThat(reading(afterADay, Viewer.AMETHYST).playable()).isFalse();
    Report afterEight = check(good().tags(), NOW.plus(Duration.ofDays(8)));
    assertThat(reading(afterEight, Viewer.WEB).listed()).isFalse();
    assertThat(reading(afterEight, Viewer.WEB).why()).anyMatch(w -> w.contains("7 days"));
  }

  @Test
  void chat_outside_of_the_times_is_hidden_in_two() {
    Report report =
        check(with("starts", Tag.of("starts", Long.toString(NOW.getEpochSecond() + 60))), NOW);
    assertThat(reading(report, Viewer.WEB).chatShown()).isFalse();
    assertThat(reading(report, Viewer.FLUTTER).chatShown()).isFalse();
    assertThat(reading(report, Viewer.AMETHYST).chatShown()).isTrue();
  }

  @Test
  void what_is_no_hls_cannot_be_played() {
    for (String url : List.of("https://x.example/live.mpd", "rtmp://x.example/a.m3u8", "m3u8")) {
      Report report = check(with("streaming", Tag.of("streaming", url)), NOW);
      assertThat(report.readings()).as(url).noneMatch(Reading::playable);
    }
  }

  @Test
  void ended_plays_its_recording() {
    List<Tag> tags =
        good().toBuilder().ended(NOW).recording("https://live.example/v").build().tags();
    assertThat(check(tags, NOW).readings()).allMatch(Reading::playable);
  }

  static Stream<Arguments> mistakes() {
    String guest = GUEST.publicKey().hex();
    return Stream.of(
        Arguments.of(Severity.ERROR, "d", with("d")),
        Arguments.of(Severity.WARNING, "d", with("d", Tag.of("d", "a"), Tag.of("d", "b"))),
        Arguments.of(Severity.WARNING, "title", with("title")),
        Arguments.of(Severity.HINT, "image", with("image")),
        Arguments.of(Severity.HINT, "alt", with("alt")),
        Arguments.of(Severity.ERROR, "status", with("status")),
        Arguments.of(Severity.ERROR, "status", with("status", Tag.of("status", "LIVE"))),
        Arguments.of(Severity.ERROR, "status", with("status", Tag.of("status", "on air"))),
        Arguments.of(Severity.WARNING, "starts", with("starts")),
        Arguments.of(Severity.ERROR, "starts", with("starts", Tag.of("starts", "soon"))),
        Arguments.of(Severity.WARNING, "ends", with("ends", Tag.of("ends", "1800000000"))),
        Arguments.of(Severity.ERROR, "ends", with("ends", Tag.of("ends", "1"))),
        Arguments.of(Severity.ERROR, "streaming", with("streaming")),
        Arguments.of(
            Severity.WARNING,
            "streaming",
            with("streaming", Tag.of("streaming", "http://x/a.m3u8"))),
        Arguments.of(
            Severity.WARNING, "recording", with("recording", Tag.of("recording", "https://x/v"))),
        Arguments.of(Severity.WARNING, "p", with("p")),
        Arguments.of(Severity.WARNING, "p", with("p", Tag.of("p", guest, "", "host"))),
        Arguments.of(
            Severity.ERROR, "p", with("p", Tag.of("p", guest, "", "host", "00".repeat(64)))),
        Arguments.of(
            Severity.WARNING,
            "relays",
            with("relays", Tag.of("relays", "wss://a"), Tag.of("relays", "wss://b"))),
        Arguments.of(Severity.HINT, "relays", with("relays")),
        Arguments.of(Severity.WARNING, "relays", with("relays", Tag.of("relays", "https://a"))),
        Arguments.of(Severity.WARNING, "pinned", with("pinned", Tag.of("pinned", "x"))),
        Arguments.of(Severity.HINT, "goal", with("goal", Tag.of("goal", "500 sats"))),
        Arguments.of(Severity.HINT, "url", with("url", Tag.of("url", "https://x/v"))),
        Arguments.of(
            Severity.WARNING,
            "content_warning",
            with("content_warning", Tag.of("content_warning", "nsfw"))));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void each_mistake_is_found(Severity severity, String field, List<Tag> tags) {
    Report report = check(tags, NOW);
    assertThat(report.findings())
        .as(report.findings().toString())
        .anyMatch(f -> f.severity() == severity && f.field().equals(field));
    assertThat(report.isValid())
        .isEqualTo(report.findings().stream().noneMatch(f -> f.severity() == Severity.ERROR));
    assertThat(report.findings()).extracting(Finding::severity).isSorted();
  }

  @Test
  void a_forged_event_and_one_from_the_future_are_named() {
    Event good = HOST.sign(good().toTemplate(NOW));
    Event forged = Event.parse(good.toJson().replace("Java night", "Forged"));
    assertThat(StreamLint.standard().check(forged, NOW).findings())
        .anyMatch(f -> f.field().equals("sig"));
    assertThat(StreamLint.standard().check(good, NOW.minus(Duration.ofHours(1))).findings())
        .anyMatch(f -> f.severity() == Severity.ERROR && f.field().equals("created_at"));
  }

  @Test
  void letters_of_another_case_are_read_by_one_alone() {
    Report report = check(with("status", Tag.of("status", "Live")), NOW);
    assertThat(reading(report, Viewer.FLUTTER).status()).contains(Status.LIVE);
    assertThat(reading(report, Viewer.WEB).listed()).isFalse();
    assertThat(reading(report, Viewer.AMETHYST).listed()).isFalse();
  }

  @Test
  void planned_is_listed_by_some_and_reads_as_over_once_its_time_has_passed() {
    List<Tag> tags =
        good().toBuilder().planned().starts(NOW.plus(Duration.ofHours(1))).build().tags();
    Report before = check(tags, NOW);
    assertThat(reading(before, Viewer.WEB).listed()).isTrue();
    assertThat(reading(before, Viewer.WEB).playable()).isFalse();
    assertThat(reading(before, Viewer.FLUTTER).listed()).isFalse();
    assertThat(reading(before, Viewer.AMETHYST).status()).contains(Status.PLANNED);
    Report late = check(tags, NOW.plus(Duration.ofHours(3)));
    assertThat(reading(late, Viewer.AMETHYST).status()).contains(Status.ENDED);
  }

  @Test
  void ended_without_a_recording_is_not_listed_on_the_web() {
    Report report = check(good().toBuilder().ended(NOW).build().tags(), NOW);
    assertThat(reading(report, Viewer.WEB).listed()).isFalse();
    assertThat(reading(report, Viewer.AMETHYST).listed()).isTrue();
  }

  @Test
  void a_url_is_read_as_browsers_read_it() {
    for (String url : List.of("https://my_host.example/a.m3u8", "https://x.example/a b.m3u8?t=1")) {
      assertThat(check(with("streaming", Tag.of("streaming", url)), NOW).readings())
          .as(url)
          .allMatch(Reading::playable);
    }
    Report local =
        check(with("streaming", Tag.of("streaming", "http://127.0.0.1:8080/a.m3u8")), NOW);
    assertThat(reading(local, Viewer.WEB).listed()).isFalse();
    assertThat(reading(local, Viewer.WEB).playable()).isTrue();
  }
}
