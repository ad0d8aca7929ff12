package com.wavlake.cli.command;

import com.wavlake.cli.shell.Console;
import com.wavlake.live.broadcast.WillFolder;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.relay.PublishResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Ends what a {@code wlk live --announce} that died has left live: whoever runs next publishes its
 * last will. One a run and not for long, so that a relay that is gone keeps nobody.
 */
public final class LeftWills {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Shorter than the time from a deposit until it is due. */
  private static final Duration NOT_AGAIN_WITHIN = Duration.ofSeconds(150);

  private LeftWills() {}

  /** Publishes a will whose time has come; one that nobody takes is left for a later run. */
  public static void publish(WillFolder wills, Console console) {
    Instant now = Instant.now();
    try {
      wills.due(now).stream()
          .filter(will -> isUntried(will, now))
          .findFirst()
          .ifPresent(will -> publish(wills, will, now, console));
    } catch (LiveException e) {
      console.warn(Console.plain(e.getMessage()));
    }
  }

  private static void publish(
      WillFolder wills, WillFolder.Left will, Instant now, Console console) {
    String naddr = will.event().address().naddr();
    try {
      Optional<PublishResult> result = wills.publish(will, now, PATIENCE);
      if (result.isPresent() && result.get().acceptedCount() == 0) {
        notNow(will, now, naddr, Reports.sentence(result.get()), console);
      } else if (result.isPresent()) {
        console.say(
            "ended     "
                + naddr
                + ", which a wlk that died had left live; "
                + Reports.sentence(result.get()));
      }
    } catch (LiveException e) {
      notNow(will, now, naddr, Console.plain(e.getMessage()), console);
    }
  }

  private static void notNow(
      WillFolder.Left will, Instant now, String naddr, String why, Console console) {
    console.warn(naddr + " was left live by a wlk that died, and cannot be ended now: " + why);
    try {
      Files.setLastModifiedTime(will.file(), FileTime.from(now));
    } catch (IOException e) {
      console.warn(will.file() + ": " + e.getMessage());
    }
  }

  private static boolean isUntried(WillFolder.Left will, Instant now) {
    try {
      Instant touched = Files.getLastModifiedTime(will.file()).toInstant();
      return touched.plus(NOT_AGAIN_WITHIN).isBefore(now);
    } catch (IOException gone) {
      return false;
    }
  }
}
