package com.wavlake.ingest.forward;

import com.wavlake.ingest.rtmp.FlvTag;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Tags between an encoder, which is never held up, and a target, which may be slow: bounded by
 * bytes. What does not fit is dropped, and everything after it up to the next key frame, so that
 * what goes out can be decoded. Safe for use by many threads.
 */
final class TagQueue {
  /** What a tag costs beside its body. */
  private static final int OVERHEAD = 128;

  /** After so many tags without a key frame there is no video any more. */
  private static final int PATIENCE = 1_000;

  private record Entry(FlvTag tag, boolean describes) {
    int cost() {
      return tag.body().remaining() + OVERHEAD;
    }
  }

  private final long maxBytes;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private long bytes;
  private boolean open;
  private boolean dropping;
  private boolean begun;
  private int waited;
  private boolean hasVideo;
  private long dropped;
  private boolean closed;

  TagQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The target is there: takes tags, from the next key frame on. */
  synchronized void open(boolean video) {
    clear();
    open = true;
    dropping = true;
    waited = 0;
    begun = false;
    hasVideo = video;
  }

  /** The target is gone: takes none. */
  synchronized void pause() {
    clear();
    open = false;
  }

  synchronized void offer(FlvTag tag) {
    if (closed || !open) {
      return;
    }
    Entry entry = new Entry(tag, tag.isData() || tag.isConfiguration());
    if (entry.describes()) {
      hasVideo |= tag.isVideo();
    }
    if (bytes + entry.cost() > maxBytes) {
      dropMedia();
      dropping = true;
      waited = 0;
    }
    if (dropping && !entry.describes()) {
      dropping = hasVideo && !tag.isKeyFrame() && ++waited < PATIENCE;
    }
    if ((dropping && !entry.describes()) || bytes + entry.cost() > maxBytes) {
      dropped += begun ? 1 : 0; // before the first key frame nothing is missing
      return;
    }
    begun |= !entry.describes();
    entries.add(entry);
    bytes += entry.cost();
    notifyAll();
  }

  /** What describes the tracks stays: nothing can be decoded without. */
  private void dropMedia() {
    for (Iterator<Entry> each = entries.iterator(); each.hasNext(); ) {
      Entry entry = each.next();
      if (!entry.describes()) {
        each.remove();
        bytes -= entry.cost();
        dropped++;
      }
    }
  }

  private void clear() {
    entries.clear();
    bytes = 0;
  }

  /** Whether there will be nothing any more. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** The next one, waited for as long as that; null when there is none. */
  synchronized @Nullable FlvTag take(Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    for (long left = longest.toMillis(); entries.isEmpty() && !closed && left > 0; ) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
    Entry entry = closed ? null : entries.poll();
    if (entry == null) {
      return null;
    }
    bytes -= entry.cost();
    return entry.tag();
  }

  synchronized long waitingBytes() {
    return bytes;
  }

  synchronized long dropped() {
    return dropped;
  }

  synchronized void close() {
    closed = true;
    clear();
    notifyAll();
  }
}
