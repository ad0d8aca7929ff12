package com.wavlake.ingest.picture;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What URLs were found to name, for a while and up to so many bytes: what nobody has asked for
 * longest goes first. Guarded by whoever has it.
 */
final class PictureCache {
  static final long MAX_BYTES = 64L << 20;

  private static final Duration FRESH = Duration.ofHours(1);
  private static final Duration TRY_AGAIN = Duration.ofMinutes(5);
  private static final int OVERHEAD = 256;

  private record Kept(Answer answer, Instant until, long cost) {}

  private final long maxBytes;
  private final Map<Wanted, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  PictureCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** What it costs to keep them all. */
  long bytes() {
    return bytes;
  }

  Optional<Answer> get(Wanted wanted, Instant now) {
    Kept found = kept.get(wanted);
    if (found == null) {
      return Optional.empty();
    }
    if (!found.until().isAfter(now)) {
      remove(wanted);
      return Optional.empty();
    }
    return Optional.of(found.answer());
  }

  void put(Wanted wanted, Answer answer, Instant now) {
    int size = answer instanceof Answer.Found(Picture picture) ? picture.bytes().length : 0;
    Duration good = answer instanceof Answer.Found ? FRESH : TRY_AGAIN;
    long cost = OVERHEAD + 2L * wanted.url().length() + size;
    remove(wanted);
    kept.put(wanted, new Kept(answer, now.plus(good), cost));
    bytes += cost;
    for (Iterator<Kept> oldest = kept.values().iterator(); bytes > maxBytes; ) {
      bytes -= oldest.next().cost();
      oldest.remove();
    }
  }

  private void remove(Wanted wanted) {
    Kept before = kept.remove(wanted);
    if (before != null) {
      bytes -= before.cost();
    }
  }
}
