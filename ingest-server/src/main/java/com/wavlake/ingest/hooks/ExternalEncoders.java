package com.wavlake.ingest.hooks;

import com.wavlake.ingest.rtmp.PublishGate.Publication;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.stream.KeyDirectory;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.api.StreamKey;
import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encoders that publish to another media engine, with this server as its control plane: they are
 * let in by the same keys and rules, and live the same life. Whether they are there still is seen
 * by the playlist that the engine makes. Safe for use by many threads.
 */
public final class ExternalEncoders implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ExternalEncoders.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
  private static final Duration FRESH = Duration.ofSeconds(15);
  private static final int LOOKS_AT_ONCE = 32;

  private final StreamRegistry registry;
  private final KeyDirectory keys;
  private final Engine engine;
  private final Time time;

  /** By stream; no more than the registry has seats for, and those that were just cut off. */
  private final Map<String, Encoder> encoders = new ConcurrentHashMap<>();

  private final ReentrantLock admission = new ReentrantLock();
  private final Time.Alarm looking;
  private volatile boolean closed;

  /**
   * What is known of the other engine.
   *
   * @param probe looks at its playlists
   * @param playlistOf where its playlist of a stream is
   * @param silence how long one may stay as it is
   * @param kick ends a connection there
   */
  public record Engine(
      PlaylistProbe probe, UnaryOperator<String> playlistOf, Duration silence, Kick kick) {}

  /** What the registry holds of an encoder: closing it cuts the encoder off. */
  private final class Tether implements Closeable {
    private final String client;
    private final String streamId;
    private volatile boolean cut;
    private volatile boolean replaced;

    Tether(String client, String streamId) {
      this.client = client;
      this.streamId = streamId;
    }

    @Override
    public void close() {
      cut = true;
      if (!closed) { // when this server stops, the engine goes on
        Thread.ofVirtual().name("kick").start(this::kickUnlessReplaced);
      }
    }

    /** Known only when whoever is being let in has been. */
    private void kickUnlessReplaced() {
      admission.lock();
      try {
        if (replaced) {
          return;
        }
      } finally {
        admission.unlock();
      }
      engine.kick().end(client, streamId);
    }
  }

  /** An encoder at the engine. */
  private static final class Encoder {
    private final String source;
    private final String keyHash;
    private final Tether tether;
    private final Publication publication;
    private boolean seen;
    private Optional<String> newest = Optional.empty();
    private Instant newestAt;

    Encoder(String source, String keyHash, Tether tether, Publication publication, Instant now) {
      this.source = source;
      this.keyHash = keyHash;
      this.tether = tether;
      this.publication = publication;
      this.newestAt = now;
    }
  }

  /** Nobody yet. */
  public ExternalEncoders(StreamRegistry registry, KeyDirectory keys, Engine engine, Time time) {
    this.registry = registry;
    this.keys = keys;
    this.engine = engine;
    this.time = time;
    this.looking = time.repeat(LOOK_EVERY, this::look);
  }

  /**
   * Does what an engine asks. May block.
   *
   * @param source the kind of engine: each counts its clients for itself
   */
  public HookAnswer handle(String source, HookCall call) {
    return switch (call) {
      case HookCall.Publish publish -> publish(source, publish);
      case HookCall.Update update -> update(source, update);
      case HookCall.Unpublish(String client, String stream, String key) -> {
        find(source, client, stream, key)
            .filter(encoder -> encoders.remove(encoder.tether.streamId, encoder))
            .ifPresent(encoder -> encoder.publication.unpublished());
        yield new HookAnswer.Yes("");
      }
      case HookCall.Other _ -> new HookAnswer.Yes("");
    };
  }

  /** By all that is said: an engine that was started anew gives the same client ids again. */
  private Optional<Encoder> find(String source, String client, String stream, String key) {
    String keyHash = key.isEmpty() ? "" : StreamKey.hash(key);
    return encoders.values().stream()
        .filter(encoder ->
            encoder.source.equals(source)
                && (client.isEmpty() || encoder.tether.client.equals(client))
                && (stream.isEmpty() || encoder.tether.streamId.equals(stream))
                && (keyHash.isEmpty() || encoder.keyHash.equals(keyHash)))
        .findFirst();
  }

  private HookAnswer publish(String source, HookCall.Publish call) {
    if (call.key().isEmpty()) {
      return new HookAnswer.No("No stream key was shown.");
    }
    String keyHash = StreamKey.hash(call.key());
    Optional<StreamRecord> opened = keys.byKeyHash(keyHash);
    String id = opened.map(StreamRecord::id).orElse("");
    if (opened.isPresent() && !call.stream().isEmpty() && !call.stream().equals(id)) {
      return new HookAnswer.No("This key does not open the stream " + call.stream() + ".");
    }
    admission.lock(); // two at a time must not be kept in another order than they were let in
    try {
      Optional<Encoder> same =
          id.isEmpty() ? Optional.empty() : find(source, call.client(), id, "");
      Tether tether = new Tether(call.client(), id);
      Publication publication = registry.admit(call.key(), call.peer(), tether);
      same.ifPresent(former -> former.tether.replaced = true);
      if (opened.isEmpty()) { // created between the one look and the other
        publication.lost("it has to come again");
        return new HookAnswer.No("Try again.");
      }
      Encoder encoder = new Encoder(source, keyHash, tether, publication, time.now());
      encoders.put(id, encoder);
      var _ = time.schedule(Duration.ZERO, () -> look(encoder)); // what is there of a run before
    } catch (PublishRefused e) {
      return new HookAnswer.No(String.valueOf(e.getMessage()));
    } finally {
      admission.unlock();
    }
    log.info("stream {}: its encoder is at another engine", id);
    return new HookAnswer.Yes(id);
  }

  private HookAnswer update(String source, HookCall.Update call) {
    Optional<Encoder> known = find(source, call.client(), call.stream(), call.key());
    if (known.isPresent() && !known.get().tether.cut) {
      return new HookAnswer.Yes(known.get().tether.streamId);
    }
    HookAnswer answer;
    try {
      answer =
          known.isPresent() || keys.byKeyHash(StreamKey.hash(call.key())).isEmpty()
              ? new HookAnswer.No("The stream has ended, or its key was replaced.")
              : publish( // this server was started anew, the engine was not
                  source,
                  new HookCall.Publish(call.client(), call.stream(), call.key(), call.peer()));
    } catch (RuntimeException e) { // trouble of ours is not to end a stream that was let in
      log.error("whether an encoder may go on could not be found out", e);
      return new HookAnswer.Yes("");
    }
    if (answer instanceof HookAnswer.No) {
      kick(call.client(), known.map(encoder -> encoder.tether.streamId).orElse(call.stream()));
    }
    return answer;
  }

  private void kick(String client, String streamId) {
    Thread.ofVirtual().name("kick").start(() -> engine.kick().end(client, streamId));
  }

  private void look() {
    if (encoders.isEmpty()) {
      return;
    }
    try (ExecutorService looks =
        Executors.newFixedThreadPool(LOOKS_AT_ONCE, Thread.ofVirtual().name("look").factory())) {
      List.copyOf(encoders.values()).forEach(encoder -> looks.execute(() -> look(encoder)));
    }
  }

  private void look(Encoder encoder) {
    String id = encoder.tether.streamId;
    Optional<String> newest = engine.probe().newest(engine.playlistOf().apply(id));
    synchronized (encoder) {
      Instant now = time.now();
      if (encoder.tether.cut) {
        gone(encoder, "it was cut off");
      } else if (newest.isPresent() && !newest.equals(encoder.newest)) {
        boolean fresh = encoder.seen; // what the first look finds may be of the run before
        encoder.newest = newest;
        encoder.newestAt = now;
        if (fresh && encoders.get(id) == encoder) {
          registry.active(id).ifPresent(StreamSession::playableElsewhere);
        }
      } else if (encoder.newestAt.plus(engine.silence()).isBefore(now)) {
        gone(encoder, "its engine makes no new segments");
      }
      if (encoder.newestAt.plus(FRESH).isAfter(now)) {
        encoder.publication.received(0); // it is there
      }
      encoder.seen = true;
    }
  }

  private void gone(Encoder encoder, String reason) {
    if (encoders.remove(encoder.tether.streamId, encoder)) {
      encoder.publication.lost(reason);
    }
  }

  /** How many there are. */
  public int count() {
    return encoders.size();
  }

  @Override
  public void close() {
    closed = true;
    looking.cancel();
  }
}
