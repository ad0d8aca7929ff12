package com.wavlake.cli.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.Table;
import com.wavlake.cli.shell.Table.Cell;
import com.wavlake.cli.shell.Terminals;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nip53.StreamLint.Finding;
import com.wavlake.live.nip53.StreamLint.Reading;
import com.wavlake.live.nip53.StreamLint.Report;
import com.wavlake.live.nip53.StreamLint.Severity;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * What lint says of one event, in words and as JSON.
 *
 * @param title what to call it
 * @param id of the event, or "?"
 * @param coordinate where it is, or ""
 */
record Verdict(String title, String id, String coordinate, Report report) {

  static Verdict of(Event event, Report report) {
    String title = event.tag("title").map(Tag::value).orElse("");
    return new Verdict(
        title.isEmpty() ? "(untitled)" : title,
        event.id().hex(),
        event.address().coordinate(),
        report);
  }

  /** Of a line that is no event. */
  static Verdict ofLine(int number, String id, Report report) {
    return new Verdict("line " + number, id, "", report);
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(Console.bold(Console.plain(title)) + "  " + Console.dim(id));
    if (!report.readings().isEmpty()) {
      lines.addAll(readings());
    }
    for (Reading reading : report.readings()) {
      for (String why : reading.why()) {
        lines.add("  " + reading.viewer() + ": " + Console.plain(why));
      }
    }
    Table findings = Table.within(Integer.MAX_VALUE);
    for (Finding finding : report.findings()) {
      findings.row(
          new Cell(finding.severity().name(), color(finding.severity())),
          Cell.of(finding.field()),
          Cell.of(finding.problem()));
    }
    lines.addAll(findings.lines());
    if (report.findings().isEmpty()) {
      lines.add(Console.green("nothing to mend"));
    }
    lines.add("");
    return lines;
  }

  private List<String> readings() {
    Table table = Table.within(Terminals.columns());
    table.row("viewer", "host", "status", "plays", "listed", "chat");
    for (Reading r : report.readings()) {
      table.row(
          Cell.of(r.viewer().toString()),
          Cell.of(brief(r.host())),
          Cell.of(r.status().map(Status::tagValue).orElse("none")),
          yes(r.playable()),
          yes(r.listed()),
          yes(r.chatShown()));
    }
    return table.lines();
  }

  private static String brief(PublicKey key) {
    String npub = key.npub();
    return npub.substring(0, 12) + "…" + npub.substring(npub.length() - 4);
  }

  private static Cell yes(boolean yes) {
    return new Cell(yes ? "yes" : "no", yes ? Console::green : Console::yellow);
  }

  private static UnaryOperator<String> color(Severity severity) {
    return switch (severity) {
      case ERROR -> Console::red;
      case WARNING -> Console::yellow;
      case HINT -> Console::dim;
    };
  }

  ObjectNode json() {
    ObjectNode json =
        Console.object()
            .put("id", id)
            .put("coordinate", coordinate.isEmpty() ? null : coordinate)
            .put("valid", report.isValid());
    ArrayNode readings = json.putArray("readings");
    for (Reading r : report.readings()) {
      ObjectNode reading =
          readings
              .addObject()
              .put("viewer", r.viewer().name().toLowerCase(Locale.ROOT))
              .put("host", r.host().npub())
              .put("status", r.status().map(Status::tagValue).orElse(null))
              .put("playable", r.playable())
              .put("listed", r.listed())
              .put("chat_shown", r.chatShown());
      ArrayNode why = reading.putArray("why");
      r.why().forEach(why::add);
    }
    ArrayNode findings = json.putArray("findings");
    for (Finding f : report.findings()) {
      findings
          .addObject()
          .put("severity", f.severity().name().toLowerCase(Locale.ROOT))
          .put("field", f.field())
          .put("problem", f.problem());
    }
    return json;
  }
}
