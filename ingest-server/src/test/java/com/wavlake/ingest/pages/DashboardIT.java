package com.wavlake.ingest.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.api.WillState;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nip53.StreamLint;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Going live from a browser: everything that is signed is signed by the signer in it. */
final class DashboardIT extends PagesTestBase {
  /** What beats every minute beats every two seconds: the page's clock, not its code. */
  private static final String FAST =
      "const slow = setInterval; window.setInterval = (f, ms) => slow(f, ms === 60000 ? 2000 : ms);";

  private final KeySigner visitor = KeySigner.of(key);

  private Tab dashboard() {
    Tab tab = tab(Visitor.with(key));
    tab.beforeEachPage(FAST);
    tab.open(server.url() + "/dashboard");
    tab.click("Sign in with Nostr");
    tab.untilText("New stream");
    return tab;
  }

  private ManagementClient client() {
    return closing(ManagementClient.at(server.url(), visitor));
  }

  /** For people to look at, and by axe, by night and by day. */
  private void look(Tab tab, String name) {
    Visitor usual = Visitor.with(key);
    for (Visitor visitor : List.of(usual.inTheLight(), usual.onPhone(), usual)) {
      tab.become(visitor);
      assertThat(tab.barriers()).as("%s: %s", name, visitor.scheme()).isEmpty();
      tab.picture(name + "-" + (visitor.phone() ? "phone" : visitor.scheme()));
    }
  }

  /** The visitor's live events, as another client sees them come. */
  private Person witness() {
    return person().follow(Filter.kinds(Kind.LIVE_STREAM).by(visitor.publicKey()));
  }

  private static Event until(Person witness, Status status, long after) {
    return witness.until(event ->
        event.createdAt() > after && LiveStream.parse(event).status().equals(Optional.of(status)));
  }

  /** The key that the page shows once it is asked to. */
  private static String streamKey(Tab tab) {
    assertThat(tab.text("code.key")).as("hidden at first").doesNotContain("wlk_live");
    tab.click("Show the stream key");
    tab.untilText("code.key", "wlk_live_");
    String streamKey = tab.text("code.key").strip();
    tab.click("Show the stream key");
    return streamKey;
  }

  private Process encode(String streamKey) throws Exception {
    Process ffmpeg = server.encode(streamKey);
    closing(() -> ffmpeg.destroyForcibly().waitFor());
    return ffmpeg;
  }

  @Test
  void a_streamer_goes_live_and_every_version_is_signed_by_them() throws Exception {
    Person witness = witness();
    ManagementClient client = client();
    Tab tab = dashboard();
    look(tab, "dashboard-new");
    tab.type("Title", "Filters, day three");
    tab.type("Description", "A ladder <b>filter</b>.");
    tab.click("Record it");
    tab.click("Create stream");
    tab.untilText("Waiting for OBS…");
    Event planned = until(witness, Status.PLANNED, 0);
    assertThat(planned.author()).isEqualTo(visitor.publicKey());
    tab.untilText(".settings", "rtmp://127.0.0.1:");
    assertThat(tab.is("document.querySelector('.steps button.primary.big').disabled")).isTrue();
    look(tab, "dashboard-waiting");

    Process encoder = encode(streamKey(tab));
    tab.untilText("OBS is connected");
    tab.untilText(".steps", "h264 640x360");
    look(tab, "dashboard-connected");
    tab.click(".steps", "Go live");
    Event live = until(witness, Status.LIVE, planned.createdAt());
    LiveStream stream = LiveStream.parse(live);
    assertThat(stream.title()).contains("Filters, day three");
    assertThat(stream.summary()).contains("A ladder <b>filter</b>.");
    assertThat(stream.hashtags()).startsWith("talk", "live");
    assertThat(stream.host().orElseThrow().key()).isEqualTo(visitor.publicKey());
    assertThat(stream.relays()).first().isEqualTo(server.relay());
    assertThat(StreamLint.standard().check(live, Instant.now()).readings())
        .as("as three viewers read it")
        .allMatch(StreamLint.Reading::playable);
    WillState.Kept will =
        client.lastWill(stream.identifier()).flatMap(WillState::kept).orElseThrow();
    assertThat(Duration.between(Instant.ofEpochSecond(live.createdAt()), will.notBefore()))
        .as("deposited first, stamped ahead")
        .isGreaterThanOrEqualTo(Duration.ofMinutes(3));
    tab.untilText(".tiles", "kbit/s");
    tab.untilText("Announced on 1 of 1 relay");

    Event beat = until(witness, Status.LIVE, live.createdAt());
    assertThat(LiveStream.parse(beat).starts()).isEqualTo(stream.starts());

    List<Tag> tags = new ArrayList<>(beat.tags());
    tags.add(2, Tag.of("x-of-another", "client", "with", "more"));
    Event others =
        visitor.sign(
            new EventTemplate(beat.createdAt() + 1, Kind.LIVE_STREAM, tags, beat.content()));
    Person terminal = closing(Person.with(visitor, server.relay()));
    assertThat(terminal.publish(others).accepted()).isTrue();
    Event merged = until(witness, Status.LIVE, others.createdAt());
    assertThat(merged.tags().get(2)).isEqualTo(Tag.of("x-of-another", "client", "with", "more"));

    Event elsewhere =
        visitor.sign(
            LiveStream.parse(merged).toBuilder()
                .title("Filters, day three")
                .description("Said in a terminal.")
                .build()
                .toTemplate(Instant.now().plusSeconds(2)));
    assertThat(terminal.publish(elsewhere).accepted()).isTrue();
    tab.click("Title and description");
    tab.until(
        "document.querySelector('textarea[name=description]').value === 'Said in a terminal.'");
    tab.type("Title", ": the ladder");
    tab.click("Save");
    Event renamed =
        witness.until(event ->
            LiveStream.parse(event).title().equals(Optional.of("Filters, day three: the ladder")));
    assertThat(renamed.tags()).contains(Tag.of("x-of-another", "client", "with", "more"));
    assertThat(LiveStream.parse(renamed).summary()).contains("Said in a terminal.");
    tab.untilText(".headline h2", "Filters, day three: the ladder");
    assertThat(client.get(stream.identifier()).title()).endsWith(": the ladder");
    look(tab, "dashboard-live");

    tab.run("window.before = true");
    tab.reload();
    tab.untilText(".tiles", "kbit/s"); // signed in still, and where it was
    Event resumed = until(witness, Status.LIVE, renamed.createdAt() + 1);
    assertThat(resumed.tags()).contains(Tag.of("x-of-another", "client", "with", "more"));

    encoder.destroyForcibly().waitFor();
    tab.untilText("OBS is not connected.");
    tab.click("End the stream");
    tab.click(".ask", "End the stream");
    Event ended = until(witness, Status.ENDED, resumed.createdAt());
    assertThat(LiveStream.parse(ended).recording()).isPresent();
    tab.untilText("The stream is over: stopped by its owner.");
    tab.untilText(".past", "Filters, day three: the ladder");
    await()
        .atMost(LATER)
        .until(() -> client.lastWill(stream.identifier()).flatMap(WillState::kept).isEmpty());
    look(tab, "dashboard-over");

    tab.click("Delete recording");
    tab.click(".ask", "Delete");
    tab.until("!document.querySelector('.past .badge')");
    tab.click(".past", "Delete");
    tab.click(".ask", "Delete");
    tab.until("!document.querySelector('.past')");
    assertThat(client.list(Optional.empty(), 10).streams()).isEmpty();
  }

  @Test
  void what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost() {
    Tab tab = dashboard();
    tab.expectError("status of 400");
    tab.type("Description", "d".repeat(501));
    tab.click("Create stream");
    tab.untilText(".field.wrong", "This is needed.");
    tab.untilText("501 characters; at most 500.");
    assertThat(tab.value("document.activeElement.name")).isEqualTo("title");
    tab.type("Title", "t".repeat(101));
    tab.click("Create stream");
    tab.untilText("101 characters; at most 100.");
    tab.run(
        "const f = document.forms[0].elements; f.title.value = 'Right'; f.description.value = ''");
    tab.click("Picture, tags, relays");
    tab.type("Picture (URL)", "https://x.example/" + "p".repeat(300));
    tab.type("Other relays that are told", "nos.lol");
    tab.click("Create stream");
    tab.untilText("nos.lol is no relay: wss://…");
    tab.run(
        "document.forms[0].elements.relays.value = ''; document.querySelector('details').open = false");
    tab.click("Create stream"); // what only the server knows
    tab.untilText("#field-image-error", "255");
    assertThat(tab.is("document.querySelector('details').open")).isTrue();
    assertThat(tab.value("document.forms[0].elements.title.value")).isEqualTo("Right");

    tab.run("document.forms[0].elements.image.value = ''; window.nostr.refuses = true");
    tab.click("Create stream");
    tab.untilText("Your signer did not sign: the user said no");
    tab.run("window.nostr.refuses = false");
    tab.click("Create stream");
    tab.untilText("Waiting for OBS…");
  }

  @Test
  void a_key_is_made_anew_and_kept_for_the_next_stream() throws Exception {
    ManagementClient client = client();
    Tab tab = dashboard();
    tab.type("Title", "First");
    tab.click("Create stream");
    tab.untilText("Waiting for OBS…");
    String before = streamKey(tab);
    tab.click("Make a new key");
    tab.untilText(".ask", "The old key stops at once.");
    tab.click(".ask", "Make a new key");
    tab.untilText("This is the new key: enter it in OBS.");
    String after = streamKey(tab);
    assertThat(after).isNotEqualTo(before);
    Process encoder = encode(after);
    tab.untilText("OBS is connected");
    tab.click(".steps", "Go live");
    tab.untilText("Announced on 1 of 1 relay");
    StreamDetails first = client.list(Optional.empty(), 10).streams().getFirst();
    client.stop(first.streamId()); // from elsewhere: the page says the end all the same
    tab.untilText("The stream is over");
    encoder.destroyForcibly().waitFor();

    tab.untilText("OBS keeps the stream key it has (of “First”)");
    tab.type("Title", "Second");
    tab.click("Create stream");
    tab.untilText("OBS has it already: the key of “First”.");
    var _ = encode(after);
    tab.untilText("OBS is connected");
  }

  @Test
  void a_refused_announcement_can_be_made_good_and_goes_on_out_of_sight() throws Exception {
    Person witness = witness();
    Tab tab = dashboard();
    tab.type("Title", "Seen");
    tab.click("Create stream");
    tab.untilText("Waiting for OBS…");
    Event planned = until(witness, Status.PLANNED, 0);
    var _ = encode(streamKey(tab));
    tab.untilText("OBS is connected");
    tab.run(
        "const sign = nostr.signEvent.bind(nostr); window.no = true; nostr.signEvent = (e) =>"
            + " e.kind === 30311 && window.no ? Promise.reject(new Error('not now')) : sign(e);");
    tab.click(".steps", "Go live");
    tab.untilText("[role=alert]", "Your signer did not sign: not now");
    tab.untilText(".headline", "LIVE"); // the server has begun; the relays have not heard
    tab.run("window.no = false");
    Event live = until(witness, Status.LIVE, planned.createdAt()); // with the next heartbeat

    tab.click("+ New stream");
    tab.until("document.querySelector('wlk-going-live').hidden");
    Event beat = until(witness, Status.LIVE, live.createdAt() + 3);
    tab.click(".choices", "Seen");
    tab.untilText(".tiles", "kbit/s");
    until(witness, Status.LIVE, beat.createdAt());
    assertThat(tab.text("main")).doesNotContain("Something else tells");
  }

  @Test
  void what_is_planned_is_announced_and_can_be_taken_back() {
    Person witness = witness();
    Tab tab = dashboard();
    tab.type("Title", "On Sunday");
    String local =
        "new Date(Date.now() + 864e5 - new Date().getTimezoneOffset() * 6e4).toISOString()";
    tab.run("document.forms[0].elements.starts.value = " + local + ".slice(0, 16)");
    tab.click("Create stream");
    tab.untilText(".headline .badge", "PLANNED");
    LiveStream planned = LiveStream.parse(until(witness, Status.PLANNED, 0));
    assertThat(Duration.between(Instant.now(), planned.starts().orElseThrow()))
        .isBetween(Duration.ofHours(23), Duration.ofHours(25));

    Person guest = person();
    tab.click("Delete this stream");
    tab.click(".ask", "Delete");
    tab.untilText("The stream is over: it was deleted.");
    guest.follow(Filter.kinds(Kind.DELETION).by(visitor.publicKey()));
    Event deletion = guest.until(event -> event.kind() == Kind.DELETION);
    assertThat(deletion.tag("a").orElseThrow().value()).endsWith(planned.identifier());
    tab.open(server.url() + "/");
    tab.untilText("Live now");
    assertThat(tab.text("body")).doesNotContain("On Sunday");
  }

  @Test
  void without_a_signer_it_says_what_is_missing() {
    Tab tab = tab(Visitor.guest()).open(server.url() + "/dashboard");
    tab.untilText("There is no Nostr signer (NIP-07) in this browser.");
    assertThat(tab.has("Sign in with Nostr")).isFalse();
  }

  @Test
  void a_stream_of_somebody_else_is_none_of_ours() throws Exception {
    LiveServer.Stream others = live(CreateStream.titled("Not yours"));
    Tab tab = dashboard();
    assertThat(tab.text("main")).doesNotContain(others.id(), "Not yours");
  }
}
