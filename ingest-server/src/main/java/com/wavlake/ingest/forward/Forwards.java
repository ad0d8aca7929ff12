package com.wavlake.ingest.forward;

import com.wavlake.ingest.stream.StreamEvent;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.net.PublicAddresses;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of live streams to the targets that their owners name, from the start of a stream to its
 * end, while its encoder is connected. Safe for use by many threads.
 */
public final class Forwards implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Forwards.class);
  private static final long MAX_WAITING_BYTES = 8L << 20;
  private static final Duration WATCH = Duration.ofSeconds(2);
  private static final int RTMP = 1935;
  private static final int RTMPS = 443;

  private record Running(Forwarder forwarder, Closeable listening) {}

  private final StreamRegistry registry;
  private final TargetStore store;
  private final Time time;
  private final boolean anywhere;
  private final Map<String, Map<String, Running>> running = new HashMap<>();
  private final Set<String> onAir = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Time.Alarm watching;
  private boolean closed;

  /**
   * Follows the streams of {@code registry}.
   *
   * @param anywhere whether targets may be in this machine's own network
   */
  public Forwards(StreamRegistry registry, TargetStore store, Time time, boolean anywhere) {
    this.registry = registry;
    this.store = store;
    this.time = time;
    this.anywhere = anywhere;
    registry.listen(this::heard);
    this.watching = time.repeat(WATCH, this::watch);
  }

  /**
   * How it stands with a target.
   *
   * @param state idle, connecting, live or retrying
   * @param detail why it is not live, in words
   * @param sentBytes since the stream was last connected
   * @param droppedTags that the target was too slow for
   */
  public record Standing(String state, String detail, long sentBytes, long droppedTags) {}

  /** How it stands with a target now. */
  public Standing standing(Target target) {
    lock.lock();
    try {
      return Optional.ofNullable(running.get(target.streamId()))
          .map(all -> all.get(target.id()))
          .map(Running::forwarder)
          .map(f ->
              new Standing(
                  f.state().name().toLowerCase(Locale.ROOT),
                  f.detail(),
                  f.sentBytes(),
                  f.droppedTags()))
          .orElse(new Standing("idle", "", 0, 0));
    } finally {
      lock.unlock();
    }
  }

  /** Whether a server may be a target, by what is written; its address is looked at again later. */
  public boolean isAllowed(URI server) {
    return anywhere || !PublicAddresses.isForbiddenLiteral(bare(server.getHost()));
  }

  /** A stream's targets were changed. May block. */
  public void changed(String streamId) {
    lock.lock();
    try {
      adjust(streamId);
    } finally {
      lock.unlock();
    }
  }

  /** What is so now is looked at with the lock held: an older look must not be the last word. */
  private void adjust(String streamId) {
    Optional<StreamSession> session = registry.active(streamId).filter(Forwards::goesOut);
    List<Target> wanted =
        session.isPresent() && !closed
            ? store.targets(streamId).stream().filter(Target::enabled).toList()
            : List.of();
    Map<String, Running> now = running.computeIfAbsent(streamId, _ -> new HashMap<>());
    for (Map.Entry<String, Running> one : List.copyOf(now.entrySet())) {
      if (wanted.stream().noneMatch(t -> t.id().equals(one.getKey()))) {
        now.remove(one.getKey());
        stop(one.getValue());
      }
    }
    for (Target target : wanted) {
      if (session.isPresent() && !now.containsKey(target.id())) {
        Forwarder forwarder = new Forwarder(target, this::resolve, time, MAX_WAITING_BYTES);
        now.put(target.id(), new Running(forwarder, session.get().listenTags(forwarder)));
        forwarder.start();
      }
    }
    if (now.isEmpty()) {
      running.remove(streamId);
    }
  }

  /** Through the grace of its encoder too: services end a broadcast whose connection ends. */
  private static boolean goesOut(StreamSession session) {
    return isLive(session.record().status());
  }

  private static boolean isLive(StreamState status) {
    return status == StreamState.LIVE || status == StreamState.RECONNECTING;
  }

  /** Whether it is live is all that matters here; an encoder may change its tracks as it likes. */
  private void heard(StreamEvent event) {
    if (event instanceof StreamEvent.Changed(var stream, var _)) {
      boolean live = isLive(stream.status());
      boolean was = live ? !onAir.add(stream.id()) : onAir.remove(stream.id());
      if (live != was || stream.status().isFinal()) {
        Thread.ofVirtual().name("forwards").start(() -> follow(stream.id()));
      }
    }
  }

  private void follow(String streamId) {
    try {
      changed(streamId);
    } catch (RuntimeException e) {
      onAir.remove(streamId); // the next that is told of it tries again
      log.error("forwards of stream {} could not be looked up", streamId, e);
    }
  }

  private void watch() {
    lock.lock();
    try {
      running.values().forEach(all -> all.values().forEach(r -> r.forwarder().closeIfStalled()));
    } finally {
      lock.unlock();
    }
  }

  private InetSocketAddress resolve(URI server) throws IOException {
    int usual = "rtmps".equals(server.getScheme()) ? RTMPS : RTMP;
    int port = server.getPort() < 0 ? usual : server.getPort();
    String host = bare(server.getHost());
    try {
      InetAddress address =
          anywhere ? InetAddress.getByName(host) : PublicAddresses.resolve(host).getFirst();
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException e) {
      throw new IOException("no public address for " + host, e);
    }
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static void stop(Running one) {
    try {
      one.listening().close();
    } catch (IOException e) {
      log.debug("end of a forward: {}", e.getMessage());
    }
    one.forwarder().stop();
  }

  @Override
  public void close() {
    watching.cancel();
    lock.lock();
    try {
      closed = true;
      running.values().forEach(all -> all.values().forEach(Forwards::stop));
      running.clear();
    } finally {
      lock.unlock();
    }
  }
}
