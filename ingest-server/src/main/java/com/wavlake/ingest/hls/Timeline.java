package com.wavlake.ingest.hls;

import com.wavlake.ingest.fmp4.Fragment;
import com.wavlake.ingest.fmp4.InitSegment;
import com.wavlake.ingest.fmp4.TimedSample;
import com.wavlake.ingest.media.MediaSink;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.SharedBytes;
import com.wavlake.ingest.media.Track;
import com.wavlake.ingest.media.Track.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Samples to parts to segments: a pure state machine, driven by one thread. It outlives
 * connections: what comes after an interruption goes on in the same playlist behind a
 * discontinuity. Readers take a {@link TimelineView}, at any time from any thread.
 *
 * <p>A run is what lies between two discontinuities: fixed tracks, continuous times. A segment ends
 * at the first key frame from the configured length on, or without one where waiting would break
 * EXT-X-TARGETDURATION. A part ends before the picture that would make it longer than PART-TARGET;
 * where pictures come so seldom that it would be shorter than 85 % of that then, it ends within a
 * picture's time.
 */
public final class Timeline implements MediaSink {
  private static final double KEY_FRAME_TOLERANCE_SECONDS = 0.05;
  private static final double ROUNDING_SECONDS = 0.499;
  private static final double PATIENCE_SECONDS = 1.0;
  private static final int MAX_WAITING = 2_000;
  private static final long MAX_WAITING_BYTES = 16L << 20;
  private static final double LEAST_PART = 0.85;
  private static final double JITTER_SECONDS = 0.002;
  private static final double EPSILON = 1e-6;
  private static final long MAX_SEGMENT_BYTES = 40L << 20;
  private static final double PATIENCE_FOR_PICTURES_SECONDS = 12;

  /** What a sample costs beside its payload. */
  static final int SAMPLE_OVERHEAD = 200;

  private final HlsSettings settings;
  private final String session;
  private final InstantSource clock;
  private final Consumer<TimelineView> onChange;
  private final Window window;

  private final Map<Kind, Track> known = new EnumMap<>(Kind.class);
  private boolean announced;
  private boolean videoAnnounced;
  private boolean audioAnnounced;

  private final List<Sample> waiting = new ArrayList<>();
  private long waitingBytes;
  private Instant waitingSince = Instant.EPOCH;
  private List<Lane> lanes = List.of();
  private List<Track> tracks = List.of();
  private int fragments;
  private long partBytes;
  private long segmentBytes;
  private double partStart;
  private double segmentStart;
  private Instant segmentTime = Instant.EPOCH;
  private List<Part> parts = new ArrayList<>();
  private long videoSamples;
  private double frameRate;
  private double lastKeyFrame;
  private double keyFrameInterval;

  private int init = -1;
  private boolean discontinuity;
  private boolean ended;

  private volatile TimelineView view;

  /**
   * An empty timeline.
   *
   * @param session names it in URLs: another server run, another name
   * @param from what an earlier process left
   * @param onChange told after each part and each segment, and at the end, on the driving thread
   */
  public Timeline(
      HlsSettings settings,
      String session,
      Continuation from,
      InstantSource clock,
      Consumer<TimelineView> onChange) {
    this.settings = settings;
    this.session = session;
    this.window = new Window(settings, from);
    this.clock = clock;
    this.onChange = onChange;
    this.view = look();
  }

  /** What can be read now. */
  public TimelineView view() {
    return view;
  }

  /** What another process needs to go on. Not while another thread drives. */
  public Continuation continuation() {
    return window.continuation();
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
    if (waiting.isEmpty()) {
      waitingSince = clock.instant();
    }
    waiting.add(sample);
    waitingBytes += sample.size() + SAMPLE_OVERHEAD;
    while (waiting.size() > MAX_WAITING || waitingBytes > MAX_WAITING_BYTES) {
      waitingBytes -= waiting.removeFirst().size() + SAMPLE_OVERHEAD;
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
    try {
      if (!lanes.isEmpty()) {
        cutLast(last);
      }
    } finally { // whatever went wrong, what comes next begins anew
      parts.forEach(part -> part.bytes().release());
      parts = new ArrayList<>();
      segmentBytes = 0;
      lanes = List.of();
      waiting.clear();
      waitingBytes = 0;
    }
  }

  private void cutLast(boolean last) {
    lanes.forEach(Lane::flush);
    double end = lead().end() < 0 ? partStart : seconds(lead(), lead().end());
    end = Math.min(end, segmentStart + longest()); // nobody knows how long the last sample lasts
    cutLongParts(end);
    cutPart(end, Double.MAX_VALUE);
    if (window.targetDuration() > 0 || last) {
      cutSegment(end);
    }
  }

  /** The connection is gone: its tracks are no longer known, the next one brings its own. */
  public void disconnected() {
    disconnected(false);
  }

  private void disconnected(boolean last) {
    try {
      finishRun(last);
    } finally {
      known.clear();
      announced = false;
    }
  }

  /** Nothing will follow. */
  public void end() {
    try {
      disconnected(true);
    } finally {
      ended = true;
      changed();
    }
  }

  /** Nothing will follow, and nobody may read any more: gives its memory back. */
  public void close() {
    ended = true;
    parts.forEach(part -> part.bytes().release());
    parts = new ArrayList<>();
    window.close();
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
    boolean picturesMayCome = !video && known.containsKey(Kind.VIDEO);
    return waited >= (picturesMayCome ? PATIENCE_FOR_PICTURES_SECONDS : PATIENCE_SECONDS);
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
    window.init(++init, direct(InitSegment.of(tracks)));
    discontinuity = !window.isUntouched();
    segmentStart = start;
    partStart = start;
    lastKeyFrame = Double.NaN;
    keyFrameInterval = 0;
    segmentTime = after(waitingSince, start - seconds(waiting.getFirst()));
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

  /** A date never lies before the end of what was there before. */
  private Instant after(Instant since, double seconds) {
    Instant at = since.plusNanos((long) (Math.max(0, seconds) * 1e9));
    return at.isBefore(segmentTime) ? segmentTime : at;
  }

  private void push(Sample sample) {
    Lane lane = lane(sample.track());
    if (lane == null) {
      boolean newPictures =
          sample.keyFrame()
              && sample.track().equals(known.get(Kind.VIDEO))
              && tracks.stream().noneMatch(track -> track.kind() == Kind.VIDEO);
      if (newPictures) {
        interrupt(); // pictures at last
        sample(sample);
      }
      return;
    }
    double now = seconds(sample);
    double elapsed = now - segmentStart;
    boolean leads = lane.equals(lead());
    double longest = longest();
    if (leads && elapsed > longest) {
      interrupt(); // a hole in time: stretched over it, the last picture would be too long
      sample(sample);
      return;
    }
    lane.add(sample);
    partBytes += sample.size() + SAMPLE_OVERHEAD;
    if (leads && sample.track().kind() == Kind.VIDEO) {
      videoSamples++;
      measureKeyFrames(sample, now);
    }
    double target = settings.segment().toMillis() / 1000.0;
    double oneMore = lane.lastDuration() / (double) lane.track().timescale();
    boolean whole = leads && sample.keyFrame() && elapsed >= target - KEY_FRAME_TOLERANCE_SECONDS;
    boolean tooLong = leads ? elapsed + oneMore > longest : elapsed > longest;
    boolean tooLarge = segmentBytes + partBytes > MAX_SEGMENT_BYTES;
    if (whole || tooLong || tooLarge) {
      double at = Math.min(now, segmentStart + longest);
      cutLongParts(at);
      cutPart(at, tooLarge ? Double.MAX_VALUE : at);
      cutSegment(at);
    } else if (leads) {
      cutParts(now, oneMore, sample.keyFrame() && sample.track().kind() == Kind.VIDEO);
    }
  }

  /** What a segment may last: EXTINF rounds to EXT-X-TARGETDURATION at most. */
  private double longest() {
    return window.targetDuration() == 0
        ? Window.MAX_TARGET_DURATION
        : window.targetDuration() + ROUNDING_SECONDS;
  }

  private void cutParts(double now, double oneMore, boolean keyFrame) {
    cutLongParts(now);
    double target = partTarget();
    double length = now - partStart;
    boolean full = length + oneMore > target + JITTER_SECONDS && length >= LEAST_PART * target;
    boolean nextIsIndependent = keyFrame && length >= target / 2;
    if (full || nextIsIndependent) {
      cutPart(now, now);
      changed();
    }
  }

  /** The last picture of a part may last longer than the part. */
  private void cutLongParts(double now) {
    while (now - partStart > partTarget() + EPSILON) {
      cutPart(partStart + partTarget(), partStart + partTarget());
      changed();
    }
  }

  private double partTarget() {
    return settings.part().toMillis() / 1000.0;
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

  /** A part until {@code at}, of the samples that begin before {@code until}. */
  private void cutPart(double at, double until) {
    double length = Math.max(0.001, at - partStart);
    partStart = at;
    List<List<TimedSample>> samples = lanes.stream().map(lane -> lane.takeBefore(until)).toList();
    if (samples.stream().allMatch(List::isEmpty)) {
      return;
    }
    List<TimedSample> leading = samples.getFirst();
    boolean independent = !leading.isEmpty() && leading.getFirst().sample().keyFrame();
    SharedBytes bytes = Fragment.of(++fragments, tracks, samples);
    parts.add(new Part(bytes, length, independent));
    segmentBytes += bytes.size();
    partBytes = lanes.stream().mapToLong(Lane::bytes).sum();
  }

  private void cutSegment(double at) {
    if (parts.isEmpty()) {
      return;
    }
    double length = Math.max(0.001, at - segmentStart);
    frameRate =
        lead().track().kind() == Kind.VIDEO && length > 0.5 ? videoSamples / length : frameRate;
    videoSamples = 0;
    window.add(segment(length));
    parts = new ArrayList<>();
    segmentBytes = 0;
    discontinuity = false;
    segmentStart = at;
    segmentTime = segmentTime.plus(Duration.ofNanos((long) (length * 1e9)));
    changed();
  }

  private Segment segment(double length) {
    return Segment.of(window.nextSequence(), init, discontinuity, length, segmentTime, parts);
  }

  private void changed() {
    view = look();
    onChange.accept(view);
  }

  private TimelineView look() {
    List<Segment> held = window.held();
    double total = 0;
    long bytes = 0;
    double peak = 0;
    for (Segment segment : held) {
      total += segment.seconds();
      bytes += segment.bytes();
      peak = Math.max(peak, segment.bytes() * 8 / Math.max(0.5, segment.seconds()));
    }
    return new TimelineView(
        settings,
        session,
        tracks,
        window.inits(),
        held,
        window.listed(),
        parts.isEmpty() ? Optional.empty() : Optional.of(segment(partStart - segmentStart)),
        window.nextSequence(),
        window.targetDuration(),
        window.discontinuitySequence(),
        (int) Math.max(1, Math.ceil(peak)),
        (int) Math.max(1, Math.ceil(total > 0 ? bytes * 8 / total : 0)),
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
