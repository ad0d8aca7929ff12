package com.wavlake.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.cli.shell.Console;
import com.wavlake.live.api.ProviderInfo;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WhereToWatchTest {
  private static final String HLS = "https://x/live/s.m3u8";

  private static WhereToWatch at(String apiUrl, boolean pages) {
    ProviderInfo provider =
        new ProviderInfo(
            "n",
            "1",
            apiUrl,
            "rtmp://x",
            Optional.empty(),
            "wss://x",
            Optional.empty(),
            false,
            pages,
            1,
            1,
            1);
    return WhereToWatch.at(provider, "naddr1s", HLS);
  }

  @Test
  void people_are_sent_to_a_page_and_players_to_the_playlist() {
    WhereToWatch watch = at("https://x", true);
    assertThat(watch.best()).isEqualTo("https://x/w/naddr1s");
    assertThat(watch.lines(10))
        .containsExactly("watch     https://x/w/naddr1s", "player    " + HLS);
    assertThat(watch.in(Console.object()).toString())
        .isEqualTo("{\"hls_playback\":\"" + HLS + "\",\"watch_url\":\"https://x/w/naddr1s\"}");
  }

  @Test
  void a_provider_without_pages_is_promised_none() {
    WhereToWatch watch = at("https://x", false);
    assertThat(watch.best()).isEqualTo(HLS);
    assertThat(watch.lines(10)).containsExactly("watch     " + HLS);
    assertThat(watch.in(Console.object()).toString())
        .isEqualTo("{\"hls_playback\":\"" + HLS + "\",\"watch_url\":null}");
  }

  @Test
  void a_providers_name_for_itself_does_not_reach_a_terminal_as_it_came() {
    assertThat(at("https://x\u001b[31m", true).lines(10)).noneMatch(l -> l.contains("\u001b"));
  }
}
