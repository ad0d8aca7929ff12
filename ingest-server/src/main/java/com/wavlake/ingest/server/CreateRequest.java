package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.wavlake.ingest.stream.StreamRecord.About;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What an owner says of a stream: the bodies of create and of PATCH, checked whole.
 *
 * @param about what the owner says of the stream
 * @param reuseKeyOf the ended stream whose key moves to this one
 */
record CreateRequest(About about, Optional<String> reuseKeyOf) {
  private static final Set<String> ABOUT =
      Set.of(
          "title", "description", "category", "enable_chat", "starts", "image", "tags", "record");
  private static final int MAX_TAGS = 20;
  private static final int MAX_URL = 255;

  static CreateRequest parse(byte[] body) {
    Set<String> known = new LinkedHashSet<>(ABOUT);
    known.add("reuse_key_of");
    Fields fields = Fields.of(body, known);
    About about =
        new About(
            fields.text("title", 1, 100),
            fields.text("description", 0, 500),
            fields.text("category", 1, 50),
            fields.flag("enable_chat", true),
            fields.time("starts"),
            fields.webUrl("image", MAX_URL),
            tags(fields),
            fields.flag("record", false));
    String reuse = fields.text("reuse_key_of", 0, 36);
    fields.check();
    return new CreateRequest(about, Optional.of(reuse).filter(r -> !r.isEmpty()));
  }

  /** What PATCH changes: the fields that are there; a null takes back what is not required. */
  static UnaryOperator<About> parseChange(byte[] body) {
    Fields fields = Fields.of(body, ABOUT);
    boolean title = !fields.get("title").isMissingNode();
    boolean category = !fields.get("category").isMissingNode();
    About given =
        new About(
            title ? fields.text("title", 1, 100) : "",
            fields.text("description", 0, 500),
            category ? fields.text("category", 1, 50) : "",
            fields.flag("enable_chat", true),
            fields.time("starts"),
            fields.webUrl("image", MAX_URL),
            tags(fields),
            fields.flag("record", false));
    fields.check();
    return before ->
        new About(
            title ? given.title() : before.title(),
            pick(fields, "description", given.description(), before.description()),
            category ? given.category() : before.category(),
            pick(fields, "enable_chat", given.enableChat(), before.enableChat()),
            pick(fields, "starts", given.starts(), before.starts()),
            pick(fields, "image", given.image(), before.image()),
            pick(fields, "tags", given.tags(), before.tags()),
            pick(fields, "record", given.record(), before.record()));
  }

  private static <V> V pick(Fields fields, String field, V given, V before) {
    return fields.get(field).isMissingNode() ? before : given;
  }

  private static String tags(Fields fields) {
    JsonNode json = fields.get("tags");
    List<String> tags = new ArrayList<>();
    if (!json.isMissingNode() && !json.isNull()) {
      boolean right = json.isArray() && json.size() <= MAX_TAGS;
      for (JsonNode tag : json) {
        right &= tag.isTextual() && tag.asText().matches("[^\\s\\p{Cntrl}\\p{Cs}]{1,50}");
        tags.add(tag.asText());
      }
      if (!right) {
        fields.wrong(
            "tags", "is not a list of up to " + MAX_TAGS + " words of up to 50 characters");
      }
    }
    return String.join(" ", tags);
  }
}
