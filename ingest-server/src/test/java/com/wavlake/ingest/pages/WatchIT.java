package com.wavlake.ingest.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.broadcast.StreamDraft;
import com.wavlake.live.nip53.LiveStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The picture: found, played, lost, back again, over. */
final class WatchIT extends PagesTestBase {
  private static final String TIME = "document.querySelector('video').currentTime";
  private static final String PLAYER = "document.querySelector('wlk-player')";

  /** Until the video moves. */
  private static void awaitPlaying(Tab tab) {
    tab.until(PLAYER + "?.firstFrameAfter > 0", LATER);
    double before = tab.number(TIME);
    tab.until(TIME + " > " + (before + 0.5), LATER);
  }

  @Test
  void a_viewer_finds_a_stream_on_the_front_page_and_it_plays() throws Exception {
    LiveServer.Stream stream = live(CreateStream.titled("Harbour at dawn").category("outdoors"));
    await().atMost(LATER).until(() -> stream.client().status(stream.id()).thumbnail().isPresent());
    Tab tab = tab(Visitor.guest()).open(server.url() + "/");
    tab.untilText(".card h3", "Harbour at dawn");
    tab.untilText(".card .badge.live", "LIVE");
    tab.untilText(".card .who", "outdoors");
    tab.until("document.querySelector('.card img').naturalWidth > 0"); // its thumbnail
    tab.click("Harbour at dawn");
    awaitPlaying(tab);
    tab.until(TIME + " > 2");
    tab.until(PLAYER + ".latency > 0");
    double first = tab.number(PLAYER + ".firstFrameAfter");
    double latency = tab.number(PLAYER + ".latency");
    System.out.printf("watch page: first frame after %.0f ms, latency %.1f s%n", first, latency);
    assertThat(first).as("milliseconds to the first frame").isLessThan(5_000);
    assertThat(latency).as("seconds behind the encoder").isLessThan(8);
    assertThat(
            tab.number(
                "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"))
        .isGreaterThan(20);
    tab.untilText(".headline", "Harbour at dawn");
    tab.untilText(".facts", "LIVE");
    assertThat(tab.value("document.title").toString()).startsWith("● Harbour at dawn · Riverside");
  }

  @Test
  void a_planned_stream_starts_by_itself_and_comes_back_with_its_encoder() throws Exception {
    LiveServer.Stream stream =
        stream(CreateStream.titled("Later").starts(Instant.now().plus(Duration.ofHours(2))));
    Tab tab = tab(Visitor.guest()).open(stream.watchUrl());
    tab.untilText(".screen", "Begins ");
    tab.untilText(".screen", "Stay here: it starts by itself.");
    tab.untilText(".badge", "PLANNED");
    tab.run("window.since = 'the beginning'");
    Process encoder = encode(stream);
    stream.goLive();
    awaitPlaying(tab);
    tab.until("!document.querySelector('.screen')");

    encoder.destroyForcibly().waitFor();
    long lost = System.nanoTime();
    tab.until("document.querySelector('.screen')?.innerText.includes('connection is lost')", LATER);
    System.out.printf("watch page: says that the encoder is lost after %.1f s%n", since(lost));
    tab.untilText(".badge", "RECONNECTING");
    tab.picture("watch-lost");
    encode(stream);
    long back = System.nanoTime();
    double before = tab.number(TIME);
    tab.until("!document.querySelector('.screen')", LATER);
    tab.until(TIME + " > " + (before + 1), LATER);
    System.out.printf("watch page: plays again %.1f s after the encoder%n", since(back));
    awaitPlaying(tab);
    assertThat(tab.value("since")).as("never reloaded").isEqualTo("the beginning");
  }

  private static double since(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  @Test
  void what_was_recorded_is_offered_and_played_when_the_stream_is_over() throws Exception {
    LiveServer.Stream stream = live(CreateStream.titled("Kept").record(true));
    Tab tab = tab(Visitor.guest()).open(stream.watchUrl());
    awaitPlaying(tab);
    tab.until(TIME + " > 3", LATER); // a whole segment, for there to be a recording
    tab.run("window.since = 'it was live'");
    stop(stream);
    tab.click("Watch the recording"); // once the last of it has been seen
    tab.until("document.querySelector('.seek')", LATER);
    awaitPlaying(tab);
    tab.untilText(".badge", "ENDED");
    assertThat(tab.number("document.querySelector('video').duration")).isBetween(2.0, 60.0);
    tab.untilText("wlk-chat", "The stream is over; so is its chat.");
    assertThat(tab.value("since")).as("never reloaded").isEqualTo("it was live");
    tab.picture("watch-recording");
  }

  @Test
  void what_was_not_recorded_is_over_and_the_page_says_so() throws Exception {
    LiveServer.Stream stream = live(CreateStream.titled("Gone"));
    Tab tab = tab(Visitor.guest()).open(stream.watchUrl());
    awaitPlaying(tab);
    stop(stream);
    tab.until("document.querySelector('.screen')?.innerText.includes('The stream is over')", LATER);
    tab.untilText(".screen", "There is no recording of it.");
    assertThat(tab.is("document.querySelector('.controls')")).isFalse();
    tab.picture("watch-over");
  }

  /** As every client does: the server is told, and the relay is. */
  private void stop(LiveServer.Stream stream) {
    var _ = stream.client().stop(stream.id());
    LiveStream ended =
        StreamDraft.of(
                stream.client().get(stream.id()),
                server.url(),
                List.of(server.relay()),
                streamer.publicKey())
            .toBuilder()
            .ended(Instant.now())
            .build();
    host().put(ended.toTemplate(Instant.now()));
  }

  @Test
  void guests_closed_chats_and_streams_that_are_not_here_are_told_in_words() {
    LiveServer.Stream stream = stream(CreateStream.titled("Open"));
    Tab guest = tab(Visitor.guest()).open(stream.watchUrl());
    guest.untilText("wlk-chat", "To write, install a Nostr signer in your browser.");
    assertThat(guest.has("Your message")).isFalse();
    assertThat(guest.has("Sign in to chat")).isFalse();

    LiveServer.Stream silent = stream(CreateStream.titled("Silent").enableChat(false));
    Tab tab = tab(Visitor.with(key)).open(silent.watchUrl());
    tab.untilText("wlk-chat", "The host has turned the chat off.");
    assertThat(tab.has("Your message")).isFalse();

    Tab nowhere = tab(Visitor.guest());
    nowhere.expectError("404 \\(Not Found\\)");
    nowhere.open(server.url() + "/w/00000000-0000-0000-0000-000000000000");
    nowhere.untilText("h1", "Not found");
    nowhere.picture("not-found");
    nowhere.click("See what is live");
    nowhere.untilText("h1", "Live now");
  }

  @Test
  void the_player_plays_within_other_sites_and_nothing_else_does() throws Exception {
    LiveServer.Stream stream = live(CreateStream.titled("Framed"));
    String site = elsewhere("<iframe src='" + server.url() + "/embed/" + stream.id() + "'");
    Tab tab = tab(Visitor.guest()).open(site);
    tab.intoFrame("iframe");
    awaitPlaying(tab);
    assertThat(tab.value("document.querySelector('.embed-title').href"))
        .isEqualTo(stream.watchUrl());
    for (String path : List.of("/", "/w/" + stream.id(), "/overlay/chat/" + stream.id())) {
      Tab refused = tab(Visitor.guest());
      refused.expectError("frame-ancestors|Refused to frame|Framing ");
      refused.open(elsewhere("<iframe src='" + server.url() + path + "'"));
      refused.intoFrame("iframe");
      refused.until("location.protocol === 'chrome-error:'");
      assertThat(refused.is("document.querySelector('#main')")).as(path).isFalse();
    }
  }

  /** A page of somebody else's, of another origin. */
  private String elsewhere(String frame) throws IOException {
    HttpServer site =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] page =
        ("<!doctype html><title>elsewhere</title><link rel=icon href=data:,>"
                + frame
                + " width=640 height=360 allow=autoplay></iframe>")
            .getBytes(StandardCharsets.UTF_8);
    site.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    site.start();
    closing(() -> site.stop(0));
    return "http://localhost:" + site.getAddress().getPort() + "/";
  }
}
