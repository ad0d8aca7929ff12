package com.wavlake.cli.stream;

import com.wavlake.cli.shell.CliError;
import com.wavlake.live.api.StreamEdit;
import com.wavlake.live.nip53.LiveStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be said of a stream; nothing of it has to be. */
final class Metadata {
  @Option(
      names = "--summary",
      paramLabel = "TEXT",
      description = "What it is about, up to 500 characters.")
  @Nullable String summary;

  @Option(names = "--category", paramLabel = "WORD", description = "Its topic.")
  @Nullable String category;

  @Option(names = "--image", paramLabel = "URL", description = "Its picture.")
  @Nullable String image;

  @Option(
      names = {"-t", "--tag"},
      paramLabel = "TAG",
      description = "Another topic; repeatable.")
  @Nullable List<String> tags;

  @Option(
      names = "--starts",
      paramLabel = "TIME",
      description = "When it is planned for, like 2026-01-31T20:00 (here) or 2026-01-31T19:00:00Z.")
  @Nullable String starts;

  @Option(
      names = "--content-warning",
      paramLabel = "REASON",
      description = "Why it is not for everybody, like nsfw; '' takes it away.")
  @Nullable String contentWarning;

  @Option(
      names = "--goal",
      paramLabel = "SATS|EVENT",
      description =
          "What is to be raised by zaps, in sats: published as a goal (NIP-75); or the event id of one there is.")
  @Nullable String goal;

  Optional<String> goal() {
    return Optional.ofNullable(goal);
  }

  Optional<Instant> startsAt() {
    return Optional.ofNullable(starts).map(Metadata::time);
  }

  /** What the provider is to know. */
  StreamEdit toEdit() {
    StreamEdit edit = StreamEdit.empty();
    edit = summary == null ? edit : edit.description(summary);
    edit = category == null ? edit : edit.category(category);
    if (image != null) {
      edit = image.isEmpty() ? edit.withoutImage() : edit.image(webUrl(image));
    }
    edit = tags == null ? edit : edit.tags(tags);
    return startsAt().map(edit::starts).orElse(edit);
  }

  /** The same in the live event. */
  LiveStream.Builder apply(LiveStream.Builder event) {
    if (summary != null) {
      event.description(summary);
    }
    if (image != null) {
      event.image(image);
    }
    if (contentWarning != null) {
      event.contentWarning(contentWarning);
    }
    startsAt().ifPresent(event::starts);
    return event;
  }

  /** Topics as the event has them: the category, live, the others. */
  static List<String> topics(String category, List<String> tags) {
    List<String> topics = new ArrayList<>(List.of(category, "live"));
    topics.addAll(tags);
    return topics;
  }

  static String webUrl(String url) {
    try {
      URI uri = new URI(url);
      if (uri.getHost() != null && url.matches("https?://.*")) {
        return url;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw CliError.usage("--image: '" + url + "' is no web address", "https://…");
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException notWithOffset) {
      try {
        return LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
      } catch (DateTimeException e) {
        throw CliError.usage(
            "--starts: '" + text + "' is no time",
            "like 2026-01-31T20:00, 2026-01-31T19:00:00Z or 2026-01-31T20:00:00+01:00");
      }
    }
  }
}
