package com.wavlake.cli.chat;

import com.wavlake.live.social.Report.Reason;

/** What somebody typed into the window, understood. */
sealed interface Slash {
  /** A message. */
  record Say(String text) implements Slash {}

  /** An answer to a message by its number, or to the last one of somebody. */
  record Reply(String to, String text) implements Slash {}

  record Pin(String message) implements Slash {}

  record Unpin(String message) implements Slash {}

  record Mute(String who) implements Slash {}

  record Unmute(String who) implements Slash {}

  record Timeout(String who, int minutes) implements Slash {}

  record Ban(String who) implements Slash {}

  record Unban(String who) implements Slash {}

  record Slow(int seconds) implements Slash {}

  record Report(String message, Reason reason) implements Slash {}

  record Raid(String ref) implements Slash {}

  record Delete(String message) implements Slash {}

  record Who() implements Slash {}

  record Help() implements Slash {}

  record Quit() implements Slash {}

  record Nothing() implements Slash {}

  /** Not understood, and why. */
  record Wrong(String why) implements Slash {}
}
