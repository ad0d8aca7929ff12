package com.wavlake.ingest.record;

import com.wavlake.ingest.hls.Segment;
import com.wavlake.ingest.hls.TimelineView;
import com.wavlake.ingest.stream.MediaListener;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.time.Time;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All recordings: one a stream, across its encoder's connections and this server's restarts, from
 * its start on. Segments are handed over by reference; everything that touches the disk is done by
 * one thread. When that cannot keep up, what does not fit is left out and the streamer told. Safe
 * for use by many threads.
 */
public final class Recordings implements MediaListener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Recordings.class);
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");
  private static final Pattern RUN = Pattern.compile("run-\\d{1,4}\\.mp4");
  private static final long MAX_WAITING_BYTES = 128L << 20;
  private static final Duration IDLE = Duration.ofMinutes(10);
  private static final String NOTICE = "recording"; // stays: what is missing is missing
  private static final String FULL = "recording space";
  private static final long CLOSING_MILLIS = 10_000;

  private final RecordingSettings settings;
  private final Time time;
  private final Streams streams;
  private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong used = new AtomicLong();
  private final Map<StreamSession, Long> newest = Collections.synchronizedMap(new WeakHashMap<>());
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final Set<String> deleted = ConcurrentHashMap.newKeySet();
  private final Map<String, Open> open = new HashMap<>(); // the writer's alone
  private final Set<String> toldFull = new HashSet<>(); // the writer's alone
  private final Thread writer;
  private volatile boolean closed;

  /** A recorder and when it last wrote. */
  private record Open(Recorder recorder, Instant last) {}

  /** What the writer has to do. */
  private sealed interface Job {
    /** A segment and what it needs. */
    record Write(
        StreamSession session,
        Segment segment,
        String timeline,
        ByteBuffer init,
        int targetDuration)
        implements Job {}

    /** A segment that there was no room for. */
    record Skip(String id) implements Job {}

    /** A recording that is over. */
    record Finish(String id) implements Job {}

    /** One that its owner, or time, has done with. */
    record Delete(String id) implements Job {}

    /** What is past its time goes. */
    record Sweep() implements Job {}

    /** Everything before this is written. */
    record Stop() implements Job {}
  }

  private Recordings(RecordingSettings settings, Time time, Streams streams) {
    this.settings = settings;
    this.time = time;
    this.streams = streams;
    this.writer = Thread.ofPlatform().name("recorder").daemon().unstarted(this::run);
  }

  /**
   * Takes up what is on the disk. A folder that is none of ours, or cannot be read, is left alone.
   *
   * @throws IOException when the directory cannot be used
   */
  public static Recordings open(RecordingSettings settings, Time time, Streams streams)
      throws IOException {
    Recordings recordings = new Recordings(settings, time, streams);
    Files.createDirectories(settings.directory());
    try (Stream<Path> folders = Files.list(settings.directory())) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        try {
          recordings.takeUp(folder);
        } catch (IOException e) {
          log.error("recording {} cannot be read: {}", folder, e.toString());
        }
      }
    }
    recordings.writer.start();
    return recordings;
  }

  private void takeUp(Path folder) throws IOException {
    String id = folder.getFileName().toString();
    RecordingIndex index = new RecordingIndex(folder);
    if (!ID.matcher(id).matches() || !index.exists() || !index.isOurs()) {
      return;
    }
    if (!index.isFinished() && !index.repair()) {
      remove(folder);
      return;
    }
    if (streams.isOver(id)) {
      index.finish();
    }
    known.add(id);
    used.addAndGet(size(folder));
  }

  /** Whether there is anything recorded of a stream. */
  public boolean has(String id) {
    return known.contains(id);
  }

  /** Bytes of all recordings. */
  public long usedBytes() {
    return used.get();
  }

  /** The playlist of a recording; its URIs are relative to the folder of {@link #file}. */
  public Optional<Path> playlist(String id) {
    return ID.matcher(id).matches() && has(id)
        ? Optional.of(folder(id).resolve(RecordingIndex.FILE))
        : Optional.empty();
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
    if (!session.isRecorded() || closed) {
      return;
    }
    String id = session.record().id();
    boolean goesOut = session.record().times().startedAt().isPresent();
    long written = newest.getOrDefault(session, -1L);
    for (Segment segment : view.held()) {
      if (segment.sequence() > written
          && goesOut) { // what is before the start is nobody's business
        ByteBuffer init = view.inits().get(segment.init());
        if (init == null) {
          jobs.add(new Job.Skip(id));
        } else {
          hand(new Job.Write(session, segment, view.session(), init, view.targetDuration()));
        }
      }
    }
    if (!view.held().isEmpty()) {
      newest.put(session, view.held().getLast().sequence());
    }
    if (view.ended()) {
      jobs.add(new Job.Finish(id));
    }
  }

  private void hand(Job.Write job) {
    long bytes = job.segment().bytes();
    if (waitingBytes.addAndGet(bytes) <= MAX_WAITING_BYTES && job.segment().retain()) {
      jobs.add(job);
      return;
    }
    waitingBytes.addAndGet(-bytes);
    jobs.add(new Job.Skip(job.session().record().id()));
    job.session()
        .notice(NOTICE, "The server's disk does not keep up: parts of the recording are missing.");
  }

  /** Deletes one whose stream is over; false when there is none. */
  public boolean delete(String id) {
    boolean had = known.remove(id);
    deleted.add(id); // before what still waits to be written
    jobs.add(new Job.Delete(id));
    return had;
  }

  /** Deletes what is past its time, and what belongs to no stream any more. */
  public void sweep() {
    jobs.add(new Job.Sweep());
  }

  private void run() {
    try {
      for (Job job = jobs.take(); !(job instanceof Job.Stop); job = jobs.take()) {
        try {
          carryOut(job);
        } catch (IOException
            | RuntimeException
            | OutOfMemoryError e) { // one recording's trouble is not the others'
          log.error("recording: {} failed", job.getClass().getSimpleName(), e);
        }
      }
    } catch (InterruptedException e) {
      log.warn("recorder interrupted");
    }
    open.values().forEach(one -> close(one.recorder()));
  }

  private void carryOut(Job job) throws IOException {
    switch (job) {
      case Job.Write write -> {
        try {
          if (!deleted.contains(write.session().record().id())) {
            write(write);
          }
        } finally {
          waitingBytes.addAndGet(-write.segment().bytes());
          write.segment().release();
        }
      }
      case Job.Skip(String id) -> recorder(id).skipped();
      case Job.Finish(String id) -> finish(id);
      case Job.Delete(String id) -> deleteNow(id);
      case Job.Sweep() -> sweepNow();
      case Job.Stop() -> {}
    }
  }

  private Recorder recorder(String id) {
    Open before = open.get(id);
    Recorder recorder = before == null ? new Recorder(folder(id)) : before.recorder();
    open.put(id, new Open(recorder, time.now()));
    return recorder;
  }

  private void write(Job.Write job) {
    String id = job.session().record().id();
    Recorder recorder = recorder(id);
    try {
      Optional<String> full = full(job.segment().bytes());
      if (full.isPresent()) {
        recorder.skipped();
        job.session().notice(FULL, full.get());
        if (toldFull.add(id)) {
          log.warn("stream {}: {}", id, full.get());
        }
        return;
      }
      used.addAndGet(
          recorder.write(job.segment(), job.timeline(), job.init(), job.targetDuration()));
      known.add(id);
      job.session().notice(FULL, "");
      toldFull.remove(id);
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

  private void finish(String id) throws IOException {
    toldFull.remove(id);
    Open one = open.remove(id);
    if (one != null) {
      one.recorder().finish();
    } else if (has(id)) { // recorded before a restart, and nothing since
      new RecordingIndex(folder(id)).finish();
    }
  }

  private static void close(Recorder recorder) {
    try {
      recorder.close();
    } catch (IOException e) {
      log.warn("a recording's file: {}", e.getMessage());
    }
  }

  private void deleteNow(String id) throws IOException {
    deleted.add(id);
    known.remove(id);
    Open one = open.remove(id);
    if (one != null) {
      close(one.recorder());
    }
    if (Files.isDirectory(folder(id))) {
      used.addAndGet(-size(folder(id)));
      remove(folder(id));
      log.info("recording {} deleted", id);
    }
  }

  private void sweepNow() {
    Instant oldest = time.now().minus(settings.retention());
    long bytes = 0;
    for (String id : List.copyOf(known)) {
      try {
        boolean over = streams.isOver(id);
        RecordingIndex index = new RecordingIndex(folder(id));
        if (over && index.exists() && !index.isFinished() && !open.containsKey(id)) {
          index.finish(); // its disk was full when it ended
        }
        if (over && (!streams.exists(id) || isOlder(id, oldest))) {
          deleteNow(id);
        } else {
          bytes += size(folder(id));
        }
      } catch (IOException e) {
        log.warn("recording {}: {}", id, e.toString());
      }
    }
    used.set(bytes);
    Instant idle = time.now().minus(IDLE);
    List<String> resting = new ArrayList<>();
    open.forEach((id, one) -> {
      if (one.last().isBefore(idle)) {
        resting.add(id);
      }
    });
    resting.forEach(id -> Optional.ofNullable(open.remove(id)).ifPresent(o -> close(o.recorder())));
  }

  private boolean isOlder(String id, Instant than) throws IOException {
    Path index = folder(id).resolve(RecordingIndex.FILE);
    return Files.getLastModifiedTime(index).toInstant().isBefore(than);
  }

  private Path folder(String id) {
    return settings.directory().resolve(id);
  }

  private static long size(Path folder) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  private static void remove(Path folder) throws IOException {
    Path index = folder.resolve(RecordingIndex.FILE);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> !file.equals(index)).toList()) {
        Files.delete(file);
      }
    }
    Files.deleteIfExists(index); // last: a folder without it would not be known as ours
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
