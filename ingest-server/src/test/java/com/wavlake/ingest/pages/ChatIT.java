package com.wavlake.ingest.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.wavlake.ingest.picture.SamplePictures;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.Clip;
import com.wavlake.live.nip53.Raid;
import com.wavlake.live.nostr.CustomEmoji;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The chat of a watch page: what others say, and what the visitor does. */
final class ChatIT extends PagesTestBase {
  private static final String HACK = "<img src=x onerror=\"hacked=1\"><script>hacked=1</script>";
  private static final String AT_THE_END =
      "((log) => log.scrollTop > 0 && log.scrollHeight - log.scrollTop - log.clientHeight < 2)"
          + "(document.querySelector('.log'))";
  private static final String MESSAGES = "[...document.querySelectorAll('.log .item .text')]";

  @Test
  void what_another_client_says_appears_and_what_is_written_here_arrives_there() {
    LiveServer.Stream stream = stream(CreateStream.titled("Both ways"));
    Person bob = person().follow(Filter.kinds(Kind.CHAT_MESSAGE).tagged("a", stream.coordinate()));
    Tab tab = tab(Visitor.with(key)).open(stream.watchUrl());
    tab.untilText(".connection", "connected");
    bob.introduce("{\"name\":\"bob\"}");
    bob.say(stream.address(), "Good morning from the SDK");
    tab.untilText(".log .item", "Good morning from the SDK");
    tab.untilText(".log .name", "bob");

    tab.click("Sign in to chat");
    tab.type("Your message", "Good morning from a browser");
    tab.click("Send");
    Event said = bob.until(e -> e.content().equals("Good morning from a browser"));
    assertThat(said.author()).isEqualTo(key.publicKey());
    assertThat(ChatMessage.parse(said).stream().coordinate()).isEqualTo(stream.coordinate());
    tab.untilText(".log .item", "Good morning from a browser");
    tab.until("document.querySelector('textarea').value === ''");
    assertThat(tab.number("nostr.signed")).as("messages signed").isEqualTo(1);
  }

  @Test
  void the_send_button_counts_a_second_down_and_nothing_is_sent_before() {
    LiveServer.Stream stream = stream(CreateStream.titled("Slowly"));
    Person bob = person().follow(Filter.kinds(Kind.CHAT_MESSAGE).tagged("a", stream.coordinate()));
    Tab tab = tab(Visitor.with(key)).open(stream.watchUrl());
    tab.click("Sign in to chat");
    tab.type("Your message", "one");
    tab.run(
        """
        const chat = document.querySelector('wlk-chat');
        new MutationObserver((_, me) => {
          const count = chat.querySelector('.compose button span');
          if (!count) return;
          me.disconnect();
          window.waiting = [count.innerText, count.ariaLabel, count.closest('button').disabled].join();
          const field = chat.querySelector('textarea');
          field.value = 'too soon';
          field.dispatchEvent(new Event('input', { bubbles: true }));
          field.form.requestSubmit();
        }).observe(chat, { subtree: true, childList: true });\
        """);
    tab.press(Keys.ENTER);
    tab.until("window.waiting");
    assertThat(tab.value("waiting")).isEqualTo("1,Wait 1 second,true");
    bob.until(e -> e.content().equals("one"));
    tab.until("document.querySelector('.compose button').innerText === 'Send'");
    assertThat(bob.seen()).extracting(Event::content).containsExactly("one");
    assertThat(tab.value("document.querySelector('textarea').value")).isEqualTo("too soon");
    tab.press(Keys.ENTER);
    bob.until(e -> e.content().equals("too soon"));
  }

  @Test
  void five_hundred_and_one_characters_are_counted_and_not_sent() {
    LiveServer.Stream stream = stream(CreateStream.titled("At length"));
    Tab tab = tab(Visitor.with(key)).open(stream.watchUrl());
    tab.click("Sign in to chat");
    tab.type("Your message", "é".repeat(501));
    tab.untilText(".count", "501 of 500 characters");
    assertThat(tab.is("document.querySelector('.compose button').disabled")).isTrue();
    tab.press(Keys.ENTER);
    assertThat(tab.number("nostr.signed")).isZero();
    tab.press(Keys.BACK_SPACE);
    tab.untilText(".count", "500 of 500 characters");
    tab.press(Keys.ENTER);
    tab.untilText(".log .item", "é".repeat(500));
  }

  @Test
  void whatever_others_write_is_text() {
    LiveServer.Stream stream =
        stream(
            CreateStream.titled("</script>" + HACK)
                .description(HACK)
                .category("<b>bold</b>")
                .tags(List.of("<i>")));
    host().introduce("{\"name\":\"<u>host</u>" + HACK.replace("\"", "'") + "\"}");
    Person mallory = person();
    mallory.introduce("{\"name\":\"<s>mallory\u202e</s>\",\"picture\":\"javascript:hacked=1\"}");
    mallory.say(stream.address(), HACK);
    Person eve = person();
    eve.say(stream.address(), "javascript:hacked=1 and https://wavlake.com/a?b=<c>.");
    eve.put(
        Kind.CLIP,
        "",
        Tag.of("a", stream.coordinate(), "", "root"),
        Tag.of("p", streamer.publicKey().hex()),
        Tag.of("r", "javascript:hacked=1"),
        Tag.of("title", "free money"));
    person().say(stream.address(), "the end");
    for (String page : List.of(stream.watchUrl(), server.url() + "/overlay/chat/" + stream.id())) {
      Tab tab = tab(Visitor.guest()).open(page);
      tab.untilText("the end");
      tab.untilText(HACK);
      tab.untilText("<s>mallory</s>");
      assertThat(tab.is("window.hacked")).isFalse();
      assertThat(tab.says("body", "free money")).isFalse();
      assertThat(
              tab.number(
                  "document.querySelectorAll('main :is(s, b:not(.fact b), u, script)').length"))
          .isZero();
      assertThat(
              tab.value(
                  "[...document.querySelectorAll('.text a')].map((a) => a.href + ' ' + a.rel).join()"))
          .isEqualTo("https://wavlake.com/a?b= noopener noreferrer nofollow ugc");
      assertThat(tab.is("[...document.links].some((a) => a.protocol === 'javascript:')")).isFalse();
    }
    Tab home = tab(Visitor.guest()).open(stream.watchUrl());
    home.untilText("h1", "</script>" + HACK);
    home.untilText(".description", HACK);
    home.untilText(".who", "<u>host</u>");
  }

  @Test
  void emoji_replies_raids_clips_and_zaps_are_shown_as_such() throws Exception {
    LiveServer.Stream stream = stream(CreateStream.titled("Everything"));
    Person bob = person();
    bob.introduce("{\"display_name\":\"Bob\"}");
    HttpServer pictures =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    byte[] png = SamplePictures.of("png", 48, 48);
    pictures.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "image/png");
          exchange.sendResponseHeaders(200, png.length);
          exchange.getResponseBody().write(png);
          exchange.close();
        });
    pictures.start();
    closing(() -> pictures.stop(0));
    CustomEmoji wave =
        new CustomEmoji(
            "wave", "http://127.0.0.1:" + pictures.getAddress().getPort() + "/wave.png");
    Event waved =
        bob.put(ChatMessage.to(stream.address()).emoji(wave).text("hi :wave: :none:", now()));
    Person carol = person();
    carol.put(
        ChatMessage.to(stream.address()).replyTo(ChatMessage.parse(waved)).text("hi Bob", now()));
    KeySigner raider = KeySigner.of(SecretKey.generate());
    LiveServer.Stream other = closing(server.create(raider, CreateStream.titled("Other")));
    closing(Person.with(raider, server.relay()))
        .put(Raid.of(other.address(), stream.address(), "we come in peace", now()));
    carol.put(
        Clip.of(
            stream.address(), streamer.publicKey(), "The goal", "https://v.example/1.mp4", now()));
    server.store(Zaps.receipt(stream, bob, "well played"));

    Tab tab = tab(Visitor.guest()).open(stream.watchUrl());
    tab.untilText(".item.message .text", "hi ");
    tab.until("document.querySelector('.text img.emoji[alt=\":wave:\"]')?.naturalWidth === 48");
    tab.untilText(".item.message .text", ":none:");
    tab.untilText(".item .reply", "↳ Bob hi :wave: :none:");
    tab.untilText(".item.raid", "Raid from");
    tab.untilText(".item.raid", "we come in peace");
    tab.untilText(".item.clip", "made a clip: The goal");
    assertThat(tab.value("document.querySelector('.item.clip a').href"))
        .isEqualTo("https://v.example/1.mp4");
    tab.untilText(".item.zap", "1,000 sats");
    tab.untilText(".item.zap", "Bob");
    tab.untilText(".item.zap", "well played");
    tab.picture("chat-everything");

    closing(Person.with(streamer, server.relay()))
        .put(Raid.of(stream.address(), other.address(), "", now()));
    tab.click("The host sends everybody to another stream");
    tab.untilText("h1", "Other");
    assertThat(EventAddress.parse(tab.url().substring(tab.url().lastIndexOf('/') + 1)).coordinate())
        .isEqualTo(other.coordinate());
  }

  @Test
  void whoever_signs_in_brings_their_name_along_from_their_own_relay() {
    LiveServer elsewhere = closing(LiveServer.in(directory.resolve("elsewhere")));
    closing(Person.with(KeySigner.of(key), elsewhere.relay()))
        .introduce("{\"name\":\"Known elsewhere\"}");
    LiveServer.Stream stream = stream(CreateStream.titled("Here"));
    Tab tab = tab(Visitor.with(key));
    tab.beforeEachPage(
        "nostr.getRelays = async () => ({ '" + elsewhere.relay() + "': { write: true } });");
    tab.open(stream.watchUrl());
    tab.click("Sign in to chat");
    tab.untilText(".me", "Known elsewhere");
  }

  @Test
  void screen_readers_hear_one_sentence_for_several_messages() {
    LiveServer.Stream stream = stream(CreateStream.titled("Heard"));
    Tab tab = tab(Visitor.guest());
    tab.beforeEachPage( // what is said every ten seconds is said every two
        "const slow = setInterval;"
            + " window.setInterval = (f, ms) => slow(f, ms === 10000 ? 2000 : ms);");
    tab.open(stream.watchUrl());
    tab.untilText("wlk-chat", "No messages yet.");
    assertThat(tab.value("document.querySelector('[role=log]').ariaLive")).isEqualTo("off");
    person().say(stream.address(), "one");
    person().say(stream.address(), "two");
    tab.until(
        "[...document.querySelectorAll('wlk-chat .sr[role=status]')]"
            + ".some((e) => /new messages?[.] .*: (one|two)/.test(e.textContent))");
  }

  @Test
  void fifty_messages_are_shown_fifty_more_on_demand_and_no_more_are_kept() {
    LiveServer.Stream stream = stream(CreateStream.titled("Crowd"));
    Person crowd = person();
    for (int i = 1; i <= 50; i++) {
      say(crowd, stream, i);
    }
    Tab tab = tab(Visitor.guest()).open(stream.watchUrl());
    tab.untilText(".log .item", "message 50.");
    assertThat(tab.number(MESSAGES + ".length")).isEqualTo(50);
    tab.until(AT_THE_END); // it opens where the newest is
    assertThat(tab.has("earlier")).isFalse();
    say(crowd, stream, 51);
    tab.untilText(".log .item", "message 51.");
    tab.until(AT_THE_END);
    assertThat(tab.text(".log button")).isEqualTo("Show 1 earlier");
    assertThat(tab.says(".log .text", "message 1.")).isFalse();
    for (int i = 52; i <= 100; i++) {
      say(crowd, stream, i);
    }
    tab.untilText(".log button", "Show 50 earlier");
    tab.click("Show 50 earlier");
    tab.untilText(".log .text", "message 1.");
    assertThat(tab.number(MESSAGES + ".length")).isEqualTo(100);
    say(crowd, stream, 101);
    tab.untilText(".log .text", "message 101.");
    assertThat(tab.says(".log .text", "message 1.")).isFalse();
    assertThat(tab.number(MESSAGES + ".length")).isEqualTo(100);
    assertThat(tab.value(MESSAGES + ".map((e) => parseInt(e.innerText.slice(8))).join()"))
        .isEqualTo(
            String.join(",", IntStream.rangeClosed(2, 101).mapToObj(Integer::toString).toList()));
  }

  /** By somebody new each, a second apart: so that the order is one. */
  private static void say(Person by, LiveServer.Stream stream, int i) {
    Event event =
        KeySigner.of(SecretKey.generate())
            .sign(
                ChatMessage.to(stream.address())
                    .text("message " + i + ".", now().plusSeconds(i - 200)));
    assertThat(by.publish(event).accepted()).isTrue();
  }

  private static Instant now() {
    return Instant.now();
  }
}
