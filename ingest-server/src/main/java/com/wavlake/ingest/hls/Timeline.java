package com.wavlake.ingest.hls;

import com.wavlake.ingest.fmp4.Fragment;
import com.wavlake.ingest.fmp4.InitSegment;
import com.wavlake.ingest.fmp4.TimedSample;
import com.wavlake.ingest.media.MediaSink;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.Track;
import com.wavlake.ingest.media.Track.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Samples to parts to segments: a pure state machine, driven by one thread. It outlives
 * connections: what comes after an interruption goes on in the same playlist behind a
 * discontinuity. Readers take a {@link TimelineView}, at any time from any thread.
 *
 * <p>A run is what lies between two discontinuities: fixed tracks, continuous times. A segment ends
 * at the first key frame from the configured length on, or without one where waiting would break
 * EXT-X-TARGETDURATION.
 */
public final class Timeline implements MediaSink {
  private static final int MAX_TARGET_DURATION = 10;
  private static final double KEY_FRAME_TOLERANCE_SECONDS = 0.05;
  private static final double ROUNDING_SECONDS = 0.499;
  private static final double PATIENCE_SECONDS = 1.0;
  private static final int MAX_WAITING = 2_000;
  private static final long MAX_WAITING_BYTES = 16L << 20;
  private static final long MAX_BYTES_PER_SECOND = 4L << 20;
  private static final int MAX_HELD = 600;
  private static final long MAX_PART_BYTES = 32L << 20;

  private final HlsSettings settings;
  private final String session;
  private final InstantSource clock;
  private final Consumer<TimelineView> onSegment;

  private final Map<Kind, Track> known = new EnumMap<>(Kind.class);
  private boolean announced;
  private boolean videoAnnounced;
  private boolean audioAnnounced;

  private final List<Sample> waiting = new ArrayList<>();
  private long waitingBytes;
  private List<Lane> lanes = List.of();
  private List<Track> tracks = List.of();
  private int fragments;
  private long partBytes;
  private double partStart;
  private double segmentStart;
  private Instant segmentTime = Instant.EPOCH;
  private List<ByteBuffer> parts = new ArrayList<>();
  private long videoSamples;
  private double frameRate;
  private double lastKeyFrame;
  private double keyFrameInterval;

  private final Deque<Segment> held = new ArrayDeque<>();
  private final Map<Integer, ByteBuffer> inits = new TreeMap<>();
  private int init = -1;
  private int listed;
  private long nextSequence;
  private long discontinuitySequence;
  private boolean discontinuity;
  private int targetDuration;
  private boolean ended;

  private volatile TimelineView view;

  /**
   * An empty timeline.
   *
   * @param session names it in URLs: another server run, another name
   * @param firstSequence the first media sequence number
   * @param onSegment told after each segment, on the driving thread
   */
  public Timeline(
      HlsSettings settings,
      String session,
      long firstSequence,
      InstantSource clock,
      Consumer<TimelineView> onSegment) {
    this.settings = settings;
    this.session = session;
    this.nextSequence = firstSequence;
    this.clock = clock;
    this.onSegment = onSegment;
    this.view = look();
  }

  /** What can be read now. */
  public TimelineView view() {
    return view;
  }

  /** Milliseconds between the last two key frames; 0 before there were two. */
  public long keyFrameIntervalMillis() {
    return Math.round(keyFrameInterval * 1000);
  }

  @Override
  public void announced(boolean video, boolean audio) {
    announced = true;
    videoAnnounced = video;
    audioAnnounced = audio;
  }

  @Override
  public void track(Track track) {
    Track before = known.put(track.kind(), track);
    if (!lanes.isEmpty() && !track.equals(before)) {
      interrupt();
    }
  }

  @Override
  public void sample(Sample sample) {
    if (ended) {
      return;
    }
    if (!lanes.isEmpty()) {
      push(sample);
      return;
    }
    if (sample.track().kind() == Kind.VIDEO && !sample.keyFrame() && !hasKind(Kind.VIDEO)) {
      return; // nothing can be decoded before the first key frame
    }
    waiting.add(sample);
    waitingBytes += sample.size();
    while (waiting.size() > MAX_WAITING || waitingBytes > MAX_WAITING_BYTES) {
      waitingBytes -= waiting.removeFirst().size();
    }
    if (!waiting.isEmpty() && isReady()) {
      begin();
    }
  }

  @Override
  public void discontinuity() {
    interrupt();
  }

  /**
   * Nothing continues what was sent so far: what there is becomes a segment, what comes next a new
   * run.
   */
  public void interrupt() {
    finishRun(false);
  }

  /**
   * A first segment cut short would fix EXT-X-TARGETDURATION for the whole session: it is shown
   * only if it is the last.
   */
  private void finishRun(boolean last) {
    if (!lanes.isEmpty()) {
      lanes.forEach(Lane::flush);
      double end = lead().end() < 0 ? partStart : seconds(lead(), lead().end());
      cutPart(end);
      if (targetDuration > 0 || last) {
        cutSegment(end);
      } else {
        parts = new ArrayList<>();
      }
    }
    lanes = List.of();
    waiting.clear();
    waitingBytes = 0;
  }

  /** The connection is gone: its tracks are no longer known, the next one brings its own. */
  public void disconnected() {
    disconnected(false);
  }

  private void disconnected(boolean last) {
    finishRun(last);
    known.clear();
    announced = false;
  }

  /** Nothing will follow. */
  public void end() {
    disconnected(true);
    ended = true;
    view = look();
  }

  private boolean hasKind(Kind kind) {
    return waiting.stream().anyMatch(sample -> sample.track().kind() == kind);
  }

  /** Whether every track that is to be expected is there, or has been waited for long enough. */
  private boolean isReady() {
    boolean video = hasKind(Kind.VIDEO);
    boolean audio = known.containsKey(Kind.AUDIO);
    boolean videoExpected = known.containsKey(Kind.VIDEO) || (announced ? videoAnnounced : true);
    boolean audioExpected = announced ? audioAnnounced : true;
    if ((video || !videoExpected) && (audio || !audioExpected)) {
      return true;
    }
    double waited = seconds(waiting.getLast()) - seconds(waiting.getFirst());
    return waited >= PATIENCE_SECONDS && (video || !known.containsKey(Kind.VIDEO));
  }

  private void begin() {
    List<Track> starting = new ArrayList<>();
    double start = seconds(waiting.getFirst());
    for (Kind kind : Kind.values()) {
      Track track = known.get(kind);
      if (track != null && (kind == Kind.AUDIO || hasKind(Kind.VIDEO))) {
        starting.add(track);
      }
    }
    if (hasKind(Kind.VIDEO)) {
      start =
          waiting.stream()
              .filter(s -> s.track().kind() == Kind.VIDEO)
              .mapToDouble(Timeline::seconds)
              .min()
              .orElse(start);
    }
    tracks = List.copyOf(starting);
    lanes = tracks.stream().map(Lane::new).toList();
    inits.put(++init, direct(InitSegment.of(tracks)));
    discontinuity = nextSequenceIsNotFirst();
    segmentStart = start;
    partStart = start;
    lastKeyFrame = Double.NaN;
    keyFrameInterval = 0;
    segmentTime = clock.instant();
    List<Sample> first = List.copyOf(waiting);
    waiting.clear();
    waitingBytes = 0;
    for (Sample sample : first) {
      if (seconds(sample)
          >= start) { // sound from before the first picture would have nothing to go with
        push(sample);
      }
    }
  }

  private boolean nextSequenceIsNotFirst() {
    return !held.isEmpty() || nextSequence > 0;
  }

  private void push(Sample sample) {
    Lane lane = lane(sample.track());
    if (lane == null) {
      return;
    }
    double now = seconds(sample);
    double elapsed = now - segmentStart;
    boolean leads = lane.equals(lead());
    double longest = targetDuration == 0 ? MAX_TARGET_DURATION : targetDuration + ROUNDING_SECONDS;
    if (leads
        && elapsed
            > longest) { // a hole in time: stretched over it, the last picture would make the
      // segment too long
      interrupt();
      sample(sample);
      return;
    }
    lane.add(sample);
    partBytes += sample.size();
    if (leads && sample.track().kind() == Kind.VIDEO) {
      videoSamples++;
      measureKeyFrames(sample, now);
    }
    double target = settings.segment().toMillis() / 1000.0;
    double oneMore = lane.lastDuration() / (double) lane.track().timescale();
    boolean whole = leads && sample.keyFrame() && elapsed >= target - KEY_FRAME_TOLERANCE_SECONDS;
    boolean tooLong = leads ? elapsed + oneMore > longest : elapsed > longest;
    if (whole || tooLong || partBytes > MAX_PART_BYTES) {
      double at = Math.min(now, segmentStart + longest);
      cutPart(at);
      cutSegment(at);
    } else if (leads && now - partStart + oneMore > settings.part().toMillis() / 1000.0 + 0.001) {
      cutPart(now);
    }
  }

  private void measureKeyFrames(Sample sample, double now) {
    if (sample.keyFrame()) {
      keyFrameInterval = Double.isNaN(lastKeyFrame) ? 0 : now - lastKeyFrame;
      lastKeyFrame = now;
    }
  }

  private @Nullable Lane lane(Track track) {
    for (Lane lane : lanes) {
      if (lane.track().equals(track)) {
        return lane;
      }
    }
    return null;
  }

  /** Whose times decide where to cut: video where there is any. */
  private Lane lead() {
    return lanes.getFirst();
  }

  private void cutPart(double at) {
    if (lanes.stream().allMatch(Lane::isEmpty)) {
      return;
    }
    List<List<TimedSample>> samples = lanes.stream().map(Lane::take).toList();
    parts.add(Fragment.of(++fragments, tracks, samples));
    partBytes = 0;
    partStart = at;
  }

  private void cutSegment(double at) {
    if (parts.isEmpty()) {
      return;
    }
    double length = Math.max(0.001, at - segmentStart);
    if (targetDuration == 0) {
      int wanted = (int) Math.ceil(settings.segment().toMillis() / 1000.0);
      targetDuration = Math.clamp(Math.round(length), wanted, MAX_TARGET_DURATION);
    }
    frameRate =
        lead().track().kind() == Kind.VIDEO && length > 0.5 ? videoSamples / length : frameRate;
    videoSamples = 0;
    held.add(new Segment(nextSequence++, init, discontinuity, length, segmentTime, parts));
    listed++;
    slide();
    parts = new ArrayList<>();
    discontinuity = false;
    segmentStart = at;
    segmentTime = segmentTime.plus(Duration.ofNanos((long) (length * 1e9)));
    view = look();
    onSegment.accept(view);
  }

  /**
   * Unlists what the window does not need, drops what no playlist of the recent past lists (RFC
   * 8216 §6.2.2).
   */
  private void slide() {
    double window = Math.max(settings.window().toMillis() / 1000.0, 3.0 * targetDuration);
    List<Segment> all = List.copyOf(held);
    double listedSeconds =
        all.subList(all.size() - listed, all.size()).stream().mapToDouble(Segment::seconds).sum();
    while (listedSeconds - all.get(all.size() - listed).seconds() >= window) {
      Segment unlisted = all.get(all.size() - listed);
      listedSeconds -= unlisted.seconds();
      listed--;
      if (unlisted.discontinuity()) {
        discontinuitySequence++;
      }
    }
    double unlistedSeconds =
        all.subList(0, all.size() - listed).stream().mapToDouble(Segment::seconds).sum();
    while (held.size() > listed
        && unlistedSeconds - held.getFirst().seconds() >= window + targetDuration) {
      unlistedSeconds -= held.removeFirst().seconds();
    }
    dropOverflow();
    int oldest = held.getFirst().init();
    inits.keySet().removeIf(number -> number < oldest);
  }

  /** Whatever an encoder claims of its times, memory is bounded. */
  private void dropOverflow() {
    long bytes = held.stream().mapToLong(Segment::bytes).sum();
    long max = MAX_BYTES_PER_SECOND * (2 * settings.window().toSeconds() + MAX_TARGET_DURATION);
    while (held.size() > 1 && (bytes > max || held.size() > MAX_HELD)) {
      Segment dropped = held.removeFirst();
      bytes -= dropped.bytes();
      if (listed > held.size()) {
        listed = held.size();
        discontinuitySequence += dropped.discontinuity() ? 1 : 0;
      }
    }
  }

  private TimelineView look() {
    double total = held.stream().mapToDouble(Segment::seconds).sum();
    double peak =
        held.stream().mapToDouble(s -> s.bytes() * 8 / Math.max(0.5, s.seconds())).max().orElse(0);
    double average = total > 0 ? held.stream().mapToLong(Segment::bytes).sum() * 8 / total : 0;
    return new TimelineView(
        session,
        tracks,
        inits,
        List.copyOf(held),
        listed,
        targetDuration,
        discontinuitySequence,
        (int) Math.max(1, Math.ceil(peak)),
        (int) Math.max(1, Math.ceil(average)),
        frameRate,
        ended);
  }

  private static double seconds(Sample sample) {
    return sample.dts() / (double) sample.track().timescale();
  }

  private static double seconds(Lane lane, long ticks) {
    return ticks / (double) lane.track().timescale();
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
