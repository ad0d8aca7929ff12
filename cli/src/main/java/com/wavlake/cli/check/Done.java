package com.wavlake.cli.check;

import java.time.Duration;
import java.util.Optional;

/**
 * What a step that worked has to show.
 *
 * @param value for the steps to come
 * @param words for the report
 * @param measured what counts, where that is not how long the step took
 */
record Done<T>(T value, String words, Optional<Duration> measured) {
  static <T> Done<T> of(T value, String words) {
    return new Done<>(value, words, Optional.empty());
  }

  static Done<Boolean> saying(String words) {
    return of(true, words);
  }

  Done<T> measured(Duration what) {
    return new Done<>(value, words, Optional.of(what));
  }
}
