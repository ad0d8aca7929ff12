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

/**
 * A short cut out of a stream, kind 1313.
 *
 * @param event the whole event
 * @param stream what it was cut out of
 * @param host whose stream it is
 * @param title its title; may be empty
 * @param video the video's URL
 */
public record Clip(Event event, EventAddress stream, PublicKey host, String title, String video) {

  /**
   * Reads an event of kind 1313.
   *
   * @throws InvalidEvent naming the tag at fault
   */
  public static Clip parse(Event event) {
    Tags tags = Tags.of(event, Kind.CLIP);
    return new Clip(
        event,
        tags.root(),
        PublicKey.parse(tags.require("p")),
        tags.text("title").orElse(""),
        tags.require("r"));
  }

  /**
   * What to sign.
   *
   * @throws InvalidEvent when the video is no web URL or the title is blank
   */
  public static EventTemplate of(
      EventAddress stream, PublicKey host, String title, String video, Instant now) {
    if (!video.startsWith("https://") && !video.startsWith("http://")) {
      throw new InvalidEvent("r", "expected a video's URL, https://…");
    }
    if (title.isBlank()) {
      throw new InvalidEvent("title", "is missing");
    }
    return new EventTemplate(
        now.getEpochSecond(),
        Kind.CLIP,
        List.of(
            Tags.address(stream, "root"),
            Tag.of("p", host.hex()),
            Tag.of("r", video),
            Tag.of("title", title),
            Tag.of("alt", "Clip of a live stream: " + title)),
        title);
  }
}
