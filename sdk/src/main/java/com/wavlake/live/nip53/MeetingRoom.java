package com.wavlake.live.nip53;

import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A meeting in a space, kind 30313 (NIP-53). Immutable and lossless. */
public final class MeetingRoom {
  private static final List<String> ORDER =
      List.of(
          "d",
          "a",
          "title",
          "summary",
          "image",
          "starts",
          "ends",
          "status",
          "total_participants",
          "current_participants",
          "p");

  private final Tags tags;
  private final String content;
  private final long createdAt;

  private MeetingRoom(Tags tags, String content, long createdAt) {
    this.tags = tags;
    this.content = content;
    this.createdAt = createdAt;
  }

  /**
   * Reads an event of kind 30313.
   *
   * @throws InvalidEvent naming the tag at fault
   */
  public static MeetingRoom parse(Event event) {
    MeetingRoom room =
        new MeetingRoom(Tags.of(event, Kind.MEETING_ROOM), event.content(), event.createdAt());
    var unused =
        List.of(
            room.space(),
            room.starts(),
            room.ends(),
            room.currentParticipants(),
            room.totalParticipants(),
            room.participants());
    return room;
  }

  /** Starts a new one in {@code space}. */
  public static Builder builder(String identifier, EventAddress space) {
    Builder builder = new Builder(List.of(), "", 0);
    builder.tags.put("d", identifier);
    builder.tags.insert(Tags.address(space, ""));
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

  /** Where it takes place. */
  public EventAddress space() {
    return tags.root();
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

  /** When it starts or started. */
  public Optional<Instant> starts() {
    return tags.instant("starts");
  }

  /** When it ended, or will. */
  public Optional<Instant> ends() {
    return tags.instant("ends");
  }

  /** The status; empty when missing or unknown. */
  public Optional<Status> status() {
    return tags.text("status").flatMap(Status::of);
  }

  /** How many take part now. */
  public OptionalInt currentParticipants() {
    return tags.count("current_participants");
  }

  /** How many are registered. */
  public OptionalInt totalParticipants() {
    return tags.count("total_participants");
  }

  /** Who takes part, in order. */
  public List<Participant> participants() {
    return tags.participants();
  }

  /** Every tag in order. */
  public List<Tag> tags() {
    return tags.list();
  }

  /** Its address when {@code author} signs it. */
  public EventAddress addressBy(PublicKey author) {
    return new EventAddress(Kind.MEETING_ROOM, author, identifier(), space().relays());
  }

  /** What to sign, later than the version that it replaces. */
  public EventTemplate toTemplate(Instant now) {
    return new EventTemplate(
        Math.max(now.getEpochSecond(), createdAt + 1), Kind.MEETING_ROOM, tags.list(), content);
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

    /** The title. */
    public Builder title(String title) {
      tags.put("title", title);
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

    /** When it starts. */
    public Builder starts(Instant when) {
      tags.put("starts", when);
      return this;
    }

    /** When it ends. */
    public Builder ends(Instant when) {
      tags.put("ends", when);
      return this;
    }

    /** The status. */
    public Builder status(Status status) {
      tags.put("status", status.tagValue());
      return this;
    }

    /** How many take part now. */
    public Builder currentParticipants(int count) {
      tags.put("current_participants", count);
      return this;
    }

    /** How many are registered. */
    public Builder totalParticipants(int count) {
      tags.put("total_participants", count);
      return this;
    }

    /** Adds somebody, or renews their entry. */
    public Builder participant(Participant participant) {
      tags.put(participant);
      return this;
    }

    /**
     * The meeting.
     *
     * @throws InvalidEvent when something that NIP-53 requires is missing: d, a, title, starts or
     *     status
     */
    public MeetingRoom build() {
      Stream.of("d", "a", "title", "starts", "status").forEach(tags::require);
      return new MeetingRoom(tags.tags(), content, createdAt);
    }
  }
}
