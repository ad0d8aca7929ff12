package com.wavlake.ingest.record;

import com.wavlake.ingest.hls.Segment;
import com.wavlake.ingest.hls.TimelineView;
import com.wavlake.ingest.stream.MediaListener;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All recordings: one a stream, across its encoder's connections and this server's restarts.
 * Segments are handed over by reference and written by a thread of its own; when that cannot keep
 * up, what does not fit is left out and the streamer told. Safe for use by many threads.
 */
public final class Recordings implements MediaListener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Recordings.class);
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");
  private static final Pattern RUN = Pattern.compile("run-\\d{1,4}\\.mp4");
  private static final long MAX_WAITING_BYTES = 128L << 20;
  private static final String NOTICE = "recording";
  private static final long CLOSING_MILLIS = 10_000;

  private final RecordingSettings settings;
  private final Time time;
  private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong used = new AtomicLong();
  private final Map<String, Long> newest = new ConcurrentHashMap<>();
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final Map<String, Recorder> recorders = new HashMap<>(); // the writer's alone
  private final Thread writer;
  private volatile boolean closed;

  /** What the writer has to do. */
  private sealed interface Job {
    /** A segment and what it needs. */
    record Write(StreamSession session, Segment segment, ByteBuffer init, int targetDuration)
        implements Job {}

    /** A recording that is over. */
    record Finish(String id) implements Job {}

    /** Everything before this is written. */
    record Stop() implements Job {}
  }

  private Recordings(RecordingSettings settings, Time time) {
    this.settings = settings;
    this.time = time;
    this.writer = Thread.ofPlatform().name("recorder").daemon().unstarted(this::run);
  }

  /**
   * Takes up what is on the disk.
   *
   * @param isOver whether a stream of that id will get no more media
   * @throws IOException when the directory cannot be used
   */
  public static Recordings open(RecordingSettings settings, Time time, Predicate<String> isOver)
      throws IOException {
    Recordings recordings = new Recordings(settings, time);
    Files.createDirectories(settings.directory());
    try (Stream<Path> folders = Files.list(settings.directory())) {
      for (Path folder : folders.toList()) {
        recordings.takeUp(folder, isOver);
      }
    }
    recordings.writer.start();
    return recordings;
  }

  private void takeUp(Path folder, Predicate<String> isOver) throws IOException {
    String id = folder.getFileName().toString();
    RecordingIndex index = new RecordingIndex(folder);
    if (!ID.matcher(id).matches() || !index.exists()) {
      return;
    }
    used.addAndGet(size(folder));
    if (index.isFinished()) {
      known.add(id);
    } else if (index.repair()) {
      known.add(id);
      if (isOver.test(id)) {
        index.finish();
      }
    } else {
      remove(folder);
    }
  }

  /** Whether there is anything recorded of a stream. */
  public boolean has(String id) {
    return known.contains(id);
  }

  /** Bytes of all recordings. */
  public long usedBytes() {
    return used.get();
  }

  /** The playlist of a recording, whose URIs are relative to the stream's folder. May block. */
  public Optional<String> playlist(String id) {
    if (!ID.matcher(id).matches() || !has(id)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(folder(id).resolve(RecordingIndex.FILE)));
    } catch (IOException e) {
      return Optional.empty(); // deleted meanwhile
    }
  }

  /** A file of a recording that is named as such files are. */
  public Optional<Path> file(String id, String name) {
    return ID.matcher(id).matches() && has(id) && RUN.matcher(name).matches()
        ? Optional.of(folder(id).resolve(name))
        : Optional.empty();
  }

  /** New segments are written; called by the encoder's thread. */
  @Override
  public void changed(StreamSession session, TimelineView view) {
    String id = session.record().id();
    if (!session.isRecorded() || closed) {
      return;
    }
    long written = newest.getOrDefault(id, -1L);
    for (Segment segment : view.held()) {
      if (segment.sequence() > written) {
        ByteBuffer init = view.inits().get(segment.init());
        if (init != null) {
          hand(new Job.Write(session, segment, init, view.targetDuration()));
        }
        newest.put(id, segment.sequence());
      }
    }
    if (view.ended()) {
      newest.remove(id);
      jobs.add(new Job.Finish(id));
    }
  }

  private void hand(Job.Write job) {
    if (waitingBytes.addAndGet(job.segment().bytes()) > MAX_WAITING_BYTES) {
      waitingBytes.addAndGet(-job.segment().bytes());
      job.session()
          .notice(
              NOTICE, "The server's disk does not keep up: parts of the recording are missing.");
      return;
    }
    if (job.segment().retain()) {
      jobs.add(job);
    }
  }

  private void run() {
    try {
      for (Job job = jobs.take(); !(job instanceof Job.Stop); job = jobs.take()) {
        switch (job) {
          case Job.Write write -> write(write);
          case Job.Finish(String id) -> finish(id);
          case Job.Stop() -> {}
        }
      }
    } catch (InterruptedException e) {
      log.warn("recorder interrupted");
    }
    recorders.values().forEach(Recordings::close);
  }

  private void write(Job.Write job) {
    try {
      writeHeld(job);
    } finally {
      waitingBytes.addAndGet(-job.segment().bytes());
      job.segment().release();
    }
  }

  private void writeHeld(Job.Write job) {
    String id = job.session().record().id();
    Recorder recorder = recorders.computeIfAbsent(id, _ -> new Recorder(folder(id)));
    try {
      Optional<String> full = full(job.segment().bytes());
      if (full.isPresent()) {
        recorder.skipped();
        job.session().notice(NOTICE, full.get());
        return;
      }
      used.addAndGet(recorder.write(job.segment(), job.init(), job.targetDuration()));
      known.add(id);
    } catch (IOException e) {
      recorder.skipped();
      log.error("stream {}: recording failed: {}", id, e.toString());
      job.session().notice(NOTICE, "The recording has a gap: the server cannot write to its disk.");
    }
  }

  private Optional<String> full(long more) throws IOException {
    if (used.get() + more > settings.quotaBytes()) {
      return Optional.of(
          "The server's space for recordings is used up: this stream is not recorded any more.");
    }
    long free = Files.getFileStore(settings.directory()).getUsableSpace();
    return free - more < settings.minFreeBytes()
        ? Optional.of("The server's disk is full: this stream is not recorded any more.")
        : Optional.empty();
  }

  private void finish(String id) {
    Recorder recorder = recorders.remove(id);
    try {
      if (recorder != null) {
        recorder.finish();
      } else if (has(id)) { // recorded before a restart, and nothing since
        new RecordingIndex(folder(id)).finish();
      }
    } catch (IOException e) {
      log.error("stream {}: recording cannot be finished: {}", id, e.toString());
    }
  }

  private static void close(Recorder recorder) {
    try {
      recorder.close();
    } catch (IOException e) {
      log.warn("a recording's file: {}", e.getMessage());
    }
  }

  /** Deletes one that is finished; false when there is none, or it still grows. May block. */
  public boolean delete(String id) throws IOException {
    if (!ID.matcher(id).matches() || !has(id)) {
      return false;
    }
    if (!new RecordingIndex(folder(id)).isFinished()) {
      return false;
    }
    known.remove(id);
    long freed = size(folder(id));
    remove(folder(id));
    used.addAndGet(-freed);
    return true;
  }

  /**
   * Deletes what is past its time, and what belongs to no stream any more. May block.
   *
   * @param exists whether there is a stream of that id
   */
  public void sweep(Predicate<String> exists) {
    Instant oldest = time.now().minus(settings.retention());
    for (String id : List.copyOf(known)) {
      try {
        Path index = folder(id).resolve(RecordingIndex.FILE);
        boolean expired =
            new RecordingIndex(folder(id)).isFinished()
                && Files.getLastModifiedTime(index).toInstant().isBefore(oldest);
        if ((expired || !exists.test(id)) && delete(id)) {
          log.info("recording {} deleted", id);
        }
      } catch (IOException e) {
        log.warn("recording {}: {}", id, e.toString());
      }
    }
  }

  private Path folder(String id) {
    return settings.directory().resolve(id);
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(Recordings::fileSize).sum();
    }
  }

  private static long fileSize(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** Writes what has been handed over. */
  @Override
  public void close() {
    closed = true;
    jobs.add(new Job.Stop());
    try {
      writer.join(CLOSING_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
