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
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int MAX_JUMP_MILLIS = 10_000;
  private static final int STEP_MILLIS = 20;

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
  private final Thread thread;
  private volatile State state = State.CONNECTING;
  private volatile String detail = "";
  private final AtomicLong sentBytes = new AtomicLong();
  private volatile @Nullable Instant sendingSince;
  private volatile @Nullable RtmpPublisher publisher;
  private volatile boolean stopped;

  // the newest of each: a target that comes late needs them first
  private volatile @Nullable FlvTag metadata;
  private volatile @Nullable FlvTag videoConfiguration;
  private volatile @Nullable FlvTag audioConfiguration;

  private int base;
  private int last;
  private boolean based;

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

  Target target() {
    return target;
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

  /** A write to a target that reads nothing has no end of its own. */
  void closeIfStalled() {
    Instant since = sendingSince;
    if (since != null && since.plus(TIMEOUT).isBefore(time.now())) {
      detail = "the target takes nothing in";
      abort();
    }
  }

  void stop() {
    stopped = true;
    queue.close();
    thread.interrupt();
    state = State.IDLE;
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (!stopped) {
      try {
        state = State.CONNECTING;
        sendingSince = null;
        long before = sentBytes.get();
        send();
        pause = sentBytes.get() > before ? FIRST_PAUSE : pause;
      } catch (PublishRefused e) {
        retry("refused: " + e.getMessage());
      } catch (IOException e) {
        retry(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
      } catch (RuntimeException e) {
        log.error("forward {} of stream {} failed", target.id(), target.streamId(), e);
        retry("a fault of ours");
      } catch (InterruptedException e) {
        break;
      }
      if (!stopped) {
        LockSupport.parkNanos(pause.toNanos());
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      }
    }
    state = State.IDLE;
  }

  private void retry(String why) {
    if (!stopped) {
      state = State.RETRYING;
      detail = detail.equals("the target takes nothing in") ? detail : why;
      log.info("forward {} of stream {}: {}", target.id(), target.streamId(), why);
    }
  }

  private void send() throws IOException, PublishRefused, InterruptedException {
    InetSocketAddress address = resolver.resolve(URI.create(target.server()));
    try (RtmpPublisher to =
        RtmpPublisher.publish(target.server(), address, target.key(), TIMEOUT)) {
      publisher = to;
      state = State.LIVE;
      detail = "";
      queue.restart();
      based = false;
      for (FlvTag first : headers()) {
        write(to, first);
      }
      for (FlvTag tag = queue.take(); tag != null; tag = queue.take()) {
        write(to, tag);
      }
    } finally {
      publisher = null;
      sendingSince = null;
    }
  }

  private List<FlvTag> headers() {
    return Stream.of(metadata, videoConfiguration, audioConfiguration)
        .flatMap(tag -> Optional.ofNullable(tag).stream())
        .map(tag -> new FlvTag(tag.type(), 0, tag.body()))
        .toList();
  }

  private void write(RtmpPublisher to, FlvTag tag) throws IOException {
    sendingSince = time.now();
    to.send(new FlvTag(tag.type(), timestamp(tag), tag.body()));
    sendingSince = null;
    sentBytes.addAndGet(tag.body().remaining());
  }

  /** From 0, and going on where the encoder's own times jump, as they do when it comes back. */
  private int timestamp(FlvTag tag) {
    if (tag.isData() || tag.isConfiguration()) {
      return last;
    }
    int step = tag.timestampMillis() - base - last;
    if (!based || step > MAX_JUMP_MILLIS || step < -MAX_JUMP_MILLIS) {
      base = tag.timestampMillis() - (based ? last + STEP_MILLIS : 0);
      last = based ? last : 0;
      based = true;
    }
    int at = Math.max(0, tag.timestampMillis() - base);
    last = Math.max(last, at);
    return at;
  }

  private void abort() {
    RtmpPublisher now = publisher;
    if (now != null) {
      try {
        now.abort();
      } catch (IOException e) {
        log.debug("forward {}: {}", target.id(), e.getMessage());
      }
    }
  }
}
