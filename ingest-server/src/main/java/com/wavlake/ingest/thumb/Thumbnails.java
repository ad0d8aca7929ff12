package com.wavlake.ingest.thumb;

import com.wavlake.ingest.hls.Part;
import com.wavlake.ingest.hls.Segment;
import com.wavlake.ingest.hls.TimelineView;
import com.wavlake.ingest.media.Track;
import com.wavlake.ingest.stream.MediaListener;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.time.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JPEG of each live stream's newest key frame: at its first segment, and then every so often. One
 * is made at a time. Safe for use by many threads.
 */
public final class Thumbnails implements MediaListener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Thumbnails.class);

  private static final int MAX_DUE = 1_000;

  private final StreamRegistry registry;
  private final FfmpegDecoder decoder;
  private final Map<String, byte[]> pictures = new ConcurrentHashMap<>();
  private final Set<String> begun = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<StreamSession> due = new LinkedBlockingQueue<>(MAX_DUE);
  private final Thread maker;
  private final Time.Alarm alarm;
  private volatile boolean closed;

  /** Begins to make them, {@code every} so often. */
  public Thumbnails(StreamRegistry registry, FfmpegDecoder decoder, Time time, Duration every) {
    this.registry = registry;
    this.decoder = decoder;
    this.maker = Thread.ofPlatform().daemon().name("thumbnails").start(this::run);
    this.alarm = time.repeat(every, this::renew);
  }

  /** The newest of a stream. */
  public Optional<byte[]> newest(String id) {
    return Optional.ofNullable(pictures.get(id));
  }

  /** Whether there is one. */
  public boolean has(String id) {
    return pictures.containsKey(id);
  }

  @Override
  public void changed(StreamSession session, TimelineView view) {
    String id = session.record().id();
    if (view.isPlayable() && hasPictures(view) && begun.add(id)) {
      ask(session);
    }
  }

  private void renew() {
    for (StreamSession session : List.copyOf(registry.all())) {
      if (session.isConnected() && hasPictures(session.media())) {
        ask(session);
      }
    }
    pictures.keySet().removeIf(id -> registry.active(id).isEmpty());
    begun.removeIf(id -> registry.active(id).isEmpty());
  }

  private static boolean hasPictures(TimelineView view) {
    return view.tracks().stream().anyMatch(track -> track.kind() == Track.Kind.VIDEO);
  }

  /** One that does not fit comes round again. */
  private void ask(StreamSession session) {
    if (!due.contains(session) && !due.offer(session)) {
      log.debug("too many thumbnails are due");
    }
  }

  /** On a thread of its own: a program is waited for. */
  private void run() {
    try {
      while (!closed) {
        make(due.take());
      }
    } catch (InterruptedException e) {
      log.debug("thumbnails end");
    }
  }

  private void make(StreamSession session) throws InterruptedException {
    String id = session.record().id();
    try {
      Optional<KeyFrame> newest = newestKeyFrame(session.media());
      if (newest.isPresent() && newest.get().part().bytes().retain()) {
        picture(newest.get()).ifPresent(picture -> pictures.put(id, picture));
      }
    } catch (IOException | RuntimeException e) { // one stream's trouble is not the others'
      log.warn("stream {}: no thumbnail: {}", id, e.toString());
    }
  }

  /** Of a stream that is deleted. */
  public void forget(String id) {
    pictures.remove(id);
  }

  /** Its part is held. */
  private Optional<byte[]> picture(KeyFrame frame) throws IOException, InterruptedException {
    try {
      return decoder.jpeg(List.of(frame.init(), frame.part().bytes().bytes()));
    } finally {
      frame.part().bytes().release();
    }
  }

  private record KeyFrame(ByteBuffer init, Part part) {}

  private static Optional<KeyFrame> newestKeyFrame(TimelineView view) {
    Optional<KeyFrame> open = view.open().flatMap(segment -> keyFrame(view, segment));
    if (open.isPresent()) {
      return open;
    }
    for (Segment segment : view.held().reversed()) {
      Optional<KeyFrame> found = keyFrame(view, segment);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<KeyFrame> keyFrame(TimelineView view, Segment segment) {
    ByteBuffer init = view.inits().get(segment.init());
    return init == null
        ? Optional.empty()
        : segment.parts().reversed().stream()
            .filter(Part::independent)
            .findFirst()
            .map(part -> new KeyFrame(init, part));
  }

  @Override
  public void close() {
    closed = true;
    alarm.cancel();
    maker.interrupt();
  }
}
