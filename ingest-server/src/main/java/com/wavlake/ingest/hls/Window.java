package com.wavlake.ingest.hls;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The whole segments that can still be had, the newest of which are listed, and the counters that
 * go with them.
 */
final class Window {
  private static final long MAX_BYTES_PER_SECOND = 4L << 20;
  private static final int MAX_HELD = 600;

  /** EXT-X-TARGETDURATION and how long a playlist is may not change once it was read. */
  static final int MAX_TARGET_DURATION = 10;

  private final HlsSettings settings;
  private final Deque<Segment> held = new ArrayDeque<>();
  private final Map<Integer, ByteBuffer> inits = new TreeMap<>();
  private int listed;
  private long nextSequence;
  private long discontinuitySequence;
  private int targetDuration;

  Window(HlsSettings settings, Continuation from) {
    this.settings = settings;
    this.nextSequence = from.nextSequence();
    this.discontinuitySequence = from.discontinuitySequence();
    this.targetDuration = from.targetDuration();
  }

  /** Whether a segment that comes now is the first that any viewer sees. */
  boolean isUntouched() {
    return held.isEmpty() && nextSequence == 0;
  }

  long nextSequence() {
    return nextSequence;
  }

  /** In seconds; 0 until the first segment has fixed it. */
  int targetDuration() {
    return targetDuration;
  }

  List<Segment> held() {
    return List.copyOf(held);
  }

  int listed() {
    return listed;
  }

  long discontinuitySequence() {
    return discontinuitySequence;
  }

  Map<Integer, ByteBuffer> inits() {
    return inits;
  }

  void init(int number, ByteBuffer bytes) {
    inits.put(number, bytes);
    if (held.isEmpty()) {
      inits.keySet().removeIf(before -> before < number);
    }
  }

  Continuation continuation() {
    long inWindow =
        held.stream().skip(held.size() - (long) listed).filter(Segment::discontinuity).count();
    return new Continuation(nextSequence, discontinuitySequence + inWindow, targetDuration);
  }

  /** Lists one more, the first of which fixes EXT-X-TARGETDURATION. */
  void add(Segment segment) {
    if (targetDuration == 0) {
      int least = (int) Math.ceil(settings.segment().toMillis() / 1000.0);
      targetDuration =
          (int) Math.min(MAX_TARGET_DURATION, Math.max(least, Math.round(segment.seconds())));
    }
    held.add(segment);
    nextSequence = segment.sequence() + 1;
    listed++;
    slide();
  }

  /**
   * Unlists what the window does not need, drops what no playlist of the recent past lists (RFC
   * 8216 §6.2.2).
   */
  private void slide() {
    double window = listedSeconds(settings, targetDuration);
    List<Segment> all = held();
    double listedNow = seconds(all.subList(all.size() - listed, all.size()));
    while (listedNow - all.get(all.size() - listed).seconds() >= window) {
      Segment unlisted = all.get(all.size() - listed);
      listedNow -= unlisted.seconds();
      listed--;
      if (unlisted.discontinuity()) {
        discontinuitySequence++;
      }
    }
    double unlistedNow = seconds(all.subList(0, all.size() - listed));
    while (held.size() > listed
        && unlistedNow - held.getFirst().seconds() >= window + 2.0 * targetDuration) {
      Segment gone = held.removeFirst();
      unlistedNow -= gone.seconds();
      gone.release();
    }
    dropOverflow();
    int oldest = held.getFirst().init();
    inits.keySet().removeIf(number -> number < oldest);
  }

  /** The least that a playlist lists. */
  static double listedSeconds(HlsSettings settings, int targetDuration) {
    return Math.max(settings.window().toMillis() / 1000.0, 3.0 * targetDuration);
  }

  /** Whatever an encoder claims of its times, memory is bounded. */
  private void dropOverflow() {
    long bytes = held.stream().mapToLong(Segment::bytes).sum();
    long seconds = (long) (2 * listedSeconds(settings, targetDuration)) + MAX_TARGET_DURATION;
    long max = MAX_BYTES_PER_SECOND * seconds;
    while (held.size() > 1 && (bytes > max || held.size() > MAX_HELD)) {
      Segment dropped = held.removeFirst();
      bytes -= dropped.bytes();
      dropped.release();
      if (listed > held.size()) {
        listed = held.size();
        discontinuitySequence += dropped.discontinuity() ? 1 : 0;
      }
    }
  }

  /** Gives everything back. */
  void close() {
    held.forEach(Segment::release);
    held.clear();
    listed = 0;
  }

  private static double seconds(List<Segment> segments) {
    double sum = 0;
    for (Segment segment : segments) {
      sum += segment.seconds();
    }
    return sum;
  }
}
