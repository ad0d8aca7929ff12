package com.wavlake.live.nostr;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a client says to a relay (NIP-01, 42, 45): decode and encode side by side. */
public sealed interface ClientMessage {

  /** {@code ["EVENT", event]}: publish. */
  record Publish(Event event) implements ClientMessage {
    @Override
    public String toJson() {
      return new CanonicalJson(1024).raw("[\"EVENT\",").event(event).raw("]").toString();
    }
  }

  /** {@code ["REQ", subscription, filter…]}: stored events, then live ones. */
  record Req(String subscription, List<Filter> filters) implements ClientMessage {
    /** At least one filter. */
    public Req {
      checkSubscription(subscription);
      filters = Filter.nonEmpty(filters);
    }

    @Override
    public String toJson() {
      CanonicalJson out = new CanonicalJson(512).raw("[\"REQ\",").string(subscription);
      filters.forEach(filter -> filter.write(out.raw(",")));
      return out.raw("]").toString();
    }
  }

  /** {@code ["COUNT", query, filter…]}: how many stored events match (NIP-45). */
  record Count(String query, List<Filter> filters) implements ClientMessage {
    /** At least one filter. */
    public Count {
      checkSubscription(query);
      filters = Filter.nonEmpty(filters);
    }

    @Override
    public String toJson() {
      CanonicalJson out = new CanonicalJson(512).raw("[\"COUNT\",").string(query);
      filters.forEach(filter -> filter.write(out.raw(",")));
      return out.raw("]").toString();
    }
  }

  /** {@code ["CLOSE", subscription]}: no more of it. */
  record Close(String subscription) implements ClientMessage {
    /** Checks the subscription id. */
    public Close {
      checkSubscription(subscription);
    }

    @Override
    public String toJson() {
      return new CanonicalJson(64).raw("[\"CLOSE\",").string(subscription).raw("]").toString();
    }
  }

  /** {@code ["AUTH", event]}: the answer to a relay's challenge (NIP-42). */
  record Auth(Event event) implements ClientMessage {
    @Override
    public String toJson() {
      return new CanonicalJson(1024).raw("[\"AUTH\",").event(event).raw("]").toString();
    }
  }

  /** A verb that this library does not know; a relay answers it with a NOTICE. */
  record Unknown(String verb) implements ClientMessage {
    @Override
    public String toJson() {
      return new CanonicalJson(64).raw("[").string(verb).raw("]").toString();
    }
  }

  /** The frame's text. */
  String toJson();

  /**
   * Reads one frame.
   *
   * @throws InvalidEvent naming the part at fault
   */
  static ClientMessage parse(String json) {
    return EventJson.parse(
        json,
        "message",
        parser -> {
          EventJson.expect(parser, JsonToken.START_ARRAY, "message");
          parser.nextToken();
          String verb = EventJson.text(parser, "message");
          parser.nextToken();
          ClientMessage message =
              switch (verb) {
                case "EVENT" -> new Publish(EventJson.readEvent(parser));
                case "AUTH" -> new Auth(EventJson.readEvent(parser));
                case "CLOSE" -> new Close(EventJson.text(parser, "subscription id"));
                case "REQ" -> new Req(EventJson.text(parser, "subscription id"), filters(parser));
                case "COUNT" ->
                    new Count(EventJson.text(parser, "subscription id"), filters(parser));
                default -> {
                  while (parser.currentToken() != JsonToken.END_ARRAY
                      && parser.currentToken() != null) {
                    parser.skipChildren();
                    parser.nextToken();
                  }
                  yield new Unknown(verb);
                }
              };
          if (parser.currentToken() != JsonToken.END_ARRAY) {
            parser.nextToken();
            EventJson.expect(parser, JsonToken.END_ARRAY, "message");
          }
          return message;
        });
  }

  private static List<Filter> filters(JsonParser parser) throws IOException {
    List<Filter> filters = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      filters.add(Filter.read(parser));
    }
    return filters;
  }

  private static void checkSubscription(String id) {
    if (id.isEmpty() || id.length() > 64) {
      throw new InvalidEvent("subscription id", id.length() + " characters, not 1 … 64");
    }
  }
}
