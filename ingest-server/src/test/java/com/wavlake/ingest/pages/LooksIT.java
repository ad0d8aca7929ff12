package com.wavlake.ingest.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.live.api.CreateStream;
import com.wavlake.live.broadcast.StreamDraft;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.Raid;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Every page for everybody: by axe, at any width, by keyboard alone, at rest, and not heavy. */
final class LooksIT extends PagesTestBase {
  private static final String LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützen";
  private static final int HUES = 12;
  private static final Visitor DARK = Visitor.guest();

  /** A stream with something of everything. */
  private LiveServer.Stream busy() throws Exception {
    LiveServer.Stream stream =
        closing(
            server.createFor(
                key,
                CreateStream.titled("Late night Java: " + LONG)
                    .description(
                        "We rewrite a chat server, see https://example.com/notes.\n" + LONG)
                    .category("talk")
                    .tags(List.of("java", LONG))));
    encode(stream);
    stream.goLive();
    Person host = closing(Person.with(stream.owner(), server.relay()));
    host.introduce("{\"name\":\"Alice of " + LONG + "\"}");
    Event welcome = host.say(stream.address(), "Welcome! The rules: be kind.");
    host.put(
        StreamDraft.of(
                stream.client().get(stream.id()), server.url(), List.of(server.relay()), host.key())
            .toBuilder()
            .live(Instant.now())
            .pinned(List.of(welcome.id()))
            .build()
            .toTemplate(Instant.now()));
    Person bob = closing(Person.with(hued(7), server.relay()));
    bob.introduce("{\"name\":\"bob\"}");
    Event said = bob.say(stream.address(), LONG + " https://example.com/" + "long/".repeat(20));
    person()
        .put(
            ChatMessage.to(stream.address())
                .replyTo(ChatMessage.parse(said))
                .text("I agree", Instant.now()));
    for (int hue = 0; hue < HUES; hue++) { // every colour that a name can have
      Event hello = hued(hue).sign(ChatMessage.to(stream.address()).text("Hi", Instant.now()));
      assertThat(bob.publish(hello).accepted()).isTrue();
    }
    KeySigner raider = hued(9); // the lightest, on the darkest ground
    LiveServer.Stream other = closing(server.create(raider, CreateStream.titled("Other")));
    closing(Person.with(raider, server.relay()))
        .put(Raid.of(other.address(), stream.address(), "Hello from over there", Instant.now()));
    server.store(Zaps.receipt(stream, bob, "well played"));
    return stream;
  }

  /** Somebody whose name is written in that colour. */
  private static KeySigner hued(int hue) {
    while (true) {
      KeySigner signer = KeySigner.of(SecretKey.generate());
      if (Integer.parseInt(signer.publicKey().hex().substring(0, 2), 16) % HUES == hue) {
        return signer;
      }
    }
  }

  /** Looks at a page as it stands: at night, by day, on a phone, and on a very small one. */
  private static void inspect(SoftAssertions all, Tab tab, String name) {
    for (Visitor visitor : List.of(DARK, DARK.inTheLight(), DARK.onPhone(), DARK.sized(320, 640))) {
      tab.become(visitor);
      tab.until("document.documentElement.clientWidth === " + visitor.width());
      String look = name + "-" + (visitor.phone() ? "phone" : visitor.scheme());
      all.assertThat(tab.value(wide())).as(look + " at " + visitor.width()).isEqualTo("");
      if (visitor.width() > 320) {
        tab.picture(look);
        all.assertThat(tab.barriers()).as(look).isEmpty();
      }
    }
    tab.become(DARK);
  }

  /** What makes the page wider than the window. */
  private static String wide() {
    return """
    (() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth <= clientWidth ? '' : `${scrollWidth} wide: ` + [...document.querySelectorAll('body *')]
        .filter((e) => e.getBoundingClientRect().right > clientWidth + 0.5)
        .map((e) => `${e.localName}.${e.className}`).slice(0, 5).join(' ');
    })()\
    """;
  }

  @Test
  void no_page_shuts_anybody_out_in_dark_in_light_or_on_a_phone() throws Exception {
    LiveServer.Stream stream = busy();
    var _ =
        stream(
            CreateStream.titled("Tomorrow, " + LONG)
                .category("music")
                .starts(Instant.now().plus(Duration.ofHours(20))));
    SoftAssertions all = new SoftAssertions();
    Tab tab = tab(Visitor.with(key));
    tab.open(server.url() + "/");
    tab.untilText("h3", "Tomorrow");
    tab.click("Sign in");
    tab.untilText("wlk-account", "Sign out");
    inspect(all, tab, "home");

    tab.open(stream.watchUrl());
    tab.untilText(".pinned", "be kind");
    tab.untilText(".item.zap", "1,000 sats");
    tab.until("document.querySelector('wlk-player').firstFrameAfter > 0", LATER);
    tab.run("document.querySelector('video').pause()"); // nobody looks at it
    tab.click("Actions on what bob said");
    tab.type("Your message", "x".repeat(450));
    inspect(all, tab, "watch");
    tab.click(".actions", "Time out");
    inspect(all, tab, "watch-asking");

    tab.open(server.url() + "/embed/" + stream.id());
    tab.until("document.querySelector('wlk-player').firstFrameAfter > 0", LATER);
    inspect(all, tab, "embed");
    tab.open(server.url() + "/overlay/chat/" + stream.id() + "?max=50");
    tab.untilText("1,000 sats");
    inspect(all, tab, "overlay");
    tab.expectError("404 \\(Not Found\\)");
    tab.open(server.url() + "/nowhere");
    tab.untilText("h1", "Not found");
    inspect(all, tab, "not-found");
    all.assertAll();
  }

  @Test
  void the_keyboard_alone_reaches_player_and_chat() throws Exception {
    LiveServer.Stream stream = live(CreateStream.titled("Hands off the mouse"));
    Tab tab = tab(Visitor.with(key)).open(stream.watchUrl());
    tab.until("document.querySelector('wlk-player').firstFrameAfter > 0", LATER);
    tab.tabTo("Skip to the content");
    tab.press(Keys.ENTER);
    tab.tabTo("Pause");
    assertThat(tab.value("getComputedStyle(document.activeElement).outlineStyle"))
        .as("the focus can be seen")
        .isEqualTo("solid");
    tab.press(Keys.SPACE);
    tab.until("document.querySelector('video').paused");
    tab.press("k");
    tab.until("!document.querySelector('video').paused");
    tab.tabTo("Mute");
    tab.press(Keys.ENTER);
    tab.until("document.querySelector('video').muted");
    tab.press("m");
    tab.until("!document.querySelector('video').muted");
    tab.tabTo("Chat messages");
    tab.tabTo("Sign in to chat");
    tab.press(Keys.ENTER);
    tab.until("document.querySelector('textarea')");
    tab.tabTo("Your message");
    tab.press("mk is text here");
    tab.press(Keys.ENTER);
    tab.untilText(".log", "mk is text here");
    assertThat(tab.is("document.querySelector('video').muted")).isFalse();
  }

  @Test
  void who_wants_stillness_gets_it() {
    LiveServer.Stream stream = stream(CreateStream.titled("Still"));
    person().say(stream.address(), "hello");
    Tab tab = tab(Visitor.guest().still()).open(server.url() + "/");
    tab.until("document.querySelector('wlk-home')");
    String moving =
        "[...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).transitionDuration"
            + " !== '0s').length";
    assertThat(tab.number(moving)).isZero();
    tab.open(server.url() + "/overlay/chat/" + stream.id());
    tab.untilText("hello");
    assertThat(tab.number("document.getAnimations().length")).isZero();
  }

  @Test
  void no_page_is_heavy_and_the_front_page_shows_something_at_once() throws Exception {
    LiveServer.Stream stream = live(CreateStream.titled("Weighed"));
    for (String path :
        List.of(
            "/", "/w/" + stream.id(), "/embed/" + stream.id(), "/overlay/chat/" + stream.id())) {
      Tab tab = tab(Visitor.guest()).open(server.url() + path);
      tab.until("document.querySelector('main > :defined')");
      if (!path.contains("overlay")) { // which shows nothing while nothing is said
        tab.until("performance.getEntriesByName('first-contentful-paint').length > 0");
      }
      double kilobytes =
          tab.number(
              """
              performance.getEntriesByType('resource').filter((r) => r.name.endsWith('.js'))
                .reduce((sum, r) => sum + r.encodedBodySize, 0) / 1000\
              """);
      double files =
          tab.number(
              "performance.getEntriesByType('resource').filter((r) => r.name.endsWith('.js')).length");
      double paint =
          tab.number("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1");
      String shown = paint < 0 ? "" : ", first content after %.0f ms".formatted(paint);
      System.out.printf(
          "%s: %.1f kB of JavaScript in %.0f files%s%n",
          path.replaceAll("[0-9a-f-]{36}", "…"), kilobytes, files, shown);
      assertThat(kilobytes).as(path + ", kB").isBetween(5.0, 250.0);
      assertThat(paint).as(path + ", first content").isLessThan(3_000);
    }
  }
}
