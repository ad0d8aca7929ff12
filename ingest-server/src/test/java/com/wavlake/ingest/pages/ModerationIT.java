package com.wavlake.ingest.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.live.api.CreateStream;
import com.wavlake.live.broadcast.StreamDraft;
import com.wavlake.live.nip53.ChatMessage;
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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the host and the viewers do about what is said. */
final class ModerationIT extends PagesTestBase {

  private static void actionsOn(Tab tab, String name) {
    tab.click("Actions on what " + name);
  }

  @Test
  void the_host_pins_a_message_and_all_else_in_the_live_event_stays_as_it_was() {
    LiveServer.Stream stream = server.createFor(key, CreateStream.titled("Pinning"));
    closing(stream);
    Person host = closing(Person.with(stream.owner(), server.relay()));
    host.follow(Filter.kinds(Kind.LIVE_STREAM).by(host.key()));
    EventTemplate draft =
        StreamDraft.of(
                stream.client().get(stream.id()), server.url(), List.of(server.relay()), host.key())
            .toBuilder()
            .live(Instant.now())
            .build()
            .toTemplate(Instant.now().minusSeconds(30));
    List<Tag> tags = new ArrayList<>(draft.tags());
    tags.add(3, Tag.of("color", "teal", "of another client"));
    tags.add(Tag.of("t", "late", "one more"));
    Event first = host.put(new EventTemplate(draft.createdAt(), draft.kind(), tags, "about it"));
    Person bob = person();
    bob.introduce("{\"name\":\"bob\"}");
    Event said = bob.say(stream.address(), "Read the rules");

    Tab tab = tab(Visitor.with(key)).open(stream.watchUrl());
    tab.click("Sign in to chat");
    tab.untilText(".log .name", "bob");
    actionsOn(tab, "bob");
    tab.click("Pin");
    tab.untilText(".pinned", "Read the rules");
    Event pinned = host.until(e -> e.tag("pinned").isPresent());
    assertThat(pinned.content()).isEqualTo("about it");
    assertThat(pinned.tags()).contains(Tag.of("pinned", said.id().hex()));
    assertThat(pinned.tags().stream().filter(tag -> !tag.name().equals("pinned")))
        .containsExactlyElementsOf(first.tags());
    assertThat(stream.client().lastWill(stream.id())).as("should the page die").isPresent();

    Tab guest = tab(Visitor.guest()).open(stream.watchUrl());
    guest.untilText(".pinned", "Read the rules");
    assertThat(guest.has("Unpin")).isFalse();

    Tab back = tab(Visitor.with(key)).open(stream.watchUrl());
    back.click("Sign in to chat");
    back.click(".pinned", "Unpin");
    back.until("!document.querySelector('.pinned')");
    Event newest = host.until(e -> e.createdAt() > pinned.createdAt());
    assertThat(newest.tags()).containsExactlyElementsOf(first.tags());
  }

  @Test
  void the_host_times_somebody_out_who_is_hidden_then_and_refused() {
    LiveServer.Stream stream = closing(server.createFor(key, CreateStream.titled("Timing out")));
    Person host = closing(Person.with(stream.owner(), server.relay()));
    host.follow(Filter.kinds(Kind.CHAT_TIMEOUT).by(host.key()));
    Person troll = person();
    troll.introduce("{\"name\":\"troll\"}");
    troll.put(
        ChatMessage.to(stream.address()).text("I was here before", Instant.now().minusSeconds(5)));
    Tab tab = tab(Visitor.with(key)).open(stream.watchUrl());
    tab.click("Sign in to chat");
    tab.untilText(".log .name", "troll");
    actionsOn(tab, "troll");
    tab.click("Time out");
    tab.choose("No messages for", "10 minutes");
    tab.click(".actions", "Time out");
    tab.untilText(".note", "They cannot write for that time.");
    Event timeout = host.until(e -> e.tag("p").orElseThrow().value().equals(troll.key().hex()));
    long until = Long.parseLong(timeout.tag("expiration").orElseThrow().value());
    assertThat(until - timeout.createdAt()).isEqualTo(600);

    Event late =
        troll.sign(
            ChatMessage.to(stream.address()).text("and after", Instant.now().plusSeconds(2)));
    assertThat(troll.publish(late).reason()).startsWith("blocked: the host has silenced you");
    server.store(late); // as if it had come by another relay
    person().say(stream.address(), "What happened?");
    tab.untilText(".log .text", "What happened?");
    tab.reload();
    tab.untilText(".log .text", "What happened?");
    assertThat(tab.says(".log", "I was here before")).isTrue();
    assertThat(tab.says(".log", "and after")).isFalse();
  }

  @Test
  void a_viewer_reports_hides_shows_again_and_deletes_their_own() {
    LiveServer.Stream stream = stream(CreateStream.titled("Viewers"));
    Person host = host().follow(Filter.kinds(Kind.REPORT, Kind.DELETION).by(key.publicKey()));
    Person spammer = person();
    spammer.introduce("{\"name\":\"spammer\"}");
    closing(Person.with(KeySigner.of(key), server.relay())).introduce("{\"name\":\"me\"}");
    Event spam = spammer.say(stream.address(), "Buy now");
    Tab tab = tab(Visitor.with(key)).open(stream.watchUrl());
    tab.click("Sign in to chat");
    tab.untilText(".log .name", "spammer");
    actionsOn(tab, "spammer");
    assertThat(tab.has("Time out")).isFalse();
    assertThat(tab.has("Pin")).isFalse();
    tab.click(".actions", "Report");
    tab.choose("Because of", "spam");
    tab.click(".actions", "Report");
    tab.untilText(".note", "Reported. Thank you.");
    Event report = host.until(e -> e.kind() == Kind.REPORT);
    assertThat(report.tags())
        .containsExactly(
            Tag.of("p", spammer.key().hex(), "spam"), Tag.of("e", spam.id().hex(), "spam"));

    actionsOn(tab, "spammer");
    tab.click(".actions", "Mute");
    tab.untilText(".note", "any more in this browser.");
    tab.untilText("1 person muted here.");
    assertThat(tab.says(".log", "Buy now")).isFalse();
    tab.reload();
    tab.untilText(".log", "No messages yet");
    assertThat(tab.says(".log", "Buy now")).isFalse();
    person().say(stream.address(), "Hello all");
    tab.untilText(".log", "Hello all");
    actionsOn(tab, "npub1");
    tab.click(".actions", "Mute");
    tab.click("Show everybody again");
    tab.untilText(".log", "Buy now");
    tab.untilText(".log", "Hello all");

    tab.type("Your message", "Oops\n");
    tab.untilText(".log", "Oops");
    actionsOn(tab, "me");
    tab.click(".actions", "Delete");
    tab.until("!document.querySelector('.log').innerText.includes('Oops')");
    Event deletion = host.until(e -> e.kind() == Kind.DELETION);
    assertThat(deletion.tags()).extracting(Tag::name).containsExactly("e", "k");
  }

  @Test
  void the_chat_comes_back_with_the_server_and_says_each_message_once() {
    LiveServer.Stream stream = stream(CreateStream.titled("Restarted"));
    Person bob = person();
    bob.introduce("{\"name\":\"bob\"}");
    bob.say(stream.address(), "before");
    Tab tab = tab(Visitor.with(key)).open(stream.watchUrl());
    tab.expectError(
        "ERR_CONNECTION_REFUSED|WebSocket connection to|ERR_CONNECTION_RESET|ERR_EMPTY");
    tab.click("Sign in to chat");
    tab.untilText(".log", "before");
    tab.run("window.since = 'before the restart'");
    tab.run(
        """
        window.states = [];
        document.querySelector('wlk-chat').relay.addEventListener('state', (e) => states.push(e.target.state));\
        """);
    server.restart(() -> {
      tab.untilText(".connection", "disconnected");
      tab.type("Your message", "written meanwhile\n");
    });
    tab.untilText(".connection", "connected");
    assertThat(tab.value("since")).isEqualTo("before the restart");
    tab.untilText(".log", "written meanwhile");
    Person again = person();
    again.say(stream.address(), "after");
    tab.untilText(".log", "after");
    String messages = "[...document.querySelectorAll('.log .text')].map((e) => e.innerText).join()";
    tab.until(messages + ".includes('after')", Duration.ofSeconds(10));
    assertThat(tab.value(messages).toString().split(Pattern.quote(",")))
        .containsExactlyInAnyOrder("before", "written meanwhile", "after");
    assertThat(tab.value("states.join()").toString())
        .startsWith("waiting,connecting")
        .endsWith("open");
  }
}
