package com.wavlake.cli.command;

import com.wavlake.cli.shell.Console;
import com.wavlake.live.broadcast.WillFolder;
import com.wavlake.live.nostr.LiveException;
import java.time.Duration;
import java.time.Instant;

/**
 * Ends what a {@code wlk live --announce} that died has left live: whoever runs next publishes its
 * last will.
 */
public final class LeftWills {
  private LeftWills() {}

  /** Publishes the wills whose time has come; one that nobody takes is left for the next time. */
  public static void publish(WillFolder wills, Console console, Duration timeout) {
    for (WillFolder.Left will : wills.due(Instant.now())) {
      String naddr = will.event().address().naddr();
      try {
        wills
            .publish(will, Instant.now(), timeout)
            .ifPresent(result ->
                console.say(
                    "ended     "
                        + naddr
                        + ", which a wlk that died had left live; "
                        + Reports.sentence(result)));
      } catch (LiveException e) {
        console.warn(
            naddr
                + " was left live by a wlk that died, and cannot be ended now: "
                + Console.plain(e.getMessage()));
      }
    }
  }
}
