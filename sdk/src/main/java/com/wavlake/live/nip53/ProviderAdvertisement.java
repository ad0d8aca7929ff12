package com.wavlake.live.nip53;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.List;

/**
 * An ingest server makes itself known, kind 31990 (NIP-89) with {@code k} 30311.
 *
 * @param identifier the {@code d} tag
 * @param name what it is called
 * @param about what it is; may be empty
 * @param picture its picture's URL; may be empty
 * @param apiUrl base URL of its management API: the content's {@code website}
 * @param api which API it speaks: the {@code i} tag behind {@code api:}
 */
public record ProviderAdvertisement(
    String identifier, String name, String about, String picture, String apiUrl, String api) {
  /** The API of this project, as the {@code i} tag names it. */
  public static final String API = "wlk";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "api:";

  /** Requires a name and a web URL. */
  public ProviderAdvertisement {
    if (name.isBlank()) {
      throw new InvalidEvent("name", "is missing");
    }
    if (!apiUrl.startsWith("https://") && !apiUrl.startsWith("http://")) {
      throw new InvalidEvent("website", "expected the API's base URL, https://…");
    }
  }

  /**
   * Reads an event of kind 31990 that handles live streams.
   *
   * @throws InvalidEvent when it handles something else, or naming the part at fault
   */
  public static ProviderAdvertisement parse(Event event) {
    Tags tags = Tags.of(event, Kind.HANDLER);
    if (!tags.values("k").contains(Integer.toString(Kind.LIVE_STREAM))) {
      throw new InvalidEvent("k", "it does not handle kind " + Kind.LIVE_STREAM);
    }
    JsonNode about;
    try {
      about = JSON.readTree(event.content());
    } catch (JsonProcessingException e) {
      throw new InvalidEvent("content", "not JSON: " + e.getOriginalMessage());
    }
    return new ProviderAdvertisement(
        event.identifier(),
        about.path("name").asText(""),
        about.path("about").asText(""),
        about.path("picture").asText(""),
        about.path("website").asText(""),
        tags.values("i").stream()
            .filter(i -> i.startsWith(PREFIX))
            .map(i -> i.substring(PREFIX.length()))
            .findFirst()
            .orElse(""));
  }

  /** What the provider signs. Tags of its own making are not kept: it is written anew. */
  public EventTemplate toTemplate(Instant now) {
    return toTemplate(now, 0);
  }

  /**
   * The same in place of an earlier one, within the same second too.
   *
   * @param previous {@code created_at} of the one that it replaces
   */
  public EventTemplate toTemplate(Instant now, long previous) {
    ObjectNode content = JSON.createObjectNode().put("name", name);
    if (!about.isEmpty()) {
      content.put("about", about);
    }
    if (!picture.isEmpty()) {
      content.put("picture", picture);
    }
    content.put("website", apiUrl);
    List<Tag> tags =
        List.of(
            Tag.of("d", identifier),
            Tag.of("k", Integer.toString(Kind.LIVE_STREAM)),
            Tag.of("i", PREFIX + api),
            Tag.of("alt", "Live streaming provider: " + name));
    return new EventTemplate(
        Math.max(now.getEpochSecond(), previous + 1), Kind.HANDLER, tags, content.toString());
  }
}
