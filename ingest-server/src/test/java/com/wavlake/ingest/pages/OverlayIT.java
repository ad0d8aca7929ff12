package com.wavlake.ingest.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.live.api.CreateStream;
import com.wavlake.live.nip53.ChatMessage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The chat that OBS lays over the picture. */
final class OverlayIT extends PagesTestBase {
  private static final String SHOWN =
      "[...document.querySelectorAll('li .text')].map((e) => e.innerText).join()";

  private static String style(String selector, String property) {
    return "getComputedStyle(document.querySelector('" + selector + "'))." + property;
  }

  private String url(LiveServer.Stream stream, String parameters) {
    return server.url() + "/overlay/chat/" + stream.id() + parameters;
  }

  private static void say(Person by, LiveServer.Stream stream, String text, int secondsAgo) {
    by.put(ChatMessage.to(stream.address()).text(text, Instant.now().minusSeconds(secondsAgo)));
  }

  @Test
  void it_lies_over_the_picture_and_shows_what_is_said() throws Exception {
    LiveServer.Stream stream = stream(CreateStream.titled("Laid over"));
    Tab tab = tab(Visitor.guest().sized(400, 600).still()).open(url(stream, ""));
    for (String element : new String[] {"html", "body", "main"}) {
      assertThat(tab.value(style(element, "backgroundColor"))).isEqualTo("rgba(0, 0, 0, 0)");
    }
    Person bob = person();
    bob.introduce("{\"name\":\"bob\"}");
    say(bob, stream, "On air!", 0);
    tab.untilText("li", "bob On air!");
    host().say(stream.address(), "Welcome");
    tab.untilText("li .badge", "host");
    assertThat(tab.number("document.querySelectorAll('button, a, header, footer').length"))
        .isZero();
    assertThat(tab.is("document.documentElement.scrollHeight <= innerHeight")).isTrue();
    BufferedImage seen = seen(tab);
    assertThat(seen.getRGB(200, 5) >>> 24).as("opacity where nothing is said").isZero();
    assertThat(opaque(seen)).as("opaque pixels of what is said").isGreaterThan(500);
    tab.picture("overlay");
  }

  /** As OBS takes it, on a ground that is not there. */
  private static BufferedImage seen(Tab tab) throws IOException {
    tab.cdp(
        "Emulation.setDefaultBackgroundColorOverride",
        Map.of("color", Map.of("r", 0, "g", 0, "b", 0, "a", 0)));
    Object png = tab.cdp("Page.captureScreenshot", Map.of("format", "png")).get("data");
    byte[] bytes = Base64.getDecoder().decode(Objects.requireNonNull(png).toString());
    return Objects.requireNonNull(ImageIO.read(new ByteArrayInputStream(bytes)));
  }

  private static int opaque(BufferedImage image) {
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += image.getRGB(x, y) >>> 24 == 255 ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void it_is_dressed_by_its_url_and_nonsense_in_there_is_ignored() {
    LiveServer.Stream stream = stream(CreateStream.titled("Dressed"));
    Person bob = person();
    say(bob, stream, "one", 120);
    say(person(), stream, "two", 60);
    say(person(), stream, "three", 5);
    server.store(Zaps.receipt(stream, bob, "zapped"));
    Tab tab = tab(Visitor.guest());

    tab.open(url(stream, ""));
    tab.until(SHOWN + " === 'one,two,three,zapped'");
    assertThat(tab.value(style("body", "fontSize"))).isEqualTo("20px");
    assertThat(tab.value(style("body", "color"))).isEqualTo("rgb(255, 255, 255)");
    assertThat(tab.value(style(".avatar", "display"))).isEqualTo("grid");

    tab.open(
        url(
            stream,
            "?size=40&color=ff0000&background=00000080&font=Georgia&align=right&max=2&zaps=0&avatars=0&time=1"));
    tab.until(SHOWN + " === 'two,three'");
    assertThat(tab.value(style("body", "fontSize"))).isEqualTo("40px");
    assertThat(tab.value(style("body", "color"))).isEqualTo("rgb(255, 0, 0)");
    assertThat(tab.value(style("body", "fontFamily")).toString()).startsWith("Georgia,");
    assertThat(tab.value(style("li", "backgroundColor"))).isEqualTo("rgba(0, 0, 0, 0.5)");
    assertThat(tab.value(style("li", "alignSelf"))).isEqualTo("flex-end");
    assertThat(tab.value(style(".avatar", "display"))).isEqualTo("none");
    assertThat(tab.value(style("time", "display"))).isEqualTo("inline");

    tab.open(url(stream, "?fade=50"));
    tab.until(SHOWN + " === 'three,zapped'");

    tab.open(
        url(
            stream,
            "?size=huge&color=red%3Bposition%3Afixed&background=%23000&font=x%22%3B%7D&max=&fade=-1&zaps=%00&avatars=no&align=%3Cscript%3E&size=50"));
    tab.until(SHOWN + " === 'one,two,three,zapped'");
    assertThat(tab.value(style("body", "fontSize"))).isEqualTo("20px");
    assertThat(tab.value(style("body", "color"))).isEqualTo("rgb(255, 255, 255)");
    assertThat(tab.value(style("li", "backgroundColor"))).isEqualTo("rgba(0, 0, 0, 0)");
    assertThat(tab.value(style("li", "alignSelf"))).isEqualTo("flex-start");
    assertThat(tab.value(style(".avatar", "display"))).isEqualTo("grid");

    tab.open(url(stream, "?size=9999&max=0"));
    tab.until(SHOWN + " === 'zapped'");
    assertThat(tab.value(style("body", "fontSize"))).isEqualTo("96px");

    tab.open(url(stream, "?fade=3"));
    person().say(stream.address(), "for a moment");
    tab.untilText("for a moment");
    tab.until(SHOWN + " === ''");
  }

  @Test
  void it_comes_back_with_the_server() {
    LiveServer.Stream stream = stream(CreateStream.titled("Back"));
    person().say(stream.address(), "before");
    Tab tab = tab(Visitor.guest()).open(url(stream, ""));
    tab.expectError("WebSocket connection to");
    tab.untilText("before");
    server.restart(() -> {});
    person().say(stream.address(), "after");
    tab.until(SHOWN + " === 'before,after' || " + SHOWN + " === 'after,before'");
  }
}
