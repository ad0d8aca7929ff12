package com.wavlake.ingest.stream;

import com.wavlake.ingest.rtmp.PublishGate;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.time.PeerGroup;
import com.wavlake.ingest.time.PerMinute;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.api.StreamKey;
import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams that something is going on with, and the gate that encoders come in by. Safe for use
 * by many threads.
 */
public final class StreamRegistry implements PublishGate, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StreamRegistry.class);
  private static final Duration TICK = Duration.ofSeconds(2);

  /** A minute and address. */
  static final int WRONG_KEYS_ALLOWED = 10;

  private static final int KEEP_EVERY_TICKS = 5;

  private final StreamSettings settings;
  private final StreamJournal journal;
  private final KeyDirectory keys;
  private final Time time;
  private final PerMinute failedKeys = new PerMinute(WRONG_KEYS_ALLOWED);
  private final Map<String, StreamSession> sessions = new ConcurrentHashMap<>();
  private final List<Consumer<StreamEvent>> listeners = new CopyOnWriteArrayList<>();
  private final List<MediaListener> mediaListeners = new CopyOnWriteArrayList<>();
  private final AtomicLong admitted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final Audience audience = new Audience();
  private final ReentrantLock admission = new ReentrantLock();
  private Time.Alarm ticking = () -> {};
  private int ticks;
  private boolean closed;

  /** A registry without streams. */
  public StreamRegistry(
      StreamSettings settings, StreamJournal journal, KeyDirectory keys, Time time) {
    this.settings = settings;
    this.journal = journal;
    this.keys = keys;
    this.time = time;
  }

  /** Takes up what was on air when the server last stopped, and begins to measure. */
  public void open() {
    journal.unfinished().forEach(record -> sessionOf(record).resume());
    ticking = time.repeat(TICK, this::tick);
  }

  /** Hears of everything that happens to any stream; {@code listener} must not block. */
  public void listen(Consumer<StreamEvent> listener) {
    listeners.add(listener);
  }

  /** Hears of all media. */
  public void listenMedia(MediaListener listener) {
    mediaListeners.add(listener);
  }

  /** The session of a stream that something is going on with. */
  public Optional<StreamSession> active(String id) {
    return Optional.ofNullable(sessions.get(id));
  }

  /** All of them. */
  public Collection<StreamSession> all() {
    return sessions.values();
  }

  /**
   * Does something with the session of a stream that exists, opened if need be; no other admission,
   * change or clean-up comes between. May block.
   */
  public <R> Optional<R> with(String id, Function<StreamSession, R> action) {
    admission.lock();
    try {
      return active(id).or(() -> journal.find(id).map(this::sessionOf)).map(action);
    } finally {
      admission.unlock();
    }
  }

  /** The stream as it is now, wherever it is. May block. */
  public Optional<StreamRecord> record(String id) {
    return active(id)
        .map(StreamSession::record)
        .or(() -> journal.find(id).map(StreamRegistry::resting));
  }

  /** No socket outlives a process: who was connected to the last one is not. */
  private static StreamRecord resting(StreamRecord record) {
    return record.connection().isUp()
        ? record.in(record.status(), ConnectionState.DISCONNECTED)
        : record;
  }

  /** A stream that is over and is to be deleted. */
  public void forget(String id) {
    admission.lock();
    try {
      active(id).filter(session -> session.record().status().isFinal()).ifPresent(this::drop);
    } finally {
      admission.unlock();
    }
  }

  private void drop(StreamSession session) {
    if (sessions.remove(session.record().id(), session)) {
      session.close();
    }
  }

  /** How many encoders are connected. */
  public int connectedStreams() {
    return (int) sessions.values().stream().filter(s -> s.record().connection().isUp()).count();
  }

  /** A stream keeps its seat through the grace of its encoder. */
  private int seatsTaken() {
    return (int) sessions.values().stream().filter(StreamSession::holdsSeat).count();
  }

  /** How many watch, all streams together. */
  public int viewers() {
    return audience.watching();
  }

  /** A playlist request; false when there is no room for another viewer. */
  public boolean visit(StreamSession session, Viewers.Viewer viewer) {
    return session.viewers().visit(viewer, time.now(), viewers() < settings.maxViewers());
  }

  /** Encoders let in so far. */
  public long admittedCount() {
    return admitted.get();
  }

  /** Encoders not let in so far. */
  public long refusedCount() {
    return refused.get();
  }

  @Override
  public Publication admit(String key, String peer, Closeable connection) throws PublishRefused {
    try {
      Publication publication = tryAdmit(key, peer, connection);
      admitted.incrementAndGet();
      return publication;
    } catch (PublishRefused e) {
      refused.incrementAndGet();
      throw e;
    }
  }

  private Publication tryAdmit(String key, String peer, Closeable connection)
      throws PublishRefused {
    if (failedKeys.isUsedUp(PeerGroup.of(peer), time.now())) {
      throw new PublishRefused("Too many wrong stream keys from your address. Wait a minute.");
    }
    String keyHash = StreamKey.hash(key);
    Optional<StreamRecord> found = keys.byKeyHash(keyHash);
    if (found.isEmpty()) {
      var _ = failedKeys.use(PeerGroup.of(peer), time.now());
      throw new PublishRefused(
          "This stream key is not known. Check it with 'wlk obs show', or create a new stream.");
    }
    admission.lock();
    try {
      if (!keys.mayPublish(
          found.get().owner())) { // within the lock: a suspension sees who was let in
        throw new PublishRefused("The admin of this server has suspended you.");
      }
      StreamSession session = sessionOf(found.get());
      if (closed) {
        throw new PublishRefused("The server is going down. Try again in a moment.");
      }
      if (!session.holdsSeat() && seatsTaken() >= settings.maxStreams()) {
        throw new PublishRefused(
            "This server carries "
                + settings.maxStreams()
                + " streams at a time, and they are taken. Try again later.");
      }
      return session.admit(keyHash, connection);
    } finally {
      admission.unlock();
    }
  }

  /** The server is about to stop: no stream ends because its encoder does not come back. */
  public void hold() {
    sessions.values().forEach(StreamSession::hold);
  }

  @Override
  public void close() {
    admission.lock();
    try {
      closed = true;
    } finally {
      admission.unlock();
    }
    ticking.cancel();
    sessions.values().forEach(StreamSession::suspend);
    sessions.values().forEach(StreamSession::close);
  }

  private StreamSession sessionOf(StreamRecord record) {
    return sessions.computeIfAbsent(
        record.id(),
        id ->
            new StreamSession(
                record,
                UUID.randomUUID().toString().substring(0, 8),
                settings,
                audience,
                journal,
                time,
                this::tell,
                (session, view) ->
                    mediaListeners.forEach(listener -> listener.changed(session, view))));
  }

  private void tell(StreamEvent event) {
    listeners.forEach(listener -> listener.accept(event));
  }

  private void tick() {
    boolean keep = ++ticks % KEEP_EVERY_TICKS == 0;
    List<StreamJournal.Sampling> samples = new ArrayList<>();
    Optional<Consumer<StreamJournal.Sampling>> keeping =
        keep ? Optional.of(samples::add) : Optional.empty();
    Instant now = time.now();
    for (StreamSession session : List.copyOf(sessions.values())) {
      try {
        session.tick(keeping);
      } catch (RuntimeException e) { // one stream's trouble is not the others'
        log.error("stream {}: measuring failed", session.record().id(), e);
      }
      admission.lock();
      try {
        if (session.isIdle(now)) {
          drop(session);
        }
      } finally {
        admission.unlock();
      }
    }
    if (!samples.isEmpty()) {
      journal.samples(samples);
    }
  }
}
