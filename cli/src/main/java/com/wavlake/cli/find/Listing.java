package com.wavlake.cli.find;

import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.Strangers;
import com.wavlake.cli.shell.Table;
import com.wavlake.cli.shell.Table.Cell;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.social.Profile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Streams as people read them: a row each, and below it in a line of its own what names it.
 *
 * @param names by key; who is missing is called by their npub
 * @param now what "since" counts from
 */
record Listing(Map<PublicKey, Profile> names, Instant now) {
  private static final int MAX_TOPICS = 4;

  /** In columns, where a line is for one stream. */
  private static final int MAX_TITLE = 60;

  /** As wide as the terminal at most, but for the naddr, which has to be copied whole. */
  List<String> lines(List<Row> rows, int width) {
    Table table = Table.within(width);
    rows.forEach(row ->
        table.row(
            new Cell(title(row), Console::bold),
            Cell.of(host(row)),
            new Cell(state(row), color(row.status())),
            Cell.of(time(row)),
            new Cell(topics(row), Console::dim)));
    List<String> lines = new ArrayList<>();
    List<String> shown = table.lines();
    for (int i = 0; i < rows.size(); i++) {
      lines.add(shown.get(i));
      lines.add("  " + Console.dim(rows.get(i).naddr()));
    }
    return lines;
  }

  /** One stream in one line, for what happens. */
  String line(Row row) {
    return String.join(
        "  ",
        Console.bold(Table.cut(Strangers.text(title(row)), MAX_TITLE)),
        Strangers.text(host(row)),
        Console.dim(row.naddr()));
  }

  String name(PublicKey key) {
    return Optional.ofNullable(names.get(key)).orElseGet(() -> Profile.of(key)).bestName();
  }

  static String title(Row row) {
    return row.contentWarning()
        .map(reason -> "[" + Table.cut(Strangers.text(reason), 16) + "] " + row.title())
        .orElse(row.title());
  }

  /** With a question mark where somebody else says so. */
  String host(Row row) {
    String name = name(row.host());
    String shown =
        Strangers.name(name).orElseGet(() -> Profile.of(row.host()).bestName()); // all invisible
    return shown + (row.hostProven() ? "" : " ?");
  }

  private static String state(Row row) {
    if (row.status() == Status.LIVE && row.viewers().isPresent()) {
      return "live, " + row.viewers().getAsInt() + " watching";
    }
    return row.status() == Status.ENDED && row.recording().isPresent()
        ? "ended, recorded"
        : row.status().tagValue();
  }

  /** Where it stands, and since or until when. */
  String when(Row row) {
    String time = time(row);
    return state(row) + (time.isEmpty() ? "" : ", " + time);
  }

  private static UnaryOperator<String> color(Status status) {
    return switch (status) {
      case LIVE -> Console::green;
      case PLANNED -> Console::yellow;
      case ENDED -> Console::dim;
    };
  }

  private String time(Row row) {
    return switch (row.status()) {
      case LIVE -> row.starts().map(at -> "for " + span(Duration.between(at, now))).orElse("");
      case PLANNED -> row.starts().map(this::ahead).orElse("");
      case ENDED -> row.ends().map(at -> span(Duration.between(at, now)) + " ago").orElse("");
    };
  }

  private String ahead(Instant at) {
    return at.isAfter(now) ? "in " + span(Duration.between(now, at)) : "any moment";
  }

  /** The largest two units of a time: nobody plans by the second. */
  static String span(Duration time) {
    long minutes = Math.max(0, time.toMinutes());
    long hours = minutes / 60;
    long days = hours / 24;
    if (days > 0) {
      return days + " d" + (hours % 24 > 0 ? " " + hours % 24 + " h" : "");
    }
    if (hours > 0) {
      return hours + " h" + (minutes % 60 > 0 ? " " + minutes % 60 + " min" : "");
    }
    return minutes > 0 ? minutes + " min" : "under 1 min";
  }

  private static String topics(Row row) {
    return row.topics().stream()
        .filter(topic -> !topic.equalsIgnoreCase("live")) // they all say so
        .distinct()
        .limit(MAX_TOPICS)
        .map(topic -> "#" + topic)
        .collect(Collectors.joining(" "));
  }
}
