package com.wavlake.cli.chat;

import com.wavlake.cli.shell.CliError;
import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.relay.RelayPool;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk chat mute}: whom somebody does not want to read any more. */
@Command(
    name = "mute",
    description = {
      "Mute somebody: adds them to your mute list (NIP-51), of which all else stays. In the chat of"
          + " your own streams nobody sees them any more.",
      "Without your list before them, relays would lose it: unless every one of them tells what it has,"
          + " nothing is done; -y goes by those that do."
    },
    footer = {
      "",
      "Example: wlk chat mute npub1…",
      "Example: wlk chat mute troll --for 10 --in current"
    })
final class ChatMute extends ChatAction {
  @Parameters(
      paramLabel = "WHO",
      description = "npub1…, hex, name@domain, or a name as the chat shows it.")
  String who = "";

  @Option(
      names = "--for",
      paramLabel = "MINUTES",
      description = "Silence them in the stream's chat for a while instead. For the host alone.")
  @Nullable Integer minutes;

  @Option(names = "--unmute", description = "Take them off the list again.")
  boolean unmute;

  @Option(
      names = "--in",
      paramLabel = "REF",
      description = "The stream whose chat is meant; default: the current one.")
  String ref = "current";

  @Override
  public Integer call() {
    if (minutes != null && unmute) {
      throw CliError.usage("--for and --unmute do not go together", "");
    }
    if (minutes != null && (minutes < 1 || minutes > SlashCommands.MAX_MINUTES)) {
      throw CliError.usage("--for: " + minutes + " is not in 1 … " + SlashCommands.MAX_MINUTES, "");
    }
    Optional<Duration> howLong = Optional.ofNullable(minutes).map(Duration::ofMinutes);
    return act(
        stream(),
        (moderator, relays, stream) -> {
          PublicKey key = whom(relays, stream);
          if (howLong.isPresent()) {
            return moderator.silence(key, howLong.get());
          }
          return unmute
              ? moderator.unmute(key, globals().yes())
              : moderator.mute(key, globals().yes());
        });
  }

  /** A mute list is of no stream: without one, any will do. */
  private String stream() {
    boolean any = minutes == null && ref.equals("current") && workspace().current().isEmpty();
    return any ? "none" : ref;
  }

  private PublicKey whom(RelayPool relays, EventAddress stream) {
    return Whom.parse(who, isName() ? seen(relays, stream) : names(relays, stream));
  }

  private boolean isName() {
    return !who.startsWith("npub1") && !who.matches("[0-9a-fA-F]{64}");
  }

  private Names names(RelayPool relays, EventAddress stream) {
    return new Names(
        stream.author(),
        Optional.empty(),
        people ->
            relays.query(
                Filter.kinds(Kind.PROFILE).by(people.toArray(PublicKey[]::new)),
                globals().timeout()));
  }

  /** Whoever has said something lately. */
  private Names seen(RelayPool relays, EventAddress stream) {
    Names names = names(relays, stream);
    List<PublicKey> authors =
        relays
            .query(
                Filter.kinds(Kind.CHAT_MESSAGE)
                    .tagged("a", stream.coordinate())
                    .limit(5 * LiveChat.HISTORY),
                globals().timeout())
            .stream()
            .map(event -> event.author())
            .distinct()
            .toList();
    names.learn(authors, globals().timeout());
    return names;
  }
}
