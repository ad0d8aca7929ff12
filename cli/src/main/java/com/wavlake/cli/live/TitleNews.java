package com.wavlake.cli.live;

import com.wavlake.cli.shell.Console;
import com.wavlake.live.nip53.LiveStream;

/** Tells when another terminal has given the stream another title. */
final class TitleNews {
  private final Console console;
  private String title;

  TitleNews(Console console, LiveStream stream) {
    this.console = console;
    this.title = stream.title().orElse("");
  }

  /** A newer version of the stream's own event. */
  synchronized void heard(LiveStream newest) {
    String now = newest.title().orElse("");
    if (!now.equals(title)) {
      title = now;
      console.event(
          "edited",
          Console.object().put("title", now),
          "edited    the title is now " + Console.plain(now));
    }
  }
}
