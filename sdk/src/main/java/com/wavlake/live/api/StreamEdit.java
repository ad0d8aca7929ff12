package com.wavlake.live.api;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to change of a stream: what is set is sent, all else stays as it is. Immutable; {@code
 * StreamEdit.empty().title("Q&A").withoutImage()}.
 */
public final class StreamEdit {
  private static final StreamEdit EMPTY = new StreamEdit(Map.of());

  private final Map<String, Optional<Object>> fields;

  private StreamEdit(Map<String, Optional<Object>> fields) {
    this.fields = fields;
  }

  /** Changes nothing. */
  public static StreamEdit empty() {
    return EMPTY;
  }

  /** Another title, 1 … 100 characters. */
  public StreamEdit title(String text) {
    return with("title", Optional.of(text));
  }

  /** Another description, at most 500 characters. */
  public StreamEdit description(String text) {
    return with("description", Optional.of(text));
  }

  /** Another topic. */
  public StreamEdit category(String name) {
    return with("category", Optional.of(name));
  }

  /** With chat from now on, or without. */
  public StreamEdit enableChat(boolean enabled) {
    return with("enable_chat", Optional.of(enabled));
  }

  /** Planned for another time. */
  public StreamEdit starts(Instant when) {
    return with("starts", Optional.of(when.toString()));
  }

  /** Planned for no time any more. */
  public StreamEdit withoutStarts() {
    return with("starts", Optional.empty());
  }

  /** Another picture. */
  public StreamEdit image(String url) {
    return with("image", Optional.of(url));
  }

  /** No picture any more. */
  public StreamEdit withoutImage() {
    return with("image", Optional.empty());
  }

  /** Other topics in place of those before; none when empty. */
  public StreamEdit tags(List<String> topics) {
    return with("tags", Optional.of(List.copyOf(topics)));
  }

  /** To be recorded or not; refused once the encoder has been there. */
  public StreamEdit record(boolean wanted) {
    return with("record", Optional.of(wanted));
  }

  /** Whether nothing is to change. */
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  private StreamEdit with(String field, Optional<Object> value) {
    Map<String, Optional<Object>> more = new LinkedHashMap<>(fields);
    more.put(field, value);
    return new StreamEdit(Collections.unmodifiableMap(more));
  }

  /** By the API's name; empty takes back what was there. */
  Map<String, Optional<Object>> fields() {
    return fields;
  }
}
