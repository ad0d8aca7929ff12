package com.wavlake.cli.chat;

import com.wavlake.live.social.Report.Reason;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** What Tab offers: commands, and behind them the people of the chat, or reasons. */
final class Suggestions implements Completer {
  private static final Set<String> PEOPLE =
      Set.of("/reply", "/mute", "/unmute", "/timeout", "/ban", "/unban");
  private final Names names;

  Suggestions(Names names) {
    this.names = names;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    String typed = line.word();
    if (!typed.startsWith("/")) {
      return;
    }
    int space = typed.indexOf(' ');
    if (space < 0) {
      SlashCommands.ALL.forEach(usage ->
          candidates.add(
              candidate(usage.name(), usage.name(), usage.does(), !usage.takes().isEmpty())));
      return;
    }
    String command = typed.substring(0, space);
    if (PEOPLE.contains(command)) {
      names.everybody().stream()
          .filter(person -> !person.isSelf())
          .forEach(person ->
              candidates.add(
                  candidate(command + " " + quoted(person.name()), person.name(), "", true)));
    } else if (command.equals("/report") && typed.indexOf(' ', space + 1) > 0) {
      String message = typed.substring(0, typed.indexOf(' ', space + 1) + 1);
      Stream.of(Reason.values())
          .forEach(reason ->
              candidates.add(candidate(message + reason.tagValue(), reason.tagValue(), "", false)));
    }
  }

  private static String quoted(String name) {
    return name.contains(" ") ? '"' + name + '"' : name;
  }

  private static Candidate candidate(String value, String shown, String does, boolean more) {
    return new Candidate(
        value, shown, null, does.isEmpty() ? null : does, more ? " " : "", null, true);
  }
}
