package com.wavlake.live.api;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Sha256;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.Signer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** HTTP authorisation by a signed event (NIP-98): both ends of it. */
public final class Nip98 {
  /** How far the two clocks may be apart. */
  public static final Duration WINDOW = Duration.ofSeconds(60);

  private static final String SCHEME = "Nostr ";
  private static final int MAX_HEADER_CHARACTERS = 8_192;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Nip98() {}

  /**
   * The value of an {@code Authorization} header. A random nonce makes honest repeats within a
   * second differ.
   *
   * @param url absolute, with its query
   * @param body the raw body, empty for none
   */
  public static String authorization(
      Signer signer, String method, String url, byte[] body, Instant now) {
    byte[] nonce = new byte[8];
    RANDOM.nextBytes(nonce);
    List<Tag> tags = new ArrayList<>();
    tags.add(Tag.of("u", url));
    tags.add(Tag.of("method", method));
    if (body.length > 0) {
      tags.add(Tag.of("payload", Sha256.hex(body)));
    }
    tags.add(Tag.of("nonce", HexFormat.of().formatHex(nonce)));
    Event event = signer.sign(new EventTemplate(now.getEpochSecond(), Kind.HTTP_AUTH, tags, ""));
    return SCHEME
        + Base64.getEncoder().encodeToString(event.toJson().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The verified event of a header, right for this request. Replay is the caller's to refuse, by
   * the event's id.
   *
   * @throws InvalidEvent naming what is wrong; {@code created_at} when the clocks are too far apart
   */
  public static Event verify(String header, String method, String url, byte[] body, Instant now) {
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || header.length() > MAX_HEADER_CHARACTERS) {
      throw new InvalidEvent("Authorization", "expected the scheme Nostr and a base64 event");
    }
    Event event;
    try {
      byte[] json = Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
      event = Event.parse(new String(json, StandardCharsets.UTF_8));
    } catch (InvalidEvent e) { // about created_at is said below what is about clocks
      throw new InvalidEvent("Authorization", String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new InvalidEvent("Authorization", "not base64");
    }
    if (event.kind() != Kind.HTTP_AUTH) {
      throw new InvalidEvent("kind", event.kind() + " is not " + Kind.HTTP_AUTH);
    }
    require("u", event, url);
    require("method", event, method);
    String payload = event.tag("payload").map(Tag::value).orElse("");
    if (body.length > 0
        ? !payload.equals(Sha256.hex(body))
        : !payload.isEmpty() && !payload.equals(Sha256.hex(body))) {
      throw new InvalidEvent("payload", "is not the SHA-256 of the body");
    }
    if (!event.verify()) {
      throw new InvalidEvent("sig", "id or signature is wrong");
    }
    long apart = event.createdAt() - now.getEpochSecond();
    if (Math.abs(apart) > WINDOW.toSeconds()) {
      throw new InvalidEvent(
          "created_at",
          "your clock is " + Math.abs(apart) + " s " + (apart > 0 ? "ahead" : "behind"));
    }
    return event;
  }

  private static void require(String tag, Event event, String expected) {
    String value = event.tag(tag).map(Tag::value).orElse("");
    if (!value.equals(expected)) {
      throw new InvalidEvent(tag, "is '" + value + "', this request is '" + expected + "'");
    }
  }
}
