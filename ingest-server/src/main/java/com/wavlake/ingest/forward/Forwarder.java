package com.wavlake.ingest.forward;

import com.wavlake.ingest.rtmp.FlvTag;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.ingest.stream.TagListener;
import com.wavlake.ingest.time.Time;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one stream to one target, again and again, until it is stopped. It never holds up the
 * encoder, and what goes wrong here stays here.
 */
final class Forwarder implements TagListener {
  private static final Logger log = LoggerFactory.getLogger(Forwarder.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CONNECTING = Duration.ofSeconds(30);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int MAX_DETAIL = 200;
  private static final String STALLED = "the target takes nothing in";

  /** How it stands with a target. */
  enum State {
    /** The stream is not live. */
    IDLE,
    /** On the way to the target. */
    CONNECTING,
    /** The target takes it. */
    LIVE,
    /** It did not, and will be asked again. */
    RETRYING
  }

  private final Target target;
  private final Resolver resolver;
  private final Time time;
  private final TagQueue queue;
  private final TargetClock clock = new TargetClock();
  private final Thread thread;
  private final AtomicLong sentBytes = new AtomicLong();
  private volatile State state = State.CONNECTING;
  private volatile String detail = "";
  private volatile @Nullable Instant busySince;
  private volatile @Nullable Instant liveSince;
  private volatile @Nullable RtmpPublisher publisher;
  private volatile boolean hungUp;
  private volatile boolean stopped;

  // the newest of each: a target that comes late needs them first
  private volatile @Nullable FlvTag metadata;
  private volatile @Nullable FlvTag videoConfiguration;
  private volatile @Nullable FlvTag audioConfiguration;

  Forwarder(Target target, Resolver resolver, Time time, long maxBytes) {
    this.target = target;
    this.resolver = resolver;
    this.time = time;
    this.queue = new TagQueue(maxBytes);
    this.thread = Thread.ofVirtual().name("forward-" + target.id()).unstarted(this::run);
  }

  /** Finds the address of a target's host, and refuses those that are none of its business. */
  @FunctionalInterface
  interface Resolver {
    /** Blocks. */
    InetSocketAddress resolve(URI server) throws IOException;
  }

  void start() {
    thread.start();
  }

  State state() {
    return state;
  }

  /** Why it is not live, in words. */
  String detail() {
    return detail;
  }

  long sentBytes() {
    return sentBytes.get();
  }

  long droppedTags() {
    return queue.dropped();
  }

  @Override
  public void tag(FlvTag tag) {
    if (tag.isData()) {
      metadata = tag;
    } else if (tag.isConfiguration()) {
      if (tag.isVideo()) {
        videoConfiguration = tag;
      } else {
        audioConfiguration = tag;
      }
    }
    queue.offer(tag);
  }

  /** Neither a write to a target that reads nothing nor a slow beginning has an end of its own. */
  void closeIfStalled() {
    Instant since = busySince;
    RtmpPublisher now = publisher;
    Duration most = now == null ? CONNECTING : TIMEOUT;
    if (since != null && since.plus(most).isBefore(time.now())) {
      hungUp = true;
      if (now == null) {
        thread.interrupt(); // which ends a virtual thread's connection under way
      } else {
        abort(now);
      }
    }
  }

  /** Says goodbye to the target, for some seconds at most. */
  void stop() {
    stopped = true;
    state = State.IDLE;
    queue.close();
    LockSupport.unpark(thread);
    var _ =
        time.schedule(
            TIMEOUT,
            () -> {
              if (thread.isAlive()) {
                thread.interrupt();
              }
            });
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (!stopped) {
      try {
        state = State.CONNECTING;
        hungUp = false;
        send();
      } catch (PublishRefused e) {
        retry("refused: " + e.getMessage());
      } catch (IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        retry(hungUp ? STALLED : why);
      } catch (InterruptedException e) {
        retry(STALLED);
      } catch (RuntimeException e) {
        log.error("forward {} of stream {} failed", target.id(), target.streamId(), e);
        retry("a fault of ours");
      }
      boolean _ = Thread.interrupted(); // it was for the connection that is gone
      if (!stopped) {
        Instant live = liveSince;
        boolean wasWell = live != null && live.plus(TIMEOUT).isBefore(time.now());
        liveSince = null;
        pause = wasWell ? FIRST_PAUSE : pause;
        LockSupport.parkNanos(pause.toNanos());
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      }
    }
    state = State.IDLE;
  }

  private void retry(String why) {
    if (!stopped) {
      detail = harmless(why);
      state = State.RETRYING;
      log.info("forward {} of stream {}: {}", target.id(), target.streamId(), detail);
    }
  }

  /** Other people's words, which may name the key. */
  private String harmless(String words) {
    String clean = words.replace(target.key(), "…").replaceAll("\\p{Cntrl}+", " ").strip();
    return clean.length() <= MAX_DETAIL ? clean : clean.substring(0, MAX_DETAIL) + "…";
  }

  private void send() throws IOException, PublishRefused, InterruptedException {
    busySince = time.now();
    InetSocketAddress address = resolver.resolve(URI.create(target.server()));
    try (RtmpPublisher to =
        RtmpPublisher.publish(target.server(), address, target.key(), TIMEOUT)) {
      busySince = time.now();
      publisher = to;
      clock.restart();
      queue.open(videoConfiguration != null); // first: what changes meanwhile comes after
      for (FlvTag first : headers()) {
        write(to, first);
      }
      busySince = null;
      detail = "";
      liveSince = time.now();
      state = stopped ? State.IDLE : State.LIVE;
      while (!queue.isClosed()) {
        FlvTag tag = queue.take(LOOK);
        if (tag != null) {
          write(to, tag);
        } else if (to.isClosed()) {
          throw new IOException("the target has hung up");
        }
      }
      busySince = time.now(); // goodbye may take as long as a tag
    } finally {
      queue.pause();
      publisher = null;
      busySince = null;
    }
  }

  private List<FlvTag> headers() {
    return Stream.of(metadata, videoConfiguration, audioConfiguration)
        .flatMap(tag -> Optional.ofNullable(tag).stream())
        .map(tag -> new FlvTag(tag.type(), 0, tag.body()))
        .toList();
  }

  private void write(RtmpPublisher to, FlvTag tag) throws IOException {
    busySince = time.now();
    boolean describes = tag.isData() || tag.isConfiguration();
    int timestamp = describes ? clock.now() : clock.of(tag.timestampMillis());
    to.send(new FlvTag(tag.type(), timestamp, tag.body()));
    busySince = null;
    sentBytes.addAndGet(tag.body().remaining());
  }

  private void abort(RtmpPublisher now) {
    try {
      now.abort();
    } catch (IOException e) {
      log.debug("forward {}: {}", target.id(), e.getMessage());
    }
  }
}
