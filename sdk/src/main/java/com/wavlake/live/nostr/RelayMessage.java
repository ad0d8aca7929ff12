package com.wavlake.live.nostr;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.OptionalLong;

/** What a relay says to a client (NIP-01, 42, 45): decode and encode side by side. */
public sealed interface RelayMessage {

  /** {@code ["EVENT", subscription, event]}. */
  record Delivery(String subscription, Event event) implements RelayMessage {
    @Override
    public String toJson() {
      return frame(subscription, event.toJson());
    }

    /** The frame around an event that is JSON already: one rendering serves every subscription. */
    public static String frame(String subscription, String eventJson) {
      return new CanonicalJson(128).raw("[\"EVENT\",").string(subscription).raw(",")
          + eventJson
          + "]";
    }
  }

  /**
   * {@code ["OK", id, accepted, reason]}.
   *
   * @param reason machine-readable prefix, colon, words; may be empty when accepted
   */
  record Ok(EventId id, boolean accepted, String reason) implements RelayMessage {
    /** Held already counts as accepted, whatever the boolean says (NIP-01: {@code duplicate:}). */
    public boolean success() {
      return accepted || reason.startsWith("duplicate:");
    }

    @Override
    public String toJson() {
      return new CanonicalJson(256)
          .raw("[\"OK\",\"")
          .hex(id.bytes())
          .raw(accepted ? "\",true," : "\",false,")
          .string(reason)
          .raw("]")
          .toString();
    }
  }

  /** {@code ["EOSE", subscription]}: the stored events are through. */
  record Eose(String subscription) implements RelayMessage {
    @Override
    public String toJson() {
      return new CanonicalJson(64).raw("[\"EOSE\",").string(subscription).raw("]").toString();
    }
  }

  /** {@code ["COUNT", query, {"count": n}]}: so many stored events match (NIP-45). */
  record Count(String query, long count) implements RelayMessage {
    @Override
    public String toJson() {
      return new CanonicalJson(64)
          .raw("[\"COUNT\",")
          .string(query)
          .raw(",{\"count\":")
          .number(count)
          .raw("}]")
          .toString();
    }
  }

  /** {@code ["CLOSED", subscription, reason]}: the relay ended it. */
  record Closed(String subscription, String reason) implements RelayMessage {
    @Override
    public String toJson() {
      return new CanonicalJson(128)
          .raw("[\"CLOSED\",")
          .string(subscription)
          .raw(",")
          .string(reason)
          .raw("]")
          .toString();
    }
  }

  /** {@code ["NOTICE", text]}: words for a person. */
  record Notice(String text) implements RelayMessage {
    @Override
    public String toJson() {
      return new CanonicalJson(128).raw("[\"NOTICE\",").string(text).raw("]").toString();
    }
  }

  /** {@code ["AUTH", challenge]} (NIP-42). */
  record Challenge(String challenge) implements RelayMessage {
    @Override
    public String toJson() {
      return new CanonicalJson(128).raw("[\"AUTH\",").string(challenge).raw("]").toString();
    }
  }

  /** A verb that this library does not know; to be ignored. */
  record Unknown(String verb) implements RelayMessage {
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
  static RelayMessage parse(String json) {
    return EventJson.parse(
        json,
        "message",
        parser -> {
          EventJson.expect(parser, JsonToken.START_ARRAY, "message");
          parser.nextToken();
          String verb = EventJson.text(parser, "message");
          RelayMessage message =
              switch (verb) {
                case "EVENT" -> {
                  String subscription = nextText(parser, "subscription id");
                  parser.nextToken();
                  yield new Delivery(subscription, EventJson.readEvent(parser));
                }
                case "OK" -> {
                  EventId id = EventId.parse(nextText(parser, "id"));
                  parser.nextToken();
                  boolean accepted = parser.currentToken() == JsonToken.VALUE_TRUE;
                  if (!accepted) {
                    EventJson.expect(parser, JsonToken.VALUE_FALSE, "OK");
                  }
                  yield new Ok(id, accepted, optionalText(parser));
                }
                case "EOSE" -> new Eose(nextText(parser, "subscription id"));
                case "CLOSED" ->
                    new Closed(nextText(parser, "subscription id"), optionalText(parser));
                case "NOTICE" -> new Notice(optionalText(parser));
                case "COUNT" -> new Count(nextText(parser, "query id"), count(parser));
                case "AUTH" -> new Challenge(nextText(parser, "challenge"));
                default -> new Unknown(verb);
              };
          while (parser.currentToken() != JsonToken.END_ARRAY
              || !parser.getParsingContext().inRoot()) {
            if (parser.nextToken() == null) {
              break; // what a newer relay adds to a message is skipped
            }
          }
          return message;
        });
  }

  /** Of {@code {"count": n}}; other fields are skipped. */
  private static long count(JsonParser parser) throws IOException {
    parser.nextToken();
    EventJson.expect(parser, JsonToken.START_OBJECT, "count");
    OptionalLong count = OptionalLong.empty();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("count")) {
        count = OptionalLong.of(EventJson.integer(parser, field));
      } else {
        parser.skipChildren();
      }
    }
    return count.orElseThrow(() -> new InvalidEvent("count", "is missing"));
  }

  private static String nextText(JsonParser parser, String field) throws IOException {
    parser.nextToken();
    return EventJson.text(parser, field);
  }

  private static String optionalText(JsonParser parser) throws IOException {
    return parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : "";
  }
}
