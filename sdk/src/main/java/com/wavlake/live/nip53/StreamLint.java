package com.wavlake.live.nip53;

import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Says how the viewers in the wild will each read a live event, and what to mend in it. It judges
 * what is written; it fetches nothing.
 */
public final class StreamLint {
  private static final Duration AHEAD = Duration.ofMinutes(15);
  private static final Duration LATE = Duration.ofHours(1);
  private static final int MANY_PARTICIPANTS = 1_000;
  private static final Pattern WEB_URL =
      Pattern.compile("(?i)https?://([^/?#\\s]+)(/[^?#]*)?(?:[?#].*)?");

  private final Set<PublicKey> servers;

  private StreamLint(Set<PublicKey> servers) {
    this.servers = Set.copyOf(servers);
  }

  /** With no server key that the web app would trust to sign for others. */
  public static StreamLint standard() {
    return new StreamLint(Set.of());
  }

  /** With the keys of servers that the web app trusts to sign for their users. */
  public static StreamLint trusting(Set<PublicKey> servers) {
    return new StreamLint(servers);
  }

  /** A viewer in the wild. */
  public enum Viewer {
    /** The zap.stream web app. */
    WEB("zap.stream web"),
    /** The zap.stream Flutter app. */
    FLUTTER("zap.stream Flutter"),
    /** Amethyst, and what else is built on quartz. */
    AMETHYST("Amethyst");

    private final String words;

    Viewer(String words) {
      this.words = words;
    }

    /** What people call it. */
    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * How one viewer reads the event.
   *
   * @param viewer which
   * @param host whose stream it shows
   * @param status as it shows it; empty when it knows none
   * @param playable whether it can play it
   * @param listed whether it appears in its lists
   * @param chatShown whether its chat shows messages sent now
   * @param why what led to this, in words
   */
  public record Reading(
      Viewer viewer,
      PublicKey host,
      Optional<Status> status,
      boolean playable,
      boolean listed,
      boolean chatShown,
      List<String> why) {
    /** Copies the reasons. */
    public Reading {
      why = List.copyOf(why);
    }
  }

  /** How bad a finding is. */
  public enum Severity {
    /** It breaks a rule of NIP-53: some viewer will not show it. */
    ERROR,
    /** It works in some viewers, or only by luck. */
    WARNING,
    /** It could be better. */
    HINT
  }

  /**
   * Something to mend.
   *
   * @param severity how bad
   * @param field the tag or field
   * @param problem in words
   */
  public record Finding(Severity severity, String field, String problem) {}

  /**
   * All that is to say of an event.
   *
   * @param readings one a viewer; none when it cannot be read at all
   * @param findings worst first
   */
  public record Report(List<Reading> readings, List<Finding> findings) {
    /** Copies the lists. */
    public Report {
      readings = List.copyOf(readings);
      findings = List.copyOf(findings);
    }

    /** Whether nothing breaks a rule. */
    public boolean isValid() {
      return findings.stream().noneMatch(f -> f.severity() == Severity.ERROR);
    }
  }

  /** Reads an event as the viewers do at {@code now}. */
  public Report check(Event event, Instant now) {
    List<Finding> findings = new ArrayList<>();
    LiveStream stream;
    try {
      stream = LiveStream.parse(event);
    } catch (InvalidEvent e) {
      findings.add(new Finding(Severity.ERROR, e.field(), e.problem()));
      return new Report(List.of(), findings);
    }
    if (!event.verify()) {
      findings.add(
          new Finding(Severity.ERROR, "sig", "id or signature is wrong: relays refuse it"));
    }
    new Rules(event, stream, now, findings).all();
    findings.sort((a, b) -> a.severity().compareTo(b.severity()));
    return new Report(
        List.of(
            web(stream, event.author(), now),
            flutter(stream, event.author(), now),
            amethyst(stream, event.author(), now)),
        findings);
  }

  private Reading web(LiveStream stream, PublicKey author, Instant now) {
    List<String> why = new ArrayList<>();
    PublicKey host = HostPolicy.trusting(servers).hostOf(stream, author);
    Optional<PublicKey> named = stream.host().map(Participant::key);
    if (named.isPresent() && !named.get().equals(host)) {
      why.add("the host is the author: a host who did not sign counts for known servers alone");
    }
    Optional<Status> status = exactStatus(stream, why);
    boolean old =
        now.isAfter(
            Instant.ofEpochSecond(stream.createdAt()).plus(StalePolicy.ZAP_STREAM.patience()));
    if (old) {
      why.add("hidden: without an update for 7 days");
    }
    boolean ended = status.equals(Optional.of(Status.ENDED));
    boolean somewhere =
        ended
            ? stream.recording().isPresent()
            : Stream.concat(stream.streaming().stream(), stream.recording().stream())
                .anyMatch(url -> isHls(url) && !isLoopback(url));
    if (!somewhere) {
      why.add(
          ended
              ? "not listed: ended without a recording"
              : "not listed: no URL whose path contains .m3u8 beyond this machine");
    }
    boolean playable =
        status.equals(Optional.of(Status.LIVE))
            ? plays(stream, why)
            : stream.recording().isPresent();
    if (status.equals(Optional.of(Status.PLANNED)) && !playable) {
      why.add("nothing to play yet: of a planned stream only a recording is");
    }
    return new Reading(
        Viewer.WEB,
        host,
        status,
        playable,
        status.isPresent() && !old && somewhere,
        withinTimes(stream, now, why),
        why);
  }

  private static Reading flutter(LiveStream stream, PublicKey author, Instant now) {
    List<String> why = new ArrayList<>();
    Optional<PublicKey> host =
        stream.participants().stream()
            .filter(p -> p.role().equals(Participant.HOST))
            .map(Participant::key)
            .findFirst();
    if (host.isEmpty() && stream.host().isPresent()) {
      why.add(
          "the host is the author: the role '"
              + stream.host().get().role()
              + "' is not in lower case");
    }
    Optional<Status> status = stream.status(); // it reads any case of letters
    if (status.isEmpty()) {
      why.add("no status that it knows: '" + written(stream) + "'");
    }
    boolean listed =
        status.equals(Optional.of(Status.LIVE))
            && stream.streaming().stream().anyMatch(url -> isHls(url) && !isLoopback(url))
            && !(stream.starts().isPresent() && now.isBefore(stream.starts().get()));
    if (!listed) {
      why.add("not in its grid: that shows live streams with a .m3u8 URL that have started");
    }
    return new Reading(
        Viewer.FLUTTER,
        host.orElse(author),
        status,
        playable(stream, status, why),
        listed,
        withinTimes(stream, now, why),
        why);
  }

  private static Reading amethyst(LiveStream stream, PublicKey author, Instant now) {
    List<String> why = new ArrayList<>();
    Optional<Status> status = exactStatus(stream, why);
    if (StalePolicy.AMETHYST.isStale(stream, now)) {
      why.add("ended: live without an update for 8 hours");
      status = Optional.of(Status.ENDED);
    }
    Instant anHourAgo = now.minus(LATE);
    if (status.equals(Optional.of(Status.PLANNED))
        && stream.starts().filter(anHourAgo::isAfter).isPresent()) {
      why.add("ended: planned for a time that has passed by over an hour");
      status = Optional.of(Status.ENDED);
    }
    return new Reading(
        Viewer.AMETHYST,
        HostPolicy.NAMED.hostOf(stream, author),
        status,
        playable(stream, status, why),
        status.isPresent(),
        true,
        why);
  }

  /** Two of them compare the word as it is written. */
  private static Optional<Status> exactStatus(LiveStream stream, List<String> why) {
    String written = written(stream);
    Optional<Status> status = stream.status().filter(known -> known.tagValue().equals(written));
    if (status.isEmpty()) {
      why.add("no status that it knows: '" + written + "'");
    }
    return status;
  }

  private static String written(LiveStream stream) {
    return stream.tags().stream()
        .filter(tag -> tag.name().equals("status"))
        .map(Tag::value)
        .findFirst()
        .orElse("");
  }

  private static boolean playable(LiveStream stream, Optional<Status> status, List<String> why) {
    if (!status.equals(Optional.of(Status.ENDED))) {
      return plays(stream, why);
    }
    boolean recorded = stream.recording().isPresent();
    if (!recorded) {
      why.add("nothing to play: ended without a recording");
    }
    return recorded;
  }

  private static boolean plays(LiveStream stream, List<String> why) {
    boolean hls = stream.streaming().stream().anyMatch(StreamLint::isHls);
    if (!hls) {
      why.add("nothing to play: no streaming URL whose path contains .m3u8");
    }
    return hls;
  }

  private static boolean withinTimes(LiveStream stream, Instant now, List<String> why) {
    boolean before = stream.starts().isPresent() && now.isBefore(stream.starts().get());
    boolean after = stream.ends().isPresent() && now.isAfter(stream.ends().get());
    if (before || after) {
      why.add("chat of now is hidden: " + (before ? "before starts" : "after ends"));
    }
    return !before && !after;
  }

  /** As browsers read URLs, which is more leniently than RFC 3986. */
  private static boolean isHls(String url) {
    Matcher parts = WEB_URL.matcher(url);
    return parts.matches() && parts.group(2) != null && parts.group(2).contains(".m3u8");
  }

  private static boolean isLoopback(String url) {
    Matcher parts = WEB_URL.matcher(url);
    return parts.matches()
        && (parts.group(1).startsWith("127.0.0.1") || parts.group(1).startsWith("localhost"));
  }

  /** What can be wrong, rule by rule. */
  private static final class Rules {
    private final Event event;
    private final LiveStream stream;
    private final Instant now;
    private final List<Finding> findings;
    private final boolean live;
    private final boolean ended;

    Rules(Event event, LiveStream stream, Instant now, List<Finding> findings) {
      this.event = event;
      this.stream = stream;
      this.now = now;
      this.findings = findings;
      this.live = stream.status().equals(Optional.of(Status.LIVE));
      this.ended = stream.status().equals(Optional.of(Status.ENDED));
    }

    void all() {
      identity();
      status();
      times();
      media();
      people();
      places();
      spelling();
    }

    private void error(String field, String problem) {
      findings.add(new Finding(Severity.ERROR, field, problem));
    }

    private void warning(String field, String problem) {
      findings.add(new Finding(Severity.WARNING, field, problem));
    }

    private void hint(String field, String problem) {
      findings.add(new Finding(Severity.HINT, field, problem));
    }

    private long count(String name) {
      return event.tags(name).count();
    }

    private void identity() {
      if (stream.identifier().isEmpty()) {
        error("d", "is missing: every stream of its author would be the same");
      }
      if (count("d") > 1) {
        warning("d", "appears " + count("d") + " times: the first one counts");
      }
      if (stream.title().isEmpty()) {
        warning("title", "is missing");
      }
      if (stream.summary().isEmpty() && !stream.content().isBlank()) {
        hint("summary", "is missing: the text in content is read by few");
      }
      if (stream.image().isEmpty()) {
        hint("image", "is missing: lists show an empty card");
      }
      if (event.tag("thumb").isPresent() && stream.image().isEmpty()) {
        warning("thumb", "without image is read by few");
      }
      if (event.tag("alt").isEmpty()) {
        hint("alt", "is missing: other clients show nothing");
      }
    }

    private void status() {
      String written = written(stream);
      if (written.isEmpty()) {
        error("status", "is missing: planned, live or ended");
      } else if (stream.status().isEmpty()) {
        error("status", "'" + written + "' is none of planned, live, ended");
      } else if (!stream.status().get().tagValue().equals(written)) {
        error(
            "status",
            "'" + written + "' is not in lower case: the web app and Amethyst know no such status");
      }
      if (StalePolicy.NIP_53.isStale(stream, now)) {
        warning("created_at", "live without an update for over an hour: clients may call it ended");
      }
      if (Instant.ofEpochSecond(event.createdAt()).isAfter(now.plus(AHEAD))) {
        error("created_at", "over 15 minutes ahead: relays refuse it");
      }
    }

    private void times() {
      if (live && stream.starts().isEmpty()) {
        warning("starts", "is missing: lists cannot order it, uptime is unknown");
      }
      if (live && stream.starts().isPresent() && now.isBefore(stream.starts().get())) {
        warning("starts", "is ahead though it is live: chat stays hidden until then");
      }
      if (!ended && stream.ends().isPresent()) {
        warning("ends", "belongs to an ended stream: chat after it is hidden");
      }
      if (ended && stream.ends().isEmpty()) {
        warning("ends", "is missing though it ended");
      }
      if (stream.starts().isPresent()
          && stream.ends().isPresent()
          && stream.ends().get().isBefore(stream.starts().get())) {
        error("ends", "is before starts");
      }
      if (!live && stream.currentParticipants().isPresent()) {
        hint("current_participants", "belongs to a live stream");
      }
    }

    private void media() {
      if (live && stream.streaming().isEmpty()) {
        error("streaming", "is missing though it is live");
      } else if (!stream.streaming().isEmpty() && !isHls(stream.streaming().getFirst())) {
        warning("streaming", "the first URL is no HLS: " + stream.streaming().getFirst());
      }
      if (stream.streaming().stream().anyMatch(url -> url.startsWith("http://"))) {
        warning("streaming", "http:// is blocked on pages served by https");
      }
      if (!ended && stream.recording().isPresent()) {
        warning("recording", "belongs to an ended stream");
      }
    }

    private void people() {
      List<Participant> people = stream.participants();
      Optional<Participant> host = stream.host();
      if (host.isEmpty()) {
        warning("p", "nobody has the role host: viewers take the author");
      } else if (!host.get().role().equals(Participant.HOST)) {
        warning(
            "p",
            "the role '" + host.get().role() + "' is not in lower case: one viewer reads no other");
      }
      if (host.isPresent() && !people.getFirst().equals(host.get())) {
        hint("p", "the host is not the first");
      }
      if (host.isPresent()
          && !host.get().key().equals(event.author())
          && !host.get().agreedTo(stream.addressBy(event.author()))) {
        warning("p", "the host is not the author and has given no proof");
      }
      for (Participant guest : people) {
        if (!guest.proof().isEmpty() && !guest.agreedTo(stream.addressBy(event.author()))) {
          error("p", "the proof of " + guest.key().npub() + " is wrong");
        }
      }
      if (people.size() >= MANY_PARTICIPANTS) {
        warning("p", people.size() + " participants: name fewer than " + MANY_PARTICIPANTS);
      }
    }

    private void places() {
      if (count("relays") > 1) {
        warning("relays", "appears " + count("relays") + " times: write one tag with all URLs");
      }
      if (stream.relays().isEmpty()) {
        hint("relays", "is missing: viewers look for the chat where they happen to be");
      }
      stream.relays().stream()
          .filter(url -> !url.startsWith("wss://") && !url.startsWith("ws://"))
          .forEach(url -> warning("relays", url + " is no relay's URL"));
      for (Tag pinned : event.tags("pinned").toList()) {
        if (!isId(pinned.value())) {
          warning("pinned", pinned.value() + " is no event's id");
        }
      }
      stream
          .goalText()
          .filter(goal -> !isId(goal))
          .ifPresent(
              goal -> hint("goal", "free text: viewers show the goal of an event's id alone"));
    }

    private void spelling() {
      if (event.tag("url").isPresent() && event.tag("recording").isEmpty()) {
        hint("url", "is a synonym of recording that not all read");
      }
      if (event.tag("content_warning").isPresent()) {
        warning("content_warning", "is read by few: write content-warning");
      }
    }

    private static boolean isId(String text) {
      try {
        return text.length() == 64 && EventId.parse(text).hex().equals(text);
      } catch (InvalidEvent no) {
        return false;
      }
    }
  }
}
