package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventPointer;
import com.wavlake.live.nostr.ProofOfWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code wlk event} and {@code wlk proof} as a user runs them. */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
final class EventIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NSEC =
      "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5";
  private static final String NPUB =
      "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg";
  private static final String HEX =
      "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e";
  private static final String RIGHT =
      "{\"kind\":30311,\"created_at\":1700000000,\"tags\":[[\"d\",\"x\"],[\"title\",\"Java night\"],"
          + "[\"streaming\",\"https://live.example/x.m3u8\"],[\"starts\",\"1700000000\"],"
          + "[\"status\",\"live\"],[\"p\",\""
          + HEX
          + "\",\"\",\"host\"],[\"relays\",\"wss://relay.example\"]]}";

  @TempDir static Path shared;
  private static IngestServer server;

  @TempDir Path directory;
  private WlkProcess wlk;

  @BeforeAll
  static void start() throws IOException {
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("relay.policy", "open")
            .dataDir(shared.resolve("data"))
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    wlk = new WlkProcess(directory).with("NOSTR_SECRET_KEY", NSEC);
  }

  private static List<JsonNode> lines(WlkProcess.Result result) {
    return result.out().lines().map(EventIT::read).toList();
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void lint_says_how_each_viewer_reads_it_and_what_to_mend() throws Exception {
    String wrong = RIGHT.replace("\"live\"", "\"LIVE\"").replace("\"host\"", "\"Host\"");
    String signed = wlk.runWith(RIGHT + "\n" + wrong, "event", "sign").out();
    String at = "2023-11-14T22:20:00Z";

    WlkProcess.Result judged = wlk.runWith(signed, "event", "lint", "--json", "--at", at);
    assertThat(judged.exit()).as(judged.err()).isEqualTo(1);
    JsonNode right = lines(judged).getFirst();
    assertThat(right.path("valid").asBoolean()).isTrue();
    assertThat(right.path("readings").findValuesAsText("viewer"))
        .containsExactly("web", "flutter", "amethyst");
    assertThat(right.path("readings").findValuesAsText("host")).containsOnly(NPUB);
    assertThat(right.path("readings").findValuesAsText("listed")).containsOnly("true");
    assertThat(right.path("findings").findValuesAsText("severity")).containsOnly("hint");
    JsonNode bad = lines(judged).getLast();
    assertThat(bad.path("valid").asBoolean()).isFalse();
    assertThat(bad.path("readings").findValuesAsText("status"))
        .containsExactly("null", "live", "null");
    assertThat(bad.path("findings").get(0).path("severity").asText()).isEqualTo("error");
    assertThat(bad.path("findings").get(0).path("field").asText()).isEqualTo("status");

    String one = signed.lines().findFirst().orElseThrow();
    assertThat(wlk.runWith(one, "event", "lint", "--at", at, "--strict").exit()).isZero();
    WlkProcess.Result later = wlk.runWith(one, "event", "lint", "--strict");
    assertThat(later.exit()).as("silent for an hour is a warning").isEqualTo(1);
    assertThat(later.out())
        .contains("zap.stream web      npub10elfcs4…jptg")
        .contains("WARNING  created_at");
    JsonNode template = lines(wlk.runWith(RIGHT, "event", "lint", "--json")).getFirst();
    assertThat(template.path("findings").get(0).path("problem").asText())
        .contains("only signed events can be judged");
    assertThat(wlk.runWith(one, "event", "lint", "--at", "soon").err()).contains("--at: 'soon'");
    assertThat(wlk.runWith(one, "event", "lint", "--trust-host", "x").exit()).isEqualTo(2);
  }

  @Test
  void an_event_is_published_and_shown_by_whatever_names_it() throws Exception {
    String relay = server.relayUrl();
    WlkProcess.Result published =
        wlk.runWith(
            RIGHT + "\n{\"kind\":0,\"content\":\"{}\",\"tags\":[[\"t\",\"sig\"]]}\n",
            "event",
            "publish",
            "--relay",
            relay,
            "--json");
    assertThat(published.exit()).as(published.out()).isZero();
    assertThat(lines(published)).extracting(l -> l.path("accepted").asInt()).containsOnly(1);
    WlkProcess.Result shown = wlk.run("event", "show", "x", "--relay", relay, "--json");
    Event stream = Event.parse(shown.out().strip());
    String nevent = EventPointer.to(stream, List.of(relay)).bech32();
    String link = "https://zap.stream/" + stream.address().withRelays(List.of(relay)).naddr();
    for (String ref : List.of(nevent, link)) { // each brings its relay along
      assertThat(wlk.run("event", "show", ref, "--json").out()).as(ref).isEqualTo(shown.out());
    }
    assertThat(wlk.run("event", "show", NPUB, "--relay", relay).out()).contains("kind     0");
    WlkProcess.Result noted = wlk.run("event", "show", stream.id().note(), "--relay", relay);
    assertThat(noted.out()).as(noted.err()).contains("kind     30311");
    WlkProcess.Result lint = wlk.run("event", "lint", "x", "--relay", relay);
    assertThat(lint.out()).as(lint.err()).contains("Java night").contains("Amethyst");
  }

  @Test
  void the_first_line_at_fault_is_named_with_its_field_after_those_before_it() throws Exception {
    String in = "{\"kind\":1}\n\n{\"kind\":1,\"tags\":[[\"t\",5]]}\n{\"kind\":1}\n";
    WlkProcess.Result signed = wlk.runWith(in, "event", "sign");
    assertThat(signed.exit()).isEqualTo(1);
    assertThat(signed.out().lines()).hasSize(1);
    assertThat(signed.err()).contains("error[invalid]: line 3: tags: expected a string");
    WlkProcess.Result published = wlk.runWith(in, "event", "publish", "--relay", server.relayUrl());
    assertThat(published.exit()).isEqualTo(1);
    assertThat(published.out()).contains("accepted by 1 of 1 relays").hasLineCount(1);
    assertThat(published.err()).contains("error[invalid]: line 3: tags: expected a string");
  }

  @Test
  void work_is_proved_before_it_is_signed() throws Exception {
    WlkProcess.Result signed = wlk.runWith("{\"kind\":1}\n", "event", "sign", "--pow", "12");
    Event event = Event.parse(signed.out().strip());
    assertThat(event.verify()).isTrue();
    assertThat(ProofOfWork.claimedBits(event)).isEqualTo(12);
    assertThat(wlk.runWith("", "event", "sign", "--pow", "65").err())
        .contains("--pow: 65 is not in 0 … 64");
  }

  @Test
  void a_proof_is_signed_put_into_the_event_and_verified() throws Exception {
    String coordinate = "30311:" + HEX + ":x";
    WlkProcess guest = new WlkProcess(directory).with("NOSTR_SECRET_KEY", "7".repeat(64));
    JsonNode made = lines(guest.run("proof", "sign", coordinate, "--json")).getFirst();
    assertThat(made.path("coordinate").asText()).isEqualTo(coordinate);
    JsonNode tag = made.path("tag");
    assertThat(tag.get(4).asText()).isEqualTo(made.path("proof").asText()).hasSize(128);

    String agreed = RIGHT.replace("[\"relays\"", tag + ",[\"relays\"");
    String wrong =
        agreed.replace("\"speaker\",\"", "\"speaker\",\"00").replace("\"d\",\"x\"", "\"d\",\"y\"");
    String invited =
        RIGHT.replace("[\"relays\"", "[\"p\",\"" + tag.get(1).asText() + "\"],[\"relays\"");
    String events = wlk.runWith(agreed + "\n" + invited + "\n", "event", "sign").out();
    WlkProcess.Result verified = wlk.runWith(events, "proof", "verify", "--json");
    assertThat(verified.exit()).as(verified.out()).isZero();
    assertThat(lines(verified).getFirst().path("participants").findValuesAsText("agreement"))
        .containsExactly("author", "agreed");
    assertThat(lines(verified).getLast().path("participants").findValuesAsText("agreement"))
        .containsExactly("author", "invited");
    WlkProcess.Result bad =
        wlk.runWith(wlk.runWith(wrong, "event", "sign").out(), "proof", "verify");
    assertThat(bad.exit()).isEqualTo(1);
    assertThat(bad.out()).contains("WRONG proof").contains("signed the event");
  }
}
