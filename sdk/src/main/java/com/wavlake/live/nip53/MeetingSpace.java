package com.wavlake.live.nip53;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A room for meetings, kind 30312 (NIP-53), and as nests writes it: {@code title} for {@code room},
 * {@code streaming} and {@code auth}, and a live stream's statuses. Immutable and lossless.
 */
public final class MeetingSpace {

  /** Who may enter. */
  public enum Status {
    /** Everybody. */
    OPEN,
    /** Those invited. */
    PRIVATE,
    /** Nobody: not in operation. */
    CLOSED;

    private static Optional<Status> of(String written) {
      return switch (written.toLowerCase(Locale.ROOT)) {
        case "open", "live" -> Optional.of(OPEN); // the second word of each is nests'
        case "private" -> Optional.of(PRIVATE);
        case "closed", "ended", "planned" -> Optional.of(CLOSED);
        default -> Optional.empty();
      };
    }
  }

  private static final List<String> ORDER =
      List.of("d", "room", "summary", "image", "status", "service", "endpoint", "t", "p", "relays");

  private final Tags tags;
  private final String content;
  private final long createdAt;

  private MeetingSpace(Tags tags, String content, long createdAt) {
    this.tags = tags;
    this.content = content;
    this.createdAt = createdAt;
  }

  /**
   * Reads an event of kind 30312.
   *
   * @throws InvalidEvent naming the tag at fault
   */
  public static MeetingSpace parse(Event event) {
    Tags tags = Tags.of(event, Kind.MEETING_SPACE);
    var unused = tags.participants();
    return new MeetingSpace(tags, event.content(), event.createdAt());
  }

  /** Starts a new one. */
  public static Builder builder(String identifier) {
    Builder builder = new Builder(List.of(), "", 0);
    builder.tags.put("d", identifier);
    return builder;
  }

  /** Starts an edit: what is not named stays as it is. */
  public Builder toBuilder() {
    return new Builder(tags.list(), content, createdAt);
  }

  /** The {@code d} tag. */
  public String identifier() {
    return tags.identifier();
  }

  /** Its name. */
  public Optional<String> name() {
    return tags.text("room").or(() -> tags.text("title"));
  }

  /** What it is about. */
  public Optional<String> summary() {
    return tags.text("summary");
  }

  /** The picture's URL. */
  public Optional<String> image() {
    return tags.text("image");
  }

  /** Who may enter; empty when missing or unknown. */
  public Optional<Status> status() {
    return tags.text("status").flatMap(Status::of);
  }

  /** Where to enter. */
  public Optional<String> service() {
    return tags.text("service").or(() -> tags.text("streaming"));
  }

  /** The API that tells of it; nests' {@code auth} is read as a synonym. */
  public Optional<String> endpoint() {
    return tags.text("endpoint").or(() -> tags.text("auth"));
  }

  /** Topics, in order. */
  public List<String> hashtags() {
    return tags.values("t");
  }

  /** Who runs it and who may speak, in order. */
  public List<Participant> providers() {
    return tags.participants();
  }

  /** Where its events are found, best first. */
  public List<String> relays() {
    return tags.flat("relays");
  }

  /** Every tag in order. */
  public List<Tag> tags() {
    return tags.list();
  }

  /** Its address when {@code author} signs it. */
  public EventAddress addressBy(PublicKey author) {
    return new EventAddress(Kind.MEETING_SPACE, author, identifier(), relays());
  }

  /** What to sign, later than the version that it replaces. */
  public EventTemplate toTemplate(Instant now) {
    return new EventTemplate(
        Math.max(now.getEpochSecond(), createdAt + 1), Kind.MEETING_SPACE, tags.list(), content);
  }

  /** Edits tags in place. */
  public static final class Builder {
    private final Tags.Editor tags;
    private final String content;
    private final long createdAt;

    private Builder(List<Tag> tags, String content, long createdAt) {
      this.tags = new Tags.Editor(tags, ORDER);
      this.content = content;
      this.createdAt = createdAt;
    }

    /** Its name. */
    public Builder name(String name) {
      tags.put("room", "title", false, name);
      return this;
    }

    /** What it is about; empty removes it. */
    public Builder summary(String text) {
      tags.put("summary", text);
      return this;
    }

    /** The picture's URL; empty removes it. */
    public Builder image(String url) {
      tags.put("image", url);
      return this;
    }

    /** Who may enter. */
    public Builder status(Status status) {
      tags.put("status", status.name().toLowerCase(Locale.ROOT));
      return this;
    }

    /** Where to enter. */
    public Builder service(String url) {
      tags.put("service", "streaming", false, url);
      return this;
    }

    /** The API that tells of it; empty removes it. */
    public Builder endpoint(String url) {
      tags.put("endpoint", "auth", false, url);
      return this;
    }

    /** Topics in order, in place of those there. */
    public Builder hashtags(List<String> topics) {
      tags.replaceAll("t", topics);
      return this;
    }

    /** Adds somebody who runs it or may speak, or renews their entry. */
    public Builder provider(Participant provider) {
      tags.put(provider);
      return this;
    }

    /** Where its events are found, best first. */
    public Builder relays(List<String> urls) {
      tags.replaceFlat("relays", urls);
      return this;
    }

    /**
     * The space.
     *
     * @throws InvalidEvent when something that NIP-53 requires is missing: d, room, status, service
     *     or a host
     */
    public MeetingSpace build() {
      Stream.of("d", "status").forEach(tags::require);
      MeetingSpace space = new MeetingSpace(tags.tags(), content, createdAt);
      if (space.name().isEmpty()) {
        throw new InvalidEvent("room", "is missing");
      }
      if (space.service().isEmpty()) {
        throw new InvalidEvent("service", "is missing");
      }
      if (space.providers().stream().noneMatch(Participant::isHost)) {
        throw new InvalidEvent("p", "nobody has the role host");
      }
      return space;
    }
  }
}
