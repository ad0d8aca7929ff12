package com.wavlake.cli.chat;

import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Strangers;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.ProfilePointer;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.social.Nip05;
import java.util.List;
import java.util.stream.Collectors;

/** Whom somebody means: an npub, a hex key, a NIP-05 address, or a name seen in the chat. */
final class Whom {
  private Whom() {}

  static PublicKey parse(String written, Names seen) {
    String who = written.strip();
    if (who.startsWith("npub1") || who.matches("[0-9a-fA-F]{64}")) {
      return key(who);
    }
    List<PublicKey> called = seen.called(who);
    if (called.size() == 1) {
      return called.getFirst();
    }
    if (called.size() > 1) {
      String which =
          called.stream()
              .map(key -> seen.person(key).name() + " (" + Names.shortened(key) + ")")
              .collect(Collectors.joining(", "));
      throw new CliError(
          "ambiguous",
          called.size() + " people are called '" + Strangers.text(who) + "': " + which,
          "name one by their npub, or in the chat by the number of a message");
    }
    if (who.matches("(?i)[a-z0-9._-]+@[a-z0-9.-]+\\.[a-z0-9.:-]+")) {
      return Nip05.standard()
          .lookUp(who)
          .map(ProfilePointer::key)
          .orElseThrow(() -> new CliError("not_found", who + " is nobody's address", ""));
    }
    throw new CliError(
        "not_found",
        "nobody called '" + Strangers.text(who) + "' has been seen in the chat",
        "an npub1…, a hex key, name@domain, or a name as the chat shows it");
  }

  private static PublicKey key(String written) {
    try {
      return PublicKey.parse(written);
    } catch (InvalidEvent e) {
      throw CliError.usage("WHO: " + e.getMessage(), "an npub1…, 64 hex digits, or a name");
    }
  }
}
