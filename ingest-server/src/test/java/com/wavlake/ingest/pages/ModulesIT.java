package com.wavlake.ingest.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the pages' modules compute, beside what the SDK does. */
final class ModulesIT extends PagesTestBase {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Tab tab;

  @BeforeEach
  void open() {
    tab = tab(Visitor.guest()).open(server.url() + "/");
    tab.untilText("Live now");
  }

  /** The value of an expression over a module's exports, {@code m}, and an argument, {@code a}. */
  private JsonNode value(String module, String expression, Object argument) throws Exception {
    Matcher script =
        Pattern.compile("/assets/[0-9a-f]+/app/")
            .matcher(
                tab.value("document.querySelector('script[type=module]').getAttribute('src')")
                    .toString());
    assertThat(script.find()).isTrue();
    Object json =
        tab.later(
            "import('"
                + script.group()
                + module
                + ".js').then((m) => { const a = JSON.parse(arguments[0]); return JSON.stringify("
                + expression
                + "); }).then(done, (e) => done('\"' + e + '\"'));",
            JSON.writeValueAsString(argument));
    return JSON.readTree(json.toString());
  }

  @Test
  void names_are_those_of_nip_19() throws Exception {
    String hex = streamer.publicKey().hex();
    String id = "stream-1700000000-ü ";
    EventAddress address = new EventAddress(Kind.LIVE_STREAM, streamer.publicKey(), id, List.of());
    assertThat(value("event", "m.npub(a)", hex).asText()).isEqualTo(streamer.publicKey().npub());
    assertThat(value("event", "m.naddr(a[0], a[1])", List.of(hex, id)).asText())
        .isEqualTo(address.naddr());
    assertThat(value("event", "m.parseProfileName(a)", streamer.publicKey().npub()).asText())
        .isEqualTo(hex);
    String damaged = streamer.publicKey().npub().replaceFirst(".$", "b");
    assertThat(value("event", "m.parseProfileName(a)", damaged).isNull()).isTrue();
  }

  @Test
  void the_next_version_of_a_live_event_is_the_sdks() throws Exception {
    List<Tag> tags =
        List.of(
            Tag.of("x-first", "1"),
            Tag.of("d", "stream-1"),
            Tag.of("title", "T", "en"),
            Tag.of("streaming", "https://x.example/1.m3u8"),
            Tag.of("status", "live"),
            Tag.of("starts", "1699999990"),
            Tag.of("current_participants", "3"),
            Tag.of("p", streamer.publicKey().hex(), "wss://r.example", "host", "proof"),
            Tag.of("pinned", "11"),
            Tag.of("x-last", "z", "y"));
    Event before = streamer.sign(new EventTemplate(1_700_000_000, Kind.LIVE_STREAM, tags, "about"));
    JsonNode event = JSON.readTree(before.toJson());
    Instant now = Instant.ofEpochSecond(1_700_000_060);

    JsonNode ended =
        value(
            "live-stream",
            "m.next(a, { status: 'ended', ends: '1700000060', recording: 'https://x/y' }, 1700000060)",
            event);
    LiveStream sdk =
        LiveStream.parse(before).toBuilder().ended(now).recording("https://x/y").build();
    assertThat(tags(ended)).isEqualTo(sdk.toTemplate(now).tags());
    assertThat(ended.path("created_at").asLong()).isEqualTo(1_700_000_060);

    JsonNode beat =
        value("live-stream", "m.next(a, { status: 'live', current_participants: 9 }, 5)", event);
    assertThat(tags(beat))
        .isEqualTo(
            LiveStream.parse(before).toBuilder()
                .currentParticipants(9)
                .build()
                .toTemplate(now)
                .tags());
    assertThat(beat.path("created_at").asLong())
        .as("never before the version that it replaces")
        .isEqualTo(1_700_000_001);

    JsonNode unpinned = value("live-stream", "m.next(a, { pinned: [] }, 1700000060)", event);
    assertThat(tags(unpinned)).doesNotContain(Tag.of("pinned", "11")).hasSize(tags.size() - 1);
  }

  private static List<Tag> tags(JsonNode event) {
    return Stream.of(JSON.convertValue(event.path("tags"), String[][].class))
        .map(tag -> Tag.of(tag[0], Arrays.copyOfRange(tag, 1, tag.length)))
        .toList();
  }

  @Test
  void text_is_taken_apart_and_bounded() throws Exception {
    JsonNode parts =
        value(
            "text",
            "m.partsOf({ id: 'e', tags: [['emoji', 'wave', 'https://x/w.png'], ['emoji', 'bad', 'javascript:1']], content: a })",
            "see https://x.example/a(b)?c=d. :wave: :bad: javascript:alert(1) "
                + streamer.publicKey().npub());
    assertThat(parts.toString())
        .contains("{\"link\":\"https://x.example/a(b)?c=d\"}")
        .contains("\"emoji\":\":wave:\"")
        .contains(":bad: javascript:alert(1)")
        .contains("{\"pubkey\":\"" + streamer.publicKey().hex() + "\"}");
    String page = "a" + "\n".repeat(400) + "b\n".repeat(300);
    JsonNode lines = value("text", "m.partsOf({ id: 'e', tags: [], content: a })", page);
    String shown = lines.get(0).path("text").asText();
    assertThat(shown.chars().filter(c -> c == '\n').count()).isLessThan(8);
    assertThat(shown.codePointCount(0, shown.length())).isLessThan(502);
  }
}
