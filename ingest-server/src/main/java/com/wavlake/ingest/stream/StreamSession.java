package com.wavlake.ingest.stream;

import com.wavlake.ingest.hls.Continuation;
import com.wavlake.ingest.hls.Segment;
import com.wavlake.ingest.hls.Timeline;
import com.wavlake.ingest.hls.TimelineView;
import com.wavlake.ingest.media.MediaSink;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.Track;
import com.wavlake.ingest.rtmp.FlvTag;
import com.wavlake.ingest.rtmp.PublishGate.Publication;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.time.Time;
import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream's life, across any number of encoder connections: created → live ⇄ reconnecting →
 * ended. A transition is durable before it is told. Safe for use by many threads.
 */
public final class StreamSession {
  private static final Logger log = LoggerFactory.getLogger(StreamSession.class);

  /** Since the last save a crash may have forgotten so many segments, and discontinuities. */
  private static final int RESERVED_SEGMENTS = 100;

  private static final int RESERVED_DISCONTINUITIES = 10;
  private static final Duration STALE_AFTER = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

  private final StreamSettings settings;
  private final StreamJournal journal;
  private final Time time;
  private final Viewers viewers;
  private final Timeline timeline;

  /** Guards the record, the connection and the alarm: control, seldom held. */
  private final ReentrantLock control = new ReentrantLock();

  /**
   * Held while a connection's media is handled, so that a taken-over connection cannot interleave.
   */
  private final ReentrantLock media = new ReentrantLock();

  private final List<Consumer<StreamEvent>> listeners = new CopyOnWriteArrayList<>();
  private final Consumer<StreamEvent> registry;
  private final List<TagListener> tagListeners = new CopyOnWriteArrayList<>();
  private final HealthMeter meter;
  private final MediaListener mediaListener;

  private volatile StreamRecord record;
  private volatile @Nullable EncoderConnection connection;
  private Time.Alarm graceAlarm = () -> {};
  private Instant encoderLeftAt = Instant.EPOCH;
  private volatile boolean held;
  private volatile boolean firstSegmentTold;
  private volatile long firstSegmentAfterMillis = -1;
  private int toldViewers;

  StreamSession(
      StreamRecord record,
      String timelineName,
      StreamSettings settings,
      Audience audience,
      StreamJournal journal,
      Time time,
      Consumer<StreamEvent> registry,
      MediaListener mediaListener) {
    // what a crash left behind as connected is not: no socket outlives a process
    this.record =
        record.connection().isUp()
            ? record.in(record.status(), ConnectionState.DISCONNECTED)
            : record;
    this.settings = settings;
    this.journal = journal;
    this.time = time;
    this.registry = registry;
    this.mediaListener = mediaListener;
    this.meter = new HealthMeter(time, settings.maxKbps());
    this.viewers =
        new Viewers(audience, record.counts().peakViewers(), record.counts().totalViewers());
    this.timeline =
        new Timeline(
            settings.hls(),
            timelineName,
            record.counts().playlist(),
            time::now,
            this::mediaChanged);
  }

  /** The stream as it is now. */
  public StreamRecord record() {
    return record;
  }

  /** What can be watched now. */
  public TimelineView media() {
    return timeline.view();
  }

  /** Who watches. */
  public Viewers viewers() {
    return viewers;
  }

  /** How the encoder is doing, as of the last measuring. */
  public Health health() {
    return meter.last();
  }

  /** Whether an encoder is there. */
  public boolean isConnected() {
    return connection != null;
  }

  /** Whether it is to be recorded. */
  public boolean isRecorded() {
    return settings.recording().applies(record.about().record());
  }

  /** Tells the streamer, among the warnings, until another is told under that name. */
  public void notice(String name, String warning) {
    meter.notice(name, warning);
  }

  /** Hears what describes the tracks, then every tag from now on; close to stop. */
  public Closeable listenTags(TagListener listener) {
    tagListeners.add(listener); // first: what comes meanwhile must not be missed
    EncoderConnection now = connection;
    if (now != null) {
      now.described().forEach(listener::tag);
    }
    return () -> tagListeners.remove(listener);
  }

  /** What the encoder sends now; empty when there is none. */
  public List<Track> tracks() {
    EncoderConnection now = connection;
    return now == null ? List.of() : now.tracks();
  }

  /**
   * Follows the stream: what is so now is told first. Close to stop; {@code listener} must not
   * block.
   */
  public Closeable follow(Consumer<StreamEvent> listener) {
    control.lock();
    try {
      listeners.add(
          listener); // before the present is told: what happens meanwhile must not be missed
      listener.accept(new StreamEvent.Changed(record, tracks()));
      if (record.status().isFinal()) {
        listeners.remove(listener);
        listener.accept(new StreamEvent.Ended(record, record.lastError().orElse("ended")));
        return () -> {};
      }
      if (firstSegmentTold && connection != null) {
        listener.accept(new StreamEvent.FirstSegment(record, firstSegmentAfterMillis));
      }
      listener.accept(new StreamEvent.ViewersChanged(record, viewers.current()));
      return () -> listeners.remove(listener);
    } finally {
      control.unlock();
    }
  }

  boolean isFollowed() {
    return !listeners.isEmpty();
  }

  /** Whether an encoder is connected or waited for. */
  boolean holdsSeat() {
    StreamRecord now = record;
    return now.connection().isUp()
        || now.status() == StreamState.LIVE
        || now.status() == StreamState.RECONNECTING;
  }

  /** Whether nothing is going on with it and nobody would miss it. */
  boolean isIdle(Instant now) {
    boolean resting =
        record.status() == StreamState.CREATED && connection == null && listeners.isEmpty();
    boolean lingers =
        encoderLeftAt.plus(settings.linger()).isAfter(now) && timeline.view().isPlayable();
    return (resting && !lingers)
        || record
            .times()
            .endedAt()
            .map(end -> end.plus(settings.linger()).isBefore(now))
            .orElse(false);
  }

  /**
   * Lets an encoder in; one that is there already has to go.
   *
   * @param keyHash of the key that it showed, which may have been replaced since
   * @throws PublishRefused when the stream is over, or opens to another key now
   */
  Publication admit(String keyHash, Closeable socket) throws PublishRefused {
    control.lock();
    try {
      if (record.status().isFinal()) {
        throw new PublishRefused("This stream has ended. Create a new one, and use its key.");
      }
      if (!keyHash.equals(record.keyHash())) {
        throw new PublishRefused("This stream key was replaced by a new one.");
      }
      requireRoom();
      move(r ->
          r.in(
              r.status() == StreamState.RECONNECTING ? StreamState.LIVE : r.status(),
              ConnectionState.CONNECTED));
      EncoderConnection before = connection;
      if (before != null) {
        log.info("stream {}: a new encoder connection takes over", record.id());
        connection = null; // from here on the old one is heard no more
        before.close();
        closeRun(Timeline::disconnected);
      }
      graceAlarm.cancel();
      EncoderConnection admitted =
          new EncoderConnection(new Port(), record.id(), socket, time.now());
      connection = admitted;
      log.info("stream {}: encoder connected", record.id());
      tell(new StreamEvent.Changed(record, List.of()));
      return admitted;
    } finally {
      control.unlock();
    }
  }

  /**
   * Goes live.
   *
   * @throws StreamConflict when the encoder is not connected, or the stream is over
   */
  public StreamRecord start() {
    control.lock();
    try {
      if (record.status() == StreamState.CREATED) {
        if (connection == null) {
          throw new StreamConflict("The encoder is not connected: start streaming in OBS first.");
        }
        move(r -> r.in(StreamState.LIVE, r.connection()).startedAt(time.now()));
        log.info("stream {} is live", record.id());
        tell(new StreamEvent.Changed(record, tracks()));
      } else if (record.status().isFinal()) {
        throw new StreamConflict("The stream has ended.");
      }
      return record;
    } finally {
      control.unlock();
    }
  }

  /** Ends it, for a reason in words; what is over stays as it is. */
  public StreamRecord stop(String reason) {
    control.lock();
    try {
      end(StreamState.ENDED, reason);
      return record;
    } finally {
      control.unlock();
    }
  }

  /** Another key opens it from now on; who came with the old one has to go. */
  public StreamRecord rekey(String keyHash) {
    control.lock();
    try {
      if (record.status().isFinal()) {
        throw new StreamConflict("The stream has ended.");
      }
      move(r -> r.withKeyHash(keyHash));
      EncoderConnection now = connection;
      if (now != null) {
        now.close();
      }
      tell(new StreamEvent.KeyReplaced(record));
      return record;
    } finally {
      control.unlock();
    }
  }

  /** Its key opens another stream from now on, as is kept already. */
  public void keyMovedTo(String otherId) {
    control.lock();
    try {
      record = record.withKeyHash(StreamRecord.KEY_MOVED + otherId);
    } finally {
      control.unlock();
    }
  }

  /** Its owner says something else about it. */
  public StreamRecord describe(UnaryOperator<StreamRecord.About> change) {
    control.lock();
    try {
      move(r -> r.withAbout(change.apply(r.about())));
      return record;
    } finally {
      control.unlock();
    }
  }

  /** What its encoder sends can be watched now, served by somebody else. */
  public void playableElsewhere() {
    control.lock();
    try {
      EncoderConnection up = connection;
      if (up != null && !up.isPlayable()) {
        up.playable();
        firstSegmentTold = true;
        firstSegmentAfterMillis = Duration.between(up.since(), time.now()).toMillis();
        tell(new StreamEvent.FirstSegment(record, firstSegmentAfterMillis));
      }
    } finally {
      control.unlock();
    }
  }

  /** After a restart: who was on air is waited for as if the connection had just been lost. */
  void resume() {
    control.lock();
    try {
      saveOrRemember(r -> r.in(StreamState.RECONNECTING, ConnectionState.RECONNECTING));
      awaitReturn(settings.lostGrace());
    } finally {
      control.unlock();
    }
  }

  /** Nobody will ask for it any more: its media is given back. */
  void close() {
    viewers.clear();
    media.lock();
    try {
      timeline.close();
    } finally {
      media.unlock();
    }
  }

  /** The server is about to stop: who is waited for is waited for by the next one. */
  void hold() {
    held = true;
  }

  /** The server stops: encoders go, the state stays, so that the next start takes it up again. */
  void suspend() {
    control.lock();
    try {
      graceAlarm.cancel();
      EncoderConnection now = connection;
      connection = null;
      if (now != null) {
        now.close();
      }
      if (!record.status().isFinal()) {
        ConnectionState left =
            record.status() == StreamState.CREATED
                ? ConnectionState.DISCONNECTED
                : ConnectionState.RECONNECTING;
        saveOrRemember(r ->
            r.in(r.status() == StreamState.LIVE ? StreamState.RECONNECTING : r.status(), left));
      }
    } finally {
      control.unlock();
    }
  }

  private boolean haveCountsChanged() {
    StreamRecord.Counts kept = record.counts();
    return kept.peakViewers() != viewers.peak() || kept.totalViewers() != viewers.total();
  }

  /** Whether the playlist comes near the numbers that a crash would go on with. */
  private boolean isPlaylistAhead() {
    Continuation kept = record.counts().playlist();
    TimelineView view = timeline.view();
    long discontinuities =
        view.discontinuitySequence()
            + view.window().stream().filter(Segment::discontinuity).count();
    return kept.targetDuration() != view.targetDuration()
        || kept.nextSequence() - view.nextSequence() < RESERVED_SEGMENTS / 2
        || kept.discontinuitySequence() - discontinuities < RESERVED_DISCONTINUITIES / 2;
  }

  /**
   * Every few seconds: forgets viewers, measures, tells.
   *
   * @param keep takes a sample, when one is due
   */
  void tick(Optional<Consumer<StreamJournal.Sampling>> keep) {
    Instant now = time.now();
    Duration reload = Duration.ofSeconds(3L * timeline.view().targetDuration());
    Duration least = settings.hls().segment().multipliedBy(5);
    viewers.sweep(now, reload.compareTo(least) > 0 ? reload : least);
    if (viewers.current() != toldViewers) {
      toldViewers = viewers.current();
      tell(new StreamEvent.ViewersChanged(record, viewers.current()));
    }
    EncoderConnection up = connection;
    Health health = meter.measure(up, timeline.view(), timeline.keyFrameIntervalMillis());
    if (up == null) {
      return;
    }
    tell(new StreamEvent.Measured(record, health));
    if (keep.isPresent()) {
      keep.get()
          .accept(
              new StreamJournal.Sampling(
                  record.id(),
                  now,
                  viewers.current(),
                  health.bitrateKbps(),
                  health.frameRate(),
                  record.connection()));
    }
    if (isPlaylistAhead() || (keep.isPresent() && haveCountsChanged())) {
      control.lock();
      try {
        if (connection == up) {
          move(UnaryOperator.identity());
        }
      } finally {
        control.unlock();
      }
    }
  }

  /** Only with control held. */
  private void end(StreamState last, String reason) {
    if (record.status().isFinal()) {
      return;
    }
    Instant at = time.now();
    ConnectionState left =
        last == StreamState.ERROR ? ConnectionState.FAILED : ConnectionState.ENDED;
    move(r -> r.in(last, left).endedAt(at, at.plus(retention())));
    graceAlarm.cancel();
    EncoderConnection now = connection;
    connection = null;
    closeRun(Timeline::end);
    if (now != null) {
      now.close();
    }
    log.info("stream {} ended: {}", record.id(), reason);
    tell(new StreamEvent.Changed(record, List.of()));
    tell(new StreamEvent.Ended(record, reason));
    listeners.clear();
  }

  /** Whoever is there stays there. */
  private void requireRoom() throws PublishRefused {
    EncoderConnection now = connection;
    boolean fresh = now != null && now.lastReceived().plus(STALE_AFTER).isAfter(time.now());
    if (now != null
        && (settings.takeover() == Takeover.NEVER
            || (settings.takeover() == Takeover.STALE && fresh))) {
      throw new PublishRefused(
          "Another encoder is streaming with this key. Stop it first, or wait until it is gone.");
    }
  }

  /** A fault in the media's end must not keep the stream from its own. */
  private void closeRun(Consumer<Timeline> how) {
    meter.interrupted();
    media.lock();
    try {
      how.accept(timeline);
    } catch (RuntimeException | OutOfMemoryError e) {
      log.error("stream {}: the last of its media is lost", record.id(), e);
    } finally {
      media.unlock();
    }
  }

  private Duration retention() {
    Duration recording = isRecorded() ? settings.recordingRetention() : Duration.ZERO;
    return recording.compareTo(settings.retention()) > 0 ? recording : settings.retention();
  }

  private void left(EncoderConnection gone, Duration grace, String reason) {
    control.lock();
    try {
      if (connection != gone) {
        return; // taken over or ended: whoever did that has seen to it
      }
      connection = null;
      encoderLeftAt = time.now();
      closeRun(Timeline::disconnected);
      if (record.status() == StreamState.LIVE) {
        saveOrRemember(r -> r.in(StreamState.RECONNECTING, ConnectionState.RECONNECTING));
        awaitReturn(grace);
      } else {
        saveOrRemember(r -> r.in(r.status(), ConnectionState.DISCONNECTED));
      }
      log.info("stream {}: encoder left: {}", record.id(), reason);
      tell(new StreamEvent.Changed(record, List.of()));
    } finally {
      control.unlock();
    }
  }

  private void awaitReturn(Duration grace) {
    graceAlarm =
        time.schedule(
            grace,
            () -> {
              control.lock();
              try {
                if (record.status() == StreamState.RECONNECTING && connection == null && !held) {
                  end(
                      StreamState.ENDED,
                      "the encoder did not come back within " + grace.toSeconds() + " s");
                }
              } catch (
                  RuntimeException
                      e) { // the journal is away: a stream must not stay live because of that
                log.error("stream {}: its end could not be kept, trying again", record.id(), e);
                awaitReturn(AFTER_FAILURE);
              } finally {
                control.unlock();
              }
            });
  }

  private void fail(EncoderConnection at, RuntimeException fault) {
    log.error("stream {}: media could not be handled", record.id(), fault);
    control.lock();
    try {
      if (connection == at) {
        String what = "media could not be handled: " + fault.getMessage();
        move(r -> r.failing(what));
        journal.error(record.id(), "media", what, time.now());
        end(StreamState.ERROR, what);
      }
    } finally {
      control.unlock();
    }
  }

  private void mediaChanged(TimelineView view) {
    mediaListener.changed(this, view);
    EncoderConnection up = connection;
    if (up != null && !up.isPlayable() && view.isPlayable()) {
      up.playable();
      firstSegmentTold = true;
      firstSegmentAfterMillis = Duration.between(up.since(), time.now()).toMillis();
      tell(new StreamEvent.FirstSegment(record, firstSegmentAfterMillis));
    }
  }

  /** Durable first, then visible. */
  private void move(UnaryOperator<StreamRecord> change) {
    StreamRecord changed = change.apply(record);
    StreamRecord next =
        changed.counting(
            viewers.peak(), viewers.total(), continuation(changed.connection().isUp()));
    journal.save(next, time.now());
    record = next;
  }

  /** While media comes, ahead of what there is: a crash must not use a number twice. */
  private Continuation continuation(boolean running) {
    media.lock();
    try {
      Continuation exact = timeline.continuation();
      return running
          ? new Continuation(
              exact.nextSequence() + RESERVED_SEGMENTS,
              exact.discontinuitySequence() + RESERVED_DISCONTINUITIES,
              exact.targetDuration())
          : exact;
    } finally {
      media.unlock();
    }
  }

  /**
   * For what has happened whether it can be kept or not: the next transition that is kept makes up
   * for it.
   */
  private void saveOrRemember(UnaryOperator<StreamRecord> change) {
    try {
      move(change);
    } catch (RuntimeException e) {
      log.error("stream {}: a change could not be kept", record.id(), e);
      record = change.apply(record);
    }
  }

  private void tell(StreamEvent event) {
    registry.accept(event);
    listeners.forEach(listener -> listener.accept(event));
  }

  /**
   * What the encoders' connections may do to the session; one that is no longer its own is heard no
   * more.
   */
  private final class Port implements EncoderConnection.Session {
    /** A fault in our handling of media ends this stream, and no other. */
    @Override
    public void handle(EncoderConnection from, Consumer<MediaSink> action) {
      RuntimeException fault = null;
      media.lock();
      try {
        if (connection == from) {
          action.accept(timeline);
        }
      } catch (RuntimeException e) {
        fault = e;
      } finally {
        media.unlock();
      }
      if (fault != null) {
        fail(from, fault);
      }
    }

    @Override
    public void tracksChanged(EncoderConnection from) {
      if (connection == from) {
        tell(new StreamEvent.Changed(record, tracks()));
      }
    }

    @Override
    public Instant received(EncoderConnection from, long bytes) {
      meter.received(bytes);
      return time.now();
    }

    @Override
    public void jumped(EncoderConnection from) {
      if (connection == from) {
        meter.interrupted();
      }
    }

    @Override
    public void arrived(EncoderConnection from, Sample sample) {
      if (connection == from) {
        meter.sample(sample);
      }
    }

    @Override
    public void tag(EncoderConnection from, FlvTag tag) {
      if (connection == from) {
        tagListeners.forEach(listener -> listener.tag(tag));
      }
    }

    @Override
    public boolean wantsTags() {
      return !tagListeners.isEmpty();
    }

    @Override
    public void stopped(EncoderConnection from) {
      left(from, settings.stopGrace(), "it stopped");
    }

    @Override
    public void lost(EncoderConnection from, String reason) {
      left(from, settings.lostGrace(), reason);
    }
  }
}
