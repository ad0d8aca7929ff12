package com.wavlake.ingest.forward;

import com.wavlake.ingest.rtmp.FlvTag;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Tags between an encoder, which is never held up, and a target, which may be slow: bounded by
 * bytes. What does not fit is dropped, and everything after it up to the next key frame, so that
 * what goes out can be decoded. Safe for use by many threads.
 */
final class TagQueue {
  private final long maxBytes;
  private final Deque<FlvTag> tags = new ArrayDeque<>();
  private long bytes;
  private boolean dropping = true;
  private boolean hasVideo;
  private long dropped;
  private boolean closed;

  TagQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  synchronized void offer(FlvTag tag) {
    if (closed) {
      return;
    }
    if (tag.isData() || tag.isConfiguration()) {
      hasVideo |= tag.isVideo();
      add(tag); // small, and nothing can be decoded without
      return;
    }
    if (bytes + tag.body().remaining() > maxBytes) {
      tags.removeIf(waiting -> !waiting.isData() && !waiting.isConfiguration());
      bytes = tags.stream().mapToLong(waiting -> waiting.body().remaining()).sum();
      dropping = true;
    }
    if (dropping && (tag.isKeyFrame() || !hasVideo)) {
      dropping = false;
    }
    if (dropping) {
      dropped++;
    } else {
      add(tag);
    }
  }

  private void add(FlvTag tag) {
    if (bytes + tag.body().remaining() <= 2 * maxBytes) {
      tags.add(tag);
      bytes += tag.body().remaining();
      notifyAll();
    }
  }

  /** The next one; null once closed. */
  synchronized @Nullable FlvTag take() throws InterruptedException {
    while (tags.isEmpty() && !closed) {
      wait();
    }
    FlvTag tag = closed ? null : tags.poll();
    if (tag != null) {
      bytes -= tag.body().remaining();
    }
    return tag;
  }

  /** What waits is of no use any more; goes on with the next key frame. */
  synchronized void restart() {
    tags.clear();
    bytes = 0;
    dropping = true;
  }

  synchronized long waitingBytes() {
    return bytes;
  }

  synchronized long dropped() {
    return dropped;
  }

  synchronized void close() {
    closed = true;
    tags.clear();
    notifyAll();
  }
}
