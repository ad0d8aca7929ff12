package com.wavlake.live.social;

import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Tag;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads what can be read of a list that strangers wrote. */
final class Lenient {
  private Lenient() {}

  static <T> List<T> each(Stream<Tag> tags, Function<Tag, T> reader) {
    return tags.flatMap(tag -> one(tag, reader).stream()).toList();
  }

  static <T> Optional<T> one(Tag tag, Function<Tag, T> reader) {
    try {
      return Optional.of(reader.apply(tag));
    } catch (InvalidEvent malformed) {
      return Optional.empty();
    }
  }
}
