package com.wavlake.cli.chat;

import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Strangers;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** How a chat is written to a file. */
enum ExportFormat {
  /** Events as they were signed, one a line. */
  JSONL,
  /** For people: time in UTC, name, words. */
  TEXT,
  /** RFC 4180, for a spreadsheet: what it would take for a formula begins with an apostrophe. */
  CSV;

  private static final String CSV_HEAD = "created_at,time,id,kind,npub,name,content,reply_to";
  private static final String FORMULA = "=+-@\t\r";

  static ExportFormat of(String written) {
    return Stream.of(values())
        .filter(format -> format.name().equalsIgnoreCase(written))
        .findFirst()
        .orElseThrow(() -> CliError.usage("--format: jsonl, text or csv", ""));
  }

  /** A time on the command line. */
  static OptionalLong second(String option, Optional<String> written) {
    if (written.isEmpty()) {
      return OptionalLong.empty();
    }
    String text = written.get();
    try {
      if (text.matches("[0-9]{1,12}")) {
        return OptionalLong.of(Long.parseLong(text));
      }
      Instant when =
          text.contains("T")
              ? Instant.parse(text)
              : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
      return OptionalLong.of(Math.max(0, when.getEpochSecond()));
    } catch (DateTimeParseException e) {
      throw CliError.usage(
          option + ": '" + text + "' is no time",
          "seconds since 1970, 2026-01-31, or 2026-01-31T20:15:00Z");
    }
  }

  /**
   * A line each, or more where a cell has several.
   *
   * @param terminal whether they are for a terminal, which must obey nothing that is in them
   */
  List<String> lines(List<Event> events, Names names, boolean terminal) {
    List<String> lines = new ArrayList<>();
    if (this == CSV) {
      lines.add(CSV_HEAD);
    }
    for (Event event : events) {
      switch (this) {
        case JSONL -> lines.add(event.toJson());
        case TEXT -> {
          if (isWords(event)) {
            lines.add(text(event, names));
          }
        }
        case CSV -> {
          if (isWords(event)) {
            lines.add(csv(event, names, terminal ? Strangers::text : UnaryOperator.identity()));
          }
        }
      }
    }
    return lines;
  }

  private static boolean isWords(Event event) {
    return event.kind() == Kind.CHAT_MESSAGE
        || event.kind() == Kind.RAID
        || event.kind() == Kind.CLIP;
  }

  private static String text(Event event, Names names) {
    return time(event)
        + "  "
        + names.person(event.author()).name()
        + "  "
        + Strangers.text(words(event));
  }

  private static String words(Event event) {
    return switch (event.kind()) {
      case Kind.RAID -> ("raid " + event.content()).strip();
      case Kind.CLIP -> "clip " + value(event, "title") + " " + value(event, "r");
      default -> event.content();
    };
  }

  private static String value(Event event, String tag) {
    return event.tag(tag).map(Tag::value).orElse("");
  }

  private static Instant time(Event event) {
    return Instant.ofEpochSecond(Math.min(event.createdAt(), 253_402_300_799L));
  }

  private static String csv(Event event, Names names, UnaryOperator<String> clean) {
    String replyTo =
        event
            .tags("e")
            .filter(tag -> tag.get(3).equals("reply") || tag.get(3).isEmpty())
            .map(Tag::value)
            .findFirst()
            .orElse("");
    return String.join(
        ",",
        Long.toString(event.createdAt()),
        time(event).toString(),
        event.id().hex(),
        String.format(Locale.ROOT, "%d", event.kind()),
        event.author().npub(),
        cell(names.name(event.author()).orElse("")),
        cell(clean.apply(words(event))),
        cell(clean.apply(replyTo)));
  }

  static String cell(String written) {
    String safe =
        !written.isEmpty() && FORMULA.indexOf(written.charAt(0)) >= 0 ? "'" + written : written;
    boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }
}
