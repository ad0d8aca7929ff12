package com.wavlake.ingest.hooks;

import com.wavlake.ingest.rtmp.PublishGate.Publication;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.stream.KeyDirectory;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.api.StreamKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private static final Duration SILENT_AFTER = Duration.ofSeconds(60);

  private final StreamRegistry registry;
  private final KeyDirectory keys;
  private final PlaylistProbe probe;
  private final UnaryOperator<String> playlistOf;
  private final Time time;
  private final Map<String, Encoder> encoders = new ConcurrentHashMap<>();
  private final Time.Alarm looking;

  /** An encoder at the engine. */
  private static final class Encoder {
    private final String streamId;
    private final String client;
    private final Publication publication;
    private final AtomicBoolean unwanted;
    private volatile Optional<String> newest = Optional.empty();
    private volatile Instant newestAt;

    Encoder(
        String streamId,
        String client,
        Publication publication,
        AtomicBoolean unwanted,
        Instant now) {
      this.streamId = streamId;
      this.client = client;
      this.publication = publication;
      this.unwanted = unwanted;
      this.newestAt = now;
    }
  }

  /**
   * Nobody yet.
   *
   * @param playlistOf where the engine's playlist of a stream is
   */
  public ExternalEncoders(
      StreamRegistry registry,
      KeyDirectory keys,
      PlaylistProbe probe,
      UnaryOperator<String> playlistOf,
      Time time) {
    this.registry = registry;
    this.keys = keys;
    this.probe = probe;
    this.playlistOf = playlistOf;
    this.time = time;
    this.looking = time.repeat(LOOK_EVERY, this::look);
  }

  /** Does what an engine asks. May block. */
  public HookAnswer handle(HookCall call) {
    return switch (call) {
      case HookCall.Publish(String client, String stream, String key, String peer) ->
          publish(client, stream, key, peer);
      case HookCall.Update(String client, String stream, String key, String peer) -> {
        Optional<Encoder> known = byClient(client);
        if (known.isEmpty()) { // this server was started anew, the engine was not
          yield publish(client, stream, key, peer);
        }
        yield known.get().unwanted.get()
            ? new HookAnswer.No("The stream has ended, or its key was replaced.")
            : new HookAnswer.Yes(known.get().streamId);
      }
      case HookCall.Unpublish(String client, String stream) -> {
        (client.isEmpty() ? Optional.ofNullable(encoders.get(stream)) : byClient(client))
            .filter(encoder -> encoders.remove(encoder.streamId, encoder))
            .ifPresent(encoder -> encoder.publication.unpublished());
        yield new HookAnswer.Yes("");
      }
      case HookCall.Other _ -> new HookAnswer.Yes("");
    };
  }

  private Optional<Encoder> byClient(String client) {
    return encoders.values().stream().filter(e -> e.client.equals(client)).findFirst();
  }

  private HookAnswer publish(String client, String stream, String key, String peer) {
    Optional<StreamRecord> opened = keys.byKeyHash(StreamKey.hash(key));
    if (opened.isPresent() && !stream.equals(key) && !stream.equals(opened.get().id())) {
      return new HookAnswer.No("This key does not open the stream " + stream + ".");
    }
    String id = opened.map(StreamRecord::id).orElse("");
    AtomicBoolean unwanted = new AtomicBoolean();
    try {
      Publication publication = registry.admit(key, peer, () -> unwanted.set(true));
      encoders.put(id, new Encoder(id, client, publication, unwanted, time.now()));
    } catch (PublishRefused e) {
      return new HookAnswer.No(String.valueOf(e.getMessage()));
    }
    log.info("stream {}: its encoder is at another engine", id);
    return new HookAnswer.Yes(id);
  }

  private void look() {
    for (Encoder encoder : List.copyOf(encoders.values())) {
      Instant now = time.now();
      Optional<String> newest = probe.newest(playlistOf.apply(encoder.streamId));
      if (newest.isPresent() && !newest.equals(encoder.newest)) {
        encoder.newest = newest;
        encoder.newestAt = now;
        registry.active(encoder.streamId).ifPresent(StreamSession::playableElsewhere);
      } else if (encoder.newestAt.plus(SILENT_AFTER).isBefore(now)
          && encoders.remove(encoder.streamId, encoder)) {
        encoder.publication.lost("its engine makes no new segments");
      }
    }
  }

  /** How many there are. */
  public int count() {
    return encoders.size();
  }

  @Override
  public void close() {
    looking.cancel();
  }
}
