package com.wavlake.ingest.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.ingest.time.FakeTime;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class PageWriterTest {
  private static final String HOSTILE = "\"><script>alert('1')</script>&";

  private static final FakeTime TIME = new FakeTime(Instant.ofEpochSecond(1_800_000_000));

  private final Assets assets = Assets.load();
  private final PageWriter writer =
      new PageWriter(new Site("A & B", "https://live.example/tv", Optional.empty()), assets, TIME);

  private String page(Page page) {
    Head.Video video =
        new Head.Video(
            "https://live.example/embed/1",
            Optional.of("https://live.example/poster/1?a=1&b=" + HOSTILE),
            "https://live.example/oembed");
    Head head =
        new Head(HOSTILE, HOSTILE, Optional.of("https://live.example/w/1"), Optional.of(video));
    return writer.html(page, head, "{\"title\":\"</script><script>alert(1)</script>\"}", "");
  }

  @Test
  void what_strangers_say_stays_text() {
    String html = page(Page.WATCH);
    assertThat(html)
        .doesNotContain("alert('1')")
        .contains("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;")
        .contains("\\u003c/script>\\u003cscript>alert(1)")
        .contains("<span>A &amp; B</span>");
  }

  @Test
  void nothing_runs_but_what_the_policy_names() {
    String html = page(Page.WATCH);
    Matcher scripts = Pattern.compile("<script([^>]*)>([^<]*)</script>").matcher(html);
    int inline = 0;
    while (scripts.find()) {
      String attributes = scripts.group(1);
      if (attributes.contains("src=")) {
        assertThat(attributes).contains("src=\"/tv/assets/" + assets.version() + "/app/");
      } else if (attributes.contains("importmap")) {
        inline++;
      } else {
        assertThat(attributes).contains("type=\"application/json\"");
      }
    }
    assertThat(inline).isEqualTo(1);
    assertThat(writer.policy(Page.WATCH))
        .contains("script-src 'self' 'sha256-")
        .contains("require-trusted-types-for 'script'")
        .doesNotContain("unsafe", "*");
    assertThat(html).doesNotContainPattern("<[a-z][^>]* on[a-z]+=").doesNotContain("style=\"");
  }

  @Test
  void every_page_knows_the_time_and_its_theme_before_its_looks() {
    for (Page page : Page.values()) {
      assertThat(page(page))
          .as(page.name())
          .contains("<meta name=\"wlk:time\" content=\"1800000000\">")
          .containsSubsequence("app/theme.js\"></script>", "rel=\"stylesheet\"", "<body");
    }
  }

  @Test
  void what_lives_nowhere_has_no_canonical_address() {
    Head head = new Head("Not found", "x", Optional.empty(), Optional.empty());
    assertThat(writer.html(Page.NOTICE, head, "", ""))
        .doesNotContain("canonical", "og:url", "type=\"module\"", "importmap");
    assertThat(page(Page.WATCH))
        .contains("<link rel=\"canonical\" href=\"https://live.example/w/1\">");
  }

  @Test
  void the_player_alone_may_stand_in_frames() {
    for (Page page : Page.values()) {
      assertThat(writer.policy(page))
          .as(page.name())
          .contains("frame-ancestors " + (page == Page.EMBED ? "*" : "'none'"));
    }
  }

  @Test
  void within_tls_nothing_without_is_connected_to() {
    assertThat(writer.policy(Page.HOME)).contains("connect-src 'self' wss:;");
    PageWriter plain =
        new PageWriter(
            new Site("x", "http://127.0.0.1:8080", Optional.of("http://127.0.0.1:9000")),
            assets,
            TIME);
    assertThat(plain.policy(Page.HOME))
        .contains("connect-src 'self' wss: ws: http://127.0.0.1:9000;")
        .contains("media-src 'self' blob: http://127.0.0.1:9000;");
  }

  @Test
  void below_a_path_every_link_begins_with_it() {
    Matcher links = Pattern.compile("(?:href|src)=\"(/[^\"]*)\"").matcher(page(Page.HOME));
    int count = 0;
    while (links.find()) {
      count++;
      assertThat(links.group(1)).startsWith("/tv/");
    }
    assertThat(count).isGreaterThan(5);
  }

  @Test
  void a_link_to_a_stream_says_what_it_shows() {
    assertThat(page(Page.WATCH))
        .contains("<meta property=\"og:type\" content=\"video.other\">")
        .contains("<meta property=\"og:video\" content=\"https://live.example/embed/1\">")
        .contains("<meta property=\"og:image\" content=\"https://live.example/poster/1?a=1&amp;")
        .contains(
            "<link rel=\"alternate\" href=\"https://live.example/oembed\" title=\"&quot;&gt;");
  }
}
