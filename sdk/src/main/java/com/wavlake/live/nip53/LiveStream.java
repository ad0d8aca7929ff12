package com.wavlake.live.nip53;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
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

  private final List<Tag> tags;
  private final String content;
  private final long createdAt;

  private LiveStream(List<Tag> tags, String content, long createdAt) {
    this.tags = List.copyOf(tags);
    this.content = content;
    this.createdAt = createdAt;
  }

  /**
   * Reads an event of kind 30311.
   *
   * @throws InvalidEvent naming the tag at fault
   */
  public static LiveStream parse(Event event) {
    if (event.kind() != Kind.LIVE_STREAM) {
      throw new InvalidEvent("kind", event.kind() + " is not " + Kind.LIVE_STREAM);
    }
    LiveStream stream = new LiveStream(event.tags(), event.content(), event.createdAt());
    stream.number("current_participants");
    stream.number("starts");
    stream.number("ends");
    var unused = stream.participants();
    return stream;
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
    return new Builder(tags, content, createdAt);
  }

  /** The {@code d} tag. */
  public String identifier() {
    return text("d").orElse("");
  }

  /** The title. */
  public Optional<String> title() {
    return text("title");
  }

  /** What it is about. */
  public Optional<String> summary() {
    return text("summary");
  }

  /** The picture's URL. */
  public Optional<String> image() {
    return text("image");
  }

  /** Where to watch, best first. */
  public List<String> streaming() {
    return all("streaming").map(Tag::value).filter(Predicate.not(String::isEmpty)).toList();
  }

  /** Where to watch it afterwards; {@code url} is read as a synonym. */
  public Optional<String> recording() {
    return text("recording").or(() -> text("url"));
  }

  /** When it starts or started. */
  public Optional<Instant> starts() {
    return number("starts").map(Instant::ofEpochSecond);
  }

  /** When it ended. */
  public Optional<Instant> ends() {
    return number("ends").map(Instant::ofEpochSecond);
  }

  /** The status, in any case of letters; empty when missing or unknown. */
  public Optional<Status> status() {
    return text("status").flatMap(Status::of);
  }

  /** How many take part now. */
  public OptionalInt currentParticipants() {
    Optional<Long> count = number("current_participants");
    return count.isPresent() ? OptionalInt.of(Math.toIntExact(count.get())) : OptionalInt.empty();
  }

  /** Who is on stage, in order. */
  public List<Participant> participants() {
    return all("p").map(Participant::of).toList();
  }

  /** The host by role, else nobody: {@code p} of any other role is no host. */
  public Optional<Participant> host() {
    return participants().stream().filter(Participant::isHost).findFirst();
  }

  /** Topics, in order. */
  public List<String> hashtags() {
    return all("t").map(Tag::value).toList();
  }

  /** Where the chat takes place, best first. */
  public List<String> relays() {
    return all("relays").flatMap(tag -> tag.values().stream().skip(1)).toList();
  }

  /** The reason when it is not for everybody; {@code content_warning} is read as a synonym. */
  public Optional<String> contentWarning() {
    return text("content-warning").or(() -> text("content_warning"));
  }

  /** The base URL of the management API behind it. */
  public Optional<String> service() {
    return text("service");
  }

  /** The event's content. */
  public String content() {
    return content;
  }

  /** Every tag in order. */
  public List<Tag> tags() {
    return tags;
  }

  /** Seconds since 1970 of the version that was read; 0 for one not yet published. */
  public long createdAt() {
    return createdAt;
  }

  /** Its address when {@code author} signs it, with its relays as hints. */
  public EventAddress addressBy(PublicKey author) {
    return new EventAddress(Kind.LIVE_STREAM, author, identifier(), relays());
  }

  /**
   * What to sign: stamped {@code now}, or one second after the version that this replaces,
   * whichever is later.
   */
  public EventTemplate toTemplate(Instant now) {
    return new EventTemplate(
        Math.max(now.getEpochSecond(), createdAt + 1), Kind.LIVE_STREAM, tags, content);
  }

  private Stream<Tag> all(String name) {
    return tags.stream().filter(tag -> tag.name().equals(name));
  }

  private Optional<String> text(String name) {
    return all(name).map(Tag::value).filter(Predicate.not(String::isEmpty)).findFirst();
  }

  private Optional<Long> number(String name) {
    try {
      return text(name).map(Long::valueOf).filter(n -> n >= 0 && n <= Integer.MAX_VALUE * 128L);
    } catch (NumberFormatException e) {
      throw new InvalidEvent(name, "not a number: " + text(name).orElse(""));
    }
  }

  /** Edits tags in place; a tag that is new goes where NIP-53's usual order has it. */
  public static final class Builder {
    private final List<Tag> tags;
    private final long createdAt;
    private String content;

    private Builder(List<Tag> tags, String content, long createdAt) {
      this.tags = new ArrayList<>(tags);
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
      return put("content-warning", reason);
    }

    /** A zap goal's event id, or free text; empty removes it. */
    public Builder goal(String goal) {
      return put("goal", goal);
    }

    /** Topics in order, in place of those there. */
    public Builder hashtags(List<String> topics) {
      return replace("t", topics.stream().distinct().map(topic -> Tag.of("t", topic)).toList());
    }

    /** Where the chat takes place, best first: one tag. */
    public Builder relays(List<String> urls) {
      return replace(
          "relays",
          urls.isEmpty() ? List.of() : List.of(Tag.of("relays", urls.toArray(String[]::new))));
    }

    /** Makes {@code host} the first participant; others stay behind. */
    public Builder host(Participant host) {
      List<Tag> participants = new ArrayList<>();
      participants.add(host.toTag());
      tags.stream()
          .filter(tag -> tag.name().equals("p") && !tag.value().equals(host.key().hex()))
          .forEach(participants::add);
      return replace("p", participants);
    }

    /** Adds somebody after those there. */
    public Builder participant(Participant participant) {
      insert(participant.toTag());
      return this;
    }

    /** Announced, not yet on air. */
    public Builder planned() {
      return status(Status.PLANNED);
    }

    /** On air: {@code starts} becomes {@code now} unless it was live already. */
    public Builder live(Instant now) {
      boolean was =
          tags.stream()
              .anyMatch(t -> t.name().equals("status") && t.value().equalsIgnoreCase("live"));
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
      return put("current_participants", Integer.toString(count));
    }

    /** Where to watch it afterwards; written once ended alone. */
    public Builder recording(String url) {
      return put("recording", url);
    }

    /**
     * The stream, without what its status forbids: {@code ends} and {@code recording} belong to
     * ended ones, {@code current_participants} to live ones.
     *
     * @throws InvalidEvent when something that its status needs is missing
     */
    public LiveStream build() {
      Optional<Status> status = value("status").flatMap(Status::of);
      if (status.isPresent() && status.get() != Status.ENDED) {
        replace("ends", List.of()).replace("recording", List.of());
      }
      if (status.isPresent() && status.get() != Status.LIVE) {
        replace("current_participants", List.of());
      }
      require("d");
      require("status");
      if (status.isPresent() && status.get() == Status.LIVE) {
        require("streaming");
      }
      return new LiveStream(tags, content, createdAt);
    }

    private void require(String name) {
      if (value(name).isEmpty()) {
        throw new InvalidEvent(name, "is missing");
      }
    }

    private Optional<String> value(String name) {
      return tags.stream()
          .filter(tag -> tag.name().equals(name))
          .map(Tag::value)
          .filter(Predicate.not(String::isEmpty))
          .findFirst();
    }

    private Builder status(Status status) {
      return put("status", status.tagValue());
    }

    /**
     * Sets the first tag of that name where it stands, or inserts it; an empty value removes all of
     * that name.
     */
    private Builder put(String name, String value) {
      if (value.isEmpty()) {
        return replace(name, List.of());
      }
      for (int i = 0; i < tags.size(); i++) {
        if (tags.get(i).name().equals(name)) {
          tags.set(i, tags.get(i).withValue(value));
          return this;
        }
      }
      insert(Tag.of(name, value));
      return this;
    }

    /**
     * Puts {@code replacements} where the first tag of that name stood, and drops the others of
     * that name.
     */
    private Builder replace(String name, List<Tag> replacements) {
      int at = -1;
      for (int i = 0; i < tags.size(); i++) {
        if (tags.get(i).name().equals(name)) {
          at = i;
          break;
        }
      }
      tags.removeIf(tag -> tag.name().equals(name));
      if (at >= 0) {
        tags.addAll(at, replacements);
      } else {
        replacements.forEach(this::insert);
      }
      return this;
    }

    private void insert(Tag tag) {
      int rank = ORDER.indexOf(tag.name());
      int at = tags.size();
      while (at > 0 && ORDER.indexOf(tags.get(at - 1).name()) > rank) {
        at--;
      }
      tags.add(at, tag);
    }
  }
}
