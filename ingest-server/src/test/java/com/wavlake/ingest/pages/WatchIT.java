package com.wavlake.ingest.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.wavlake.live.api.CreateStream;
import org.junit.jupiter.api.Test;

/** The picture: found, played, lost, back again, over. */
final class WatchIT extends PagesTestBase {
  private static final String TIME = "document.querySelector('video').currentTime";
  private static final String PLAYER = "document.querySelector('wlk-player')";

  @Test
  void a_viewer_finds_a_stream_on_the_front_page_and_it_plays() throws Exception {
    LiveServer.Stream stream = live(CreateStream.titled("Harbour at dawn").category("outdoors"));
    await().atMost(LATER).until(() -> stream.client().status(stream.id()).thumbnail().isPresent());
    Tab tab = tab(Visitor.guest()).open(server.url() + "/");
    tab.untilText(".card h3", "Harbour at dawn");
    tab.untilText(".card .badge.live", "LIVE");
    tab.untilText(".card .who", "outdoors");
    tab.until("document.querySelector('.card img')?.naturalWidth > 0", LATER); // its thumbnail
    tab.click("Harbour at dawn");
    tab.until(PLAYER + "?.firstFrameAfter > 0");
    tab.until(TIME + " > 2");
    double before = tab.number(TIME);
    tab.until(TIME + " > " + (before + 1));
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
}
