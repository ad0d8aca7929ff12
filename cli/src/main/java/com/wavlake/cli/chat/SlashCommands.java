package com.wavlake.cli.chat;

import com.wavlake.live.social.Report.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what is typed into the window: a message, or a command behind a slash. */
final class SlashCommands {
  static final int MAX_MINUTES = 60 * 24 * 30;
  static final int MAX_SLOW_SECONDS = 6 * 60 * 60;

  /**
   * A command as it is listed and completed.
   *
   * @param takes what stands behind it
   */
  record Usage(String name, String takes, String does, boolean forHost) {}

  static final List<Usage> ALL =
      List.of(
          new Usage("/reply", "N|NAME TEXT", "answer a message, or somebody's last one", false),
          new Usage("/delete", "N", "take back a message of your own", false),
          new Usage("/mute", "N|NAME", "see nothing of somebody any more", false),
          new Usage("/unmute", "N|NAME", "see them again", false),
          new Usage("/report", "N REASON", "report a message to the relays", false),
          new Usage("/who", "", "who has said something here", false),
          new Usage("/pin", "N", "pin a message to the stream", true),
          new Usage("/unpin", "N", "unpin it", true),
          new Usage("/timeout", "N|NAME MINUTES", "silence somebody for a while", true),
          new Usage("/ban", "N|NAME", "nothing more of them in this chat", true),
          new Usage("/unban", "N|NAME", "let them write again", true),
          new Usage("/slow", "SECONDS", "pause between two messages; 0: off", true),
          new Usage("/raid", "NADDR", "send everybody to another stream", true),
          new Usage("/help", "", "this list", false),
          new Usage("/quit", "", "leave, as Ctrl-D does", false));

  static final String REASONS =
      Stream.of(Reason.values()).map(Reason::tagValue).collect(Collectors.joining(", "));

  private SlashCommands() {}

  static Slash parse(String line) {
    String typed = line.strip();
    if (typed.isEmpty()) {
      return new Slash.Nothing();
    }
    if (!typed.startsWith("/") || typed.startsWith("//")) {
      return new Slash.Say(typed.startsWith("//") ? typed.substring(1) : typed);
    }
    int space = typed.indexOf(' ');
    String name = (space < 0 ? typed : typed.substring(0, space)).toLowerCase(Locale.ROOT);
    String rest = space < 0 ? "" : typed.substring(space + 1).strip();
    Optional<Usage> usage = ALL.stream().filter(u -> u.name().equals(name)).findFirst();
    if (usage.isEmpty()) {
      return new Slash.Wrong(name + " is no command: /help lists them, //… says it");
    }
    return command(name, rest)
        .orElseGet(() -> new Slash.Wrong(("usage: " + name + " " + usage.get().takes()).strip()));
  }

  private static Optional<Slash> command(String name, String rest) {
    return switch (name) {
      case "/reply" -> reply(rest);
      case "/delete" -> one(rest).map(Slash.Delete::new);
      case "/pin" -> one(rest).map(Slash.Pin::new);
      case "/unpin" -> one(rest).map(Slash.Unpin::new);
      case "/mute" -> one(rest).map(Slash.Mute::new);
      case "/unmute" -> one(rest).map(Slash.Unmute::new);
      case "/ban" -> one(rest).map(Slash.Ban::new);
      case "/unban" -> one(rest).map(Slash.Unban::new);
      case "/raid" -> one(rest).map(Slash.Raid::new);
      case "/timeout" -> timeout(rest);
      case "/report" -> report(rest);
      case "/slow" -> number(rest, 0, MAX_SLOW_SECONDS).map(Slash.Slow::new);
      case "/who" -> none(rest, new Slash.Who());
      case "/help" -> Optional.of(new Slash.Help());
      case "/quit" -> none(rest, new Slash.Quit());
      default -> Optional.empty();
    };
  }

  private static Optional<Slash> none(String rest, Slash command) {
    return rest.isEmpty() ? Optional.of(command) : Optional.empty();
  }

  /** All of it is one name, spaces and all. */
  private static Optional<String> one(String rest) {
    List<String> quoted = words(rest);
    String whole = quoted.size() == 1 ? quoted.getFirst() : rest;
    return Optional.of(whole).filter(text -> !text.isBlank());
  }

  private static Optional<Slash> reply(String rest) {
    int end = firstEnd(rest);
    String to = unquoted(rest.substring(0, end));
    String text = rest.substring(end).strip();
    return to.isBlank() || text.isEmpty()
        ? Optional.empty()
        : Optional.of(new Slash.Reply(to, text));
  }

  private static Optional<Slash> timeout(String rest) {
    int space = rest.lastIndexOf(' ');
    if (space < 0) {
      return Optional.empty();
    }
    Optional<String> who = one(rest.substring(0, space).strip());
    return who.flatMap(name ->
        number(rest.substring(space + 1), 1, MAX_MINUTES)
            .map(minutes -> new Slash.Timeout(name, minutes)));
  }

  private static Optional<Slash> report(String rest) {
    List<String> words = words(rest);
    if (words.size() != 2) {
      return Optional.empty();
    }
    return reason(words.get(1))
        .<Slash>map(reason -> new Slash.Report(words.getFirst(), reason))
        .or(() -> Optional.of(new Slash.Wrong("a reason is one of: " + REASONS)));
  }

  static Optional<Reason> reason(String written) {
    return Stream.of(Reason.values())
        .filter(reason -> reason.tagValue().equalsIgnoreCase(written))
        .findFirst();
  }

  private static Optional<Integer> number(String written, int least, int most) {
    try {
      return Optional.of(Integer.valueOf(written.strip())).filter(n -> n >= least && n <= most);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A message's number as it is typed: {@code 12} or {@code #12}. */
  static OptionalInt messageNumber(String written) {
    String digits = written.startsWith("#") ? written.substring(1) : written;
    return digits.matches("[0-9]{1,9}")
        ? OptionalInt.of(Integer.parseInt(digits))
        : OptionalInt.empty();
  }

  /** Where the first word ends, quotes and all. */
  private static int firstEnd(String rest) {
    int from = rest.startsWith("\"") ? rest.indexOf('"', 1) + 1 : 0;
    int space = rest.indexOf(' ', Math.max(from, 0));
    return space < 0 ? rest.length() : space;
  }

  private static String unquoted(String word) {
    boolean quoted = word.length() >= 2 && word.startsWith("\"") && word.endsWith("\"");
    return quoted ? word.substring(1, word.length() - 1) : word;
  }

  private static List<String> words(String rest) {
    List<String> words = new ArrayList<>();
    String left = rest;
    while (!left.isEmpty()) {
      int end = firstEnd(left);
      words.add(unquoted(left.substring(0, end)));
      left = left.substring(end).strip();
    }
    return words;
  }
}
