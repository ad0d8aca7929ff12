package com.wavlake.live.nostr;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads events token by token: no tree is built, every type is checked, every bound is kept. */
final class EventJson {
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxStringLength(8 << 20)
                  .maxNumberLength(32)
                  .build())
          .build();

  private @Nullable EventId id;
  private @Nullable PublicKey author;
  private @Nullable Long createdAt;
  private @Nullable Integer kind;
  private @Nullable List<Tag> tags;
  private @Nullable String content;
  private byte @Nullable [] signature;

  private EventJson() {}

  /** A step that reads from an open parser. */
  interface Reading<T> {
    T read(JsonParser parser) throws IOException;
  }

  /** Runs {@code reading} over the whole of {@code json}; text after the value is refused. */
  static <T> T parse(String json, String what, Reading<T> reading) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      T value = reading.read(parser);
      if (parser.nextToken() != null) {
        throw new InvalidEvent(what, "text after the end of the JSON value");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new InvalidEvent(what, "not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a String cannot fail to be read
    }
  }

  static Event parseEvent(String json) {
    return parse(json, "event", EventJson::readEvent);
  }

  static EventTemplate parseTemplate(String json, long now) {
    return parse(
        json,
        "event",
        parser -> {
          EventJson fields = new EventJson();
          fields.read(parser);
          return new EventTemplate(
              fields.createdAt == null ? now : fields.createdAt,
              require(fields.kind, "kind"),
              fields.tags == null ? List.of() : fields.tags,
              fields.content == null ? "" : fields.content);
        });
  }

  /** Reads the object at whose start the parser stands. */
  static Event readEvent(JsonParser parser) throws IOException {
    EventJson fields = new EventJson();
    fields.read(parser);
    EventTemplate template =
        new EventTemplate(
            require(fields.createdAt, "created_at"),
            require(fields.kind, "kind"),
            require(fields.tags, "tags"),
            require(fields.content, "content"));
    return new Event(
        require(fields.id, "id"),
        require(fields.author, "pubkey"),
        template,
        require(fields.signature, "sig"));
  }

  private void read(JsonParser parser) throws IOException {
    expect(parser, JsonToken.START_OBJECT, "event");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "id" -> id = once(id, name, EventId.of(Hex.parse(text(parser, name), 32, name)));
        case "pubkey" ->
            author = once(author, name, PublicKey.of(Hex.parse(text(parser, name), 32, name)));
        case "created_at" -> createdAt = once(createdAt, name, integer(parser, name));
        case "kind" ->
            kind =
                once(kind, name, Math.toIntExact(Math.clamp(integer(parser, name), -1L, 65_536L)));
        case "tags" -> tags = once(tags, name, readTags(parser));
        case "content" -> content = once(content, name, text(parser, name));
        case "sig" -> signature = once(signature, name, Hex.parse(text(parser, name), 64, name));
        default -> parser.skipChildren();
      }
    }
  }

  private static List<Tag> readTags(JsonParser parser) throws IOException {
    expect(parser, JsonToken.START_ARRAY, "tags");
    List<Tag> tags = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser, JsonToken.START_ARRAY, "tags");
      List<String> values = new ArrayList<>(4);
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        values.add(text(parser, "tags"));
      }
      tags.add(new Tag(values));
    }
    return tags;
  }

  static String text(JsonParser parser, String field) throws IOException {
    expect(parser, JsonToken.VALUE_STRING, field);
    return parser.getText();
  }

  static long integer(JsonParser parser, String field) throws IOException {
    expect(parser, JsonToken.VALUE_NUMBER_INT, field);
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw new InvalidEvent(field, "number is too large");
    }
    return parser.getLongValue();
  }

  static void expect(JsonParser parser, JsonToken token, String field) {
    if (parser.currentToken() != token) {
      throw new InvalidEvent(
          field, "expected " + describe(token) + ", found " + describe(parser.currentToken()));
    }
  }

  private static String describe(@Nullable JsonToken token) {
    if (token == null) {
      return "the end";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "an integer";
      case VALUE_NUMBER_FLOAT -> "a fraction";
      case VALUE_NULL -> "null";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      default -> token.name();
    };
  }

  private static <T> T once(@Nullable Object before, String field, T value) {
    if (before != null) {
      throw new InvalidEvent(field, "appears twice");
    }
    return value;
  }

  private static <T> T require(@Nullable T value, String field) {
    if (value == null) {
      throw new InvalidEvent(field, "is missing");
    }
    return value;
  }
}
