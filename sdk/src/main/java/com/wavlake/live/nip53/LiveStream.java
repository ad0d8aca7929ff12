package com.wavlake.live.nip53;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A live stream, kind 30311 (NIP-53). Immutable and lossless: it keeps every tag in its order, also
 * those it does not know, so that editing what another program wrote changes only what is named.
 */
public final class LiveStream {

  /** Where a stream stands. */
  public enum Status {
    /** Announced. */
    PLANNED,
    /** On air. */
    LIVE,
    /** Over. */
    ENDED;

    /** As in the tag: lower case. */
    public String tagValue() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Status> of(String value) {
      return Stream.of(values())
          .filter(status -> status.tagValue().equalsIgnoreCase(value))
          .findFirst();
    }
  }

  private static final Pattern HEX_ID = Pattern.compile("[0-9a-f]{64}");

  /** The order in which a new event's tags are written. */
  private static final List<String> ORDER =
      List.of(
          "d",
          "title",
          "summary",
          "image",
          "thumb",
          "streaming",
          "recording",
          "starts",
          "ends",
          "status",
          "current_participants",
          "total_participants",
          "p",
          "t",
          "goal",
          "pinned",
          "content-warning",
          "service",
          "relays",
          "alt");

  private final Tags tags;
  private final String content;
  private final long createdAt;

  private LiveStream(Tags tags, String content, long createdAt) {
    this.tags = tags;
    this.content = content;
    this.createdAt = createdAt;
  }

  /**
   * Reads an event of kind 30311.
   *
   * @throws InvalidEvent naming the tag at fault
   */
  public static LiveStream parse(Event event) {
    LiveStream stream =
        new LiveStream(Tags.of(event, Kind.LIVE_STREAM), event.content(), event.createdAt());
    var unused =
        List.of(
            stream.currentParticipants(),
            stream.totalParticipants(),
            stream.starts(),
            stream.ends(),
            stream.participants());
    return stream;
  }

  /**
   * An identifier for a session of {@code author} that no server named: {@code
   * stream-<seconds>-<first 8 hex digits of the key>}.
   */
  public static String newIdentifier(PublicKey author, Instant now) {
    return "stream-" + now.getEpochSecond() + "-" + author.hex().substring(0, 8);
  }

  /** Starts a new one; the identifier is the {@code d} tag. */
  public static Builder builder(String identifier) {
    return new Builder(List.of(), "", 0).put("d", identifier);
  }

  /**
   * Starts an edit of this one: what is not named stays as it is, and {@code created_at} will be
   * later.
   */
  public Builder toBuilder() {
    return new Builder(tags.list(), content, createdAt);
  }

  /** The {@code d} tag. */
  public String identifier() {
    return tags.identifier();
  }

  /** The title. */
  public Optional<String> title() {
    return tags.text("title");
  }

  /** What it is about. */
  public Optional<String> summary() {
    return tags.text("summary");
  }

  /** The picture's URL. */
  public Optional<String> image() {
    return tags.text("image");
  }

  /** Where to watch, best first. */
  public List<String> streaming() {
    return tags.values("streaming");
  }

  /** Where to watch it afterwards; {@code url} is read as a synonym. */
  public Optional<String> recording() {
    return tags.text("recording").or(() -> tags.text("url"));
  }

  /** When it starts or started. */
  public Optional<Instant> starts() {
    return tags.instant("starts");
  }

  /** When it ended. */
  public Optional<Instant> ends() {
    return tags.instant("ends");
  }

  /** The status, in any case of letters; empty when missing or unknown. */
  public Optional<Status> status() {
    return tags.text("status").flatMap(Status::of);
  }

  /** How many take part now. */
  public OptionalInt currentParticipants() {
    return tags.count("current_participants");
  }

  /** How many took part in all. */
  public OptionalInt totalParticipants() {
    return tags.count("total_participants");
  }

  /** Who is on stage, in order. */
  public List<Participant> participants() {
    return tags.participants();
  }

  /** The host by role, else nobody: {@code p} of any other role is no host. */
  public Optional<Participant> host() {
    return participants().stream().filter(Participant::isHost).findFirst();
  }

  /** Topics, in order. */
  public List<String> hashtags() {
    return tags.values("t");
  }

  /** Where the chat takes place, best first. */
  public List<String> relays() {
    return tags.flat("relays");
  }

  /** The reason when it is not for everybody; {@code content_warning} is read as a synonym. */
  public Optional<String> contentWarning() {
    return tags.text("content-warning").or(() -> tags.text("content_warning"));
  }

  /** The zap goal's event (NIP-75); empty when there is none, or it is free text. */
  public Optional<EventId> goal() {
    return goalText().filter(goal -> HEX_ID.matcher(goal).matches()).map(EventId::parse);
  }

  /** The goal as it is written: an event's id, or free text such as {@code 500 sats}. */
  public Optional<String> goalText() {
    return tags.text("goal");
  }

  /** Chat messages that the host pinned, in order. */
  public List<EventId> pinned() {
    return tags.values("pinned").stream()
        .filter(id -> HEX_ID.matcher(id).matches())
        .map(EventId::parse)
        .toList();
  }

  /** The base URL of the management API behind it. */
  public Optional<String> service() {
    return tags.text("service");
  }

  /** The event's content. */
  public String content() {
    return content;
  }

  /** Every tag in order. */
  public List<Tag> tags() {
    return tags.list();
  }

  /** Seconds since 1970 of the version that was read; 0 for one not yet published. */
  public long createdAt() {
    return createdAt;
  }

  /** Its address when {@code author} signs it, with its relays as hints. */
  public EventAddress addressBy(PublicKey author) {
    return new EventAddress(Kind.LIVE_STREAM, author, identifier(), relays());
  }

  /** Links to give to people, when {@code author} signs it: two viewers' pages and NIP-21's. */
  public List<String> linksBy(PublicKey author) {
    EventAddress address = addressBy(author);
    return List.of(
        "https://zap.stream/" + address.naddr(),
        "https://njump.me/" + address.naddr(),
        address.uri());
  }

  /**
   * What to sign: stamped {@code now}, or one second after the version that this replaces,
   * whichever is later.
   */
  public EventTemplate toTemplate(Instant now) {
    return new EventTemplate(
        Math.max(now.getEpochSecond(), createdAt + 1), Kind.LIVE_STREAM, tags.list(), content);
  }

  /** Edits tags in place; a tag that is new goes where NIP-53's usual order has it. */
  public static final class Builder {
    private final Tags.Editor tags;
    private final long createdAt;
    private String content;

    private Builder(List<Tag> tags, String content, long createdAt) {
      this.tags = new Tags.Editor(tags, ORDER);
      this.content = content;
      this.createdAt = createdAt;
    }

    /** The title. */
    public Builder title(String title) {
      return put("title", title);
    }

    /** What it is about: the summary, and the content that older clients read. */
    public Builder description(String text) {
      content = text;
      return put("summary", text);
    }

    /** The picture's URL; empty removes it. */
    public Builder image(String url) {
      return put("image", url);
    }

    /** Where to watch: an HLS URL. */
    public Builder streaming(String url) {
      return put("streaming", url);
    }

    /** When it will start. */
    public Builder starts(Instant when) {
      return put("starts", Long.toString(when.getEpochSecond()));
    }

    /** The base URL of the management API behind it. */
    public Builder service(String url) {
      return put("service", url);
    }

    /** For people whose client knows no live streams. */
    public Builder alt(String text) {
      return put("alt", text);
    }

    /** Why it is not for everybody; empty removes it. */
    public Builder contentWarning(String reason) {
      tags.put("content-warning", "content_warning", true, reason);
      return this;
    }

    /** A zap goal's event id, or free text; empty removes it. */
    public Builder goal(String goal) {
      return put("goal", goal);
    }

    /** The zap goal's event (NIP-75), in place of what is there. */
    public Builder goal(EventId goal) {
      return goal(goal.hex());
    }

    /** Topics in order, in place of those there. */
    public Builder hashtags(List<String> topics) {
      tags.replaceAll("t", topics);
      return this;
    }

    /** Chat messages to pin, in place of those there. */
    public Builder pinned(List<EventId> messages) {
      tags.replaceAll("pinned", messages.stream().map(EventId::hex).toList());
      return this;
    }

    /** Where the chat takes place, best first: one tag. */
    public Builder relays(List<String> urls) {
      tags.replaceFlat("relays", urls);
      return this;
    }

    /** Makes {@code host} the first participant; others stay behind. */
    public Builder host(Participant host) {
      tags.putFirst(host);
      return this;
    }

    /** Adds somebody after those there, or renews their entry. */
    public Builder participant(Participant participant) {
      tags.put(participant);
      return this;
    }

    /** Announced, not yet on air. */
    public Builder planned() {
      return status(Status.PLANNED);
    }

    /** On air: {@code starts} becomes {@code now} unless it was live already. */
    public Builder live(Instant now) {
      boolean was = tags.text("status").filter("live"::equalsIgnoreCase).isPresent();
      if (!was) {
        starts(now);
      }
      return status(Status.LIVE);
    }

    /** Over, at {@code now}. */
    public Builder ended(Instant now) {
      return status(Status.ENDED).put("ends", Long.toString(now.getEpochSecond()));
    }

    /** How many watch now; written while live alone. */
    public Builder currentParticipants(int count) {
      tags.put("current_participants", count);
      return this;
    }

    /** How many took part in all. */
    public Builder totalParticipants(int count) {
      tags.put("total_participants", count);
      return this;
    }

    /** Where to watch it afterwards; written once ended alone. */
    public Builder recording(String url) {
      tags.put("recording", "url", true, url);
      return this;
    }

    /**
     * The stream, without what its status forbids: {@code ends} and {@code recording} belong to
     * ended ones, {@code current_participants} to live ones.
     *
     * @throws InvalidEvent when something that its status needs is missing
     */
    public LiveStream build() {
      Tags.Editor built = new Tags.Editor(tags.tags().list(), ORDER);
      Optional<Status> status = built.text("status").flatMap(Status::of);
      if (status.isPresent() && status.get() != Status.ENDED) {
        built.remove("ends");
        built.remove("recording");
      }
      if (status.isPresent() && status.get() != Status.LIVE) {
        built.remove("current_participants");
      }
      built.require("d");
      built.require("status");
      if (status.isPresent() && status.get() == Status.LIVE) {
        built.require("streaming");
      }
      return new LiveStream(built.tags(), content, createdAt);
    }

    private Builder status(Status status) {
      return put("status", status.tagValue());
    }

    private Builder put(String name, String value) {
      tags.put(name, value);
      return this;
    }
  }
}
