package com.wavlake.ingest.stream;

import com.wavlake.ingest.media.MediaSink;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.Track;
import com.wavlake.ingest.rtmp.FlvTag;
import com.wavlake.ingest.rtmp.PublishGate.Publication;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An encoder that was let in to a stream, until it goes or another takes over. */
final class EncoderConnection implements Publication {
  private static final Logger log = LoggerFactory.getLogger(EncoderConnection.class);

  /** What it may do to its stream's session. */
  interface Session {
    /** Hands on media, unless another connection has taken over. */
    void handle(EncoderConnection from, Consumer<MediaSink> action);

    /** Tells that it sends other tracks than before. */
    void tracksChanged(EncoderConnection from);

    /** Counts bytes; answers when that was. */
    Instant received(EncoderConnection from, long bytes);

    /** Its times do not go on. */
    void jumped(EncoderConnection from);

    /** A sample has come, before it is handed on. */
    void arrived(EncoderConnection from, Sample sample);

    /** Hands on a tag as it came. */
    void tag(EncoderConnection from, FlvTag tag);

    /** Whether anybody wants them. */
    boolean wantsTags();

    /** It said that it stops. */
    void stopped(EncoderConnection from);

    /** It went without a word. */
    void lost(EncoderConnection from, String reason);
  }

  private final Session session;
  private final String streamId;
  private final Closeable socket;
  private final Instant since;
  private final List<Track> tracks = new CopyOnWriteArrayList<>();
  private final Set<String> dropped = Collections.synchronizedSet(new LinkedHashSet<>());
  private final Map<String, FlvTag> described = new ConcurrentHashMap<>();
  private volatile boolean playable;
  private volatile Instant lastReceived;

  EncoderConnection(Session session, String streamId, Closeable socket, Instant since) {
    this.session = session;
    this.streamId = streamId;
    this.socket = socket;
    this.since = since;
    this.lastReceived = since;
  }

  /** The newest metadata and configurations: who listens from now on needs them first. */
  List<FlvTag> described() {
    return List.of("data", "video", "audio").stream()
        .flatMap(kind -> Optional.ofNullable(described.get(kind)).stream())
        .toList();
  }

  /** When it last sent anything. */
  Instant lastReceived() {
    return lastReceived;
  }

  /** When it was let in. */
  Instant since() {
    return since;
  }

  /** What it sends, video first. */
  List<Track> tracks() {
    return List.copyOf(tracks);
  }

  /** What of it cannot be used, in words. */
  List<String> dropped() {
    synchronized (dropped) {
      return List.copyOf(dropped);
    }
  }

  boolean isPlayable() {
    return playable;
  }

  /** What it sent can be watched now. */
  void playable() {
    playable = true;
  }

  @Override
  public void announced(boolean video, boolean audio) {
    session.handle(this, sink -> sink.announced(video, audio));
  }

  @Override
  public void track(Track track) {
    tracks.removeIf(before -> before.kind() == track.kind());
    tracks.add(track);
    tracks.sort(Comparator.comparing(Track::kind));
    session.handle(this, sink -> sink.track(track));
    session.tracksChanged(this);
  }

  @Override
  public void sample(Sample sample) {
    session.arrived(this, sample);
    session.handle(this, sink -> sink.sample(sample));
  }

  @Override
  public void discontinuity() {
    session.jumped(this);
    session.handle(this, MediaSink::discontinuity);
  }

  @Override
  public void dropped(String reason) {
    dropped.add(reason);
    log.info("stream {}: {}", streamId, reason);
  }

  @Override
  public void received(long bytes) {
    lastReceived = session.received(this, bytes);
  }

  @Override
  public void tag(FlvTag tag) {
    if (tag.isData() || tag.isConfiguration()) {
      described.put(tag.isData() ? "data" : tag.isVideo() ? "video" : "audio", tag);
    }
    session.tag(this, tag);
  }

  @Override
  public boolean wantsTags() {
    return session.wantsTags();
  }

  @Override
  public void unpublished() {
    session.stopped(this);
  }

  @Override
  public void lost(String reason) {
    session.lost(this, reason);
  }

  /** Ends its socket. */
  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("stream {}: closing an encoder's socket", streamId, e);
    }
  }
}
