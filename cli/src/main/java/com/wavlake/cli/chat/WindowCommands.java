package com.wavlake.cli.chat;

import com.wavlake.cli.command.Reports;
import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Strangers;
import com.wavlake.live.chat.ChatItem;
import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Does what is typed into the window; what takes time, in the background. */
final class WindowCommands {
  private static final int MOST_LISTED = 50;

  private final LiveChat chat;
  private final Names names;
  private final Shown shown;
  private final Happenings window;
  private final Optional<Outgoing> outgoing;
  private final Optional<Moderator> moderator;
  private final Workspace workspace;

  WindowCommands(
      LiveChat chat,
      Workspace workspace,
      RelayPool relays,
      EventAddress stream,
      Optional<Signer> viewer,
      Duration timeout,
      Names names,
      Shown shown,
      Happenings window,
      InputLine input) {
    this.chat = chat;
    this.workspace = workspace;
    this.names = names;
    this.shown = shown;
    this.window = window;
    this.outgoing =
        viewer.map(signer -> new Outgoing(chat, signer, timeout, window::note, input::putBack));
    this.moderator =
        viewer.map(signer -> new Moderator(stream, relays, signer, workspace::client, timeout));
  }

  /** False when that was the last. */
  boolean execute(Slash slash) {
    try {
      switch (slash) {
        case Slash.Quit() -> {
          return false;
        }
        case Slash.Nothing() -> {}
        case Slash.Help() -> help();
        case Slash.Who() -> who();
        case Slash.Wrong(String why) -> window.note(why);
        case Slash.Say(String text) -> outgoing().send(text, Optional::empty);
        case Slash.Reply(String to, String text) ->
            outgoing().send(text, () -> Optional.of(parent(to)));
        case Slash.Pin(String n) -> publish("pin", m -> m.pin(message(n).event().id()));
        case Slash.Unpin(String n) -> publish("unpin", m -> m.unpin(message(n).event().id()));
        case Slash.Mute(String w) -> publish("mute", m -> m.mute(whom(w), false));
        case Slash.Unmute(String w) -> publish("unmute", m -> m.unmute(whom(w), false));
        case Slash.Timeout(String w, int minutes) ->
            publish("timeout", m -> m.silence(whom(w), Duration.ofMinutes(minutes)));
        case Slash.Delete(String n) -> publish("delete", m -> m.takeBack(message(n).event()));
        case Slash.Report(String n, var reason) ->
            publish("report", m -> m.report(message(n).event(), reason, ""));
        case Slash.Raid(String ref) -> publish("raid", m -> m.raid(workspace.address(ref), ""));
        case Slash.Ban(String w) ->
            run(
                "ban",
                m -> {
                  PublicKey key = whom(w);
                  var _ = m.rules(rules -> rules.ban(key));
                  return names.person(key).name() + " may not write here any more";
                });
        case Slash.Unban(String w) ->
            run(
                "unban",
                m -> {
                  PublicKey key = whom(w);
                  var _ = m.rules(rules -> rules.unban(key));
                  return names.person(key).name() + " may write here again";
                });
        case Slash.Slow(int seconds) ->
            run(
                "slow",
                m -> {
                  var _ = m.rules(rules -> rules.slowMode(Duration.ofSeconds(seconds)));
                  return seconds == 0 ? "slow mode is off" : "slow mode: " + seconds + " s";
                });
      }
    } catch (CliError | LiveException e) {
      window.note(Outgoing.words(e));
    }
    return true;
  }

  /** Waits for what is on its way; answers, in words, what did not get out. */
  List<String> close() {
    return outgoing.isPresent() ? outgoing.get().close() : List.of();
  }

  private Outgoing outgoing() {
    return outgoing.orElseThrow(() -> new CliError("no_identity", "read-only", "wlk identity new"));
  }

  private void publish(String what, Function<Moderator, PublishResult> deed) {
    run(
        what,
        m -> {
          PublishResult result = deed.apply(m);
          return what + ": " + Reports.sentence(result);
        });
  }

  private void run(String what, Function<Moderator, String> deed) {
    Moderator able =
        moderator.orElseThrow(() -> new CliError("no_identity", "read-only", "wlk identity new"));
    outgoing().run(what, () -> deed.apply(able));
  }

  private ChatItem message(String written) {
    OptionalInt number = SlashCommands.messageNumber(written);
    Optional<ChatItem> item =
        number.isPresent()
            ? shown.item(number.getAsInt())
            : shown.item(ChatAction.messageId(written));
    return item.orElseThrow(
        () -> new CliError("not_found", "there is no message " + Strangers.text(written), ""));
  }

  /** Of a number, the author of that message: numbers cannot be imitated, names can. */
  private PublicKey whom(String written) {
    return SlashCommands.messageNumber(written).isPresent()
        ? message(written).author()
        : Whom.parse(written, names);
  }

  private ChatMessage parent(String to) {
    if (SlashCommands.messageNumber(to).isPresent()) {
      if (message(to) instanceof ChatItem.Said(ChatMessage message)) {
        return message;
      }
      throw new CliError("not_found", to + " is no message", "");
    }
    PublicKey who = Whom.parse(to, names);
    List<ChatItem> history = chat.history().reversed();
    return history.stream()
        .filter(item -> item instanceof ChatItem.Said && item.author().equals(who))
        .map(item -> ((ChatItem.Said) item).message())
        .findFirst()
        .orElseThrow(() ->
            new CliError("not_found", names.person(who).name() + " has said nothing lately", ""));
  }

  private void help() {
    for (SlashCommands.Usage usage : SlashCommands.ALL) {
      String only = usage.forHost() ? " (host)" : "";
      window.note(
          String.format("%-24s %s%s", usage.name() + " " + usage.takes(), usage.does(), only));
    }
    window.note("★ is the host, » is you; N is the number in front of a message");
  }

  private void who() {
    List<Person> people = names.everybody();
    window.note(
        people.size()
            + " people: "
            + people.reversed().stream()
                .limit(MOST_LISTED)
                .map(person -> person.name() + person.mark().strip())
                .collect(Collectors.joining(", ")));
  }
}
