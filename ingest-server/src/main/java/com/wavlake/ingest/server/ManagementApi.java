package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.forward.Target;
import com.wavlake.ingest.store.StreamStore;
import com.wavlake.ingest.store.StreamStore.Creation;
import com.wavlake.ingest.stream.StreamConflict;
import com.wavlake.ingest.stream.StreamEvent;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.nostr.PublicKey;
import java.io.Closeable;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What the management API does, apart from HTTP. Every call may block; refusals are {@link
 * Problem}s.
 */
final class ManagementApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 200;
  private static final int MAX_IDEMPOTENCY_KEY = 128;
  private static final int MAX_FORWARDS = 5;

  private final StreamRegistry registry;
  private final StreamStore store;
  private final Time time;
  private final ServerSettings settings;
  private final StreamJson json;
  private final MediaStores media;

  ManagementApi(
      StreamRegistry registry,
      StreamStore store,
      MediaStores media,
      Time time,
      ServerSettings settings) {
    this.registry = registry;
    this.store = store;
    this.time = time;
    this.settings = settings;
    this.media = media;
    this.json = new StreamJson(settings.urls(), media);
  }

  /** How streams are shown. */
  StreamJson json() {
    return json;
  }

  ObjectNode create(PublicKey caller, byte[] body, Optional<String> idempotencyKey) {
    Set<PublicKey> allowed = settings.allowedOwners();
    if (!allowed.isEmpty() && !allowed.contains(caller)) {
      throw new Problem(403, "forbidden", "This server takes streams of invited people only.");
    }
    if (idempotencyKey.isPresent() && idempotencyKey.get().length() > MAX_IDEMPOTENCY_KEY) {
      throw Problem.validation(
          Map.of("Idempotency-Key", "is over " + MAX_IDEMPOTENCY_KEY + " characters"));
    }
    CreateRequest request = CreateRequest.parse(body);
    if (request.about().record() && !settings.records()) {
      throw Problem.validation(Map.of("record", "is not possible: this server does not record"));
    }
    if (store.unfinishedOf(caller) >= settings.maxStreamsPerOwner()) {
      throw new Problem(
          429,
          "rate_limited",
          "You have " + settings.maxStreamsPerOwner() + " streams that are not over. End some.");
    }
    StreamKey key = StreamKey.generate();
    Optional<String> reused = request.reuseKeyOf().map(id -> reusableHash(caller, id));
    StreamRecord stream =
        StreamRecord.created(
            UUID.randomUUID().toString(),
            caller,
            request.about(),
            reused.orElse(key.hash()),
            time.now());
    StreamStore.Urls urls =
        new StreamStore.Urls(settings.urls().rtmp(), settings.urls().hls(stream.id()));
    return switch (store.create(stream, urls, idempotencyKey, request.reuseKeyOf())) {
      case Creation.Created(StreamRecord created) -> {
        ObjectNode answer = json.created(created, key.reveal());
        yield reused.isPresent()
            ? answer.putNull("stream_key")
            : answer; // its owner has it; this server has not
      }
      case Creation.Repeated(StreamRecord same) -> {
        var _ = registry.active(same.id()).map(session -> session.rekey(same.keyHash()));
        yield json.created(same, key.reveal());
      }
      case Creation.Used(String streamId) ->
          throw Problem.conflict("This request made a stream that is in use already.")
              .with("stream_id", streamId);
      case Creation.NoKeyToReuse() -> throw noKeyToReuse();
    };
  }

  private String reusableHash(PublicKey caller, String id) {
    StreamRecord ended = owned(caller, id);
    if (!ended.status().isFinal() || ended.keyHash().length() != 64) {
      throw noKeyToReuse();
    }
    return ended.keyHash();
  }

  private static Problem noKeyToReuse() {
    return Problem.conflict(
        "reuse_key_of: that stream is not over, or its key has moved on already.");
  }

  ObjectNode list(PublicKey caller) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode streams = answer.putArray("streams");
    store.ownedBy(caller, PAGE).forEach(stream -> streams.add(json.details(current(stream))));
    return answer;
  }

  ObjectNode get(PublicKey caller, String id) {
    return json.details(owned(caller, id));
  }

  /** For everybody. */
  ObjectNode status(Optional<PublicKey> caller, String id) {
    StreamRecord stream = registry.record(id).orElseThrow(Problem::notFound);
    boolean owner = caller.equals(Optional.of(stream.owner()));
    return json.status(stream, registry.active(id), time.now(), owner);
  }

  ObjectNode start(PublicKey caller, String id) {
    return change(caller, id, StreamSession::start);
  }

  ObjectNode stop(PublicKey caller, String id) {
    return change(caller, id, session -> session.stop("stopped by its owner"));
  }

  ObjectNode rotateKey(PublicKey caller, String id) {
    StreamKey key = StreamKey.generate();
    var _ = change(caller, id, session -> session.rekey(key.hash()));
    return JSON.createObjectNode().put("stream_key", key.reveal());
  }

  /** Follows a stream, for its owner; close to stop. {@code listener} must not block. */
  Closeable follow(PublicKey caller, String id, Consumer<StreamEvent> listener) {
    var _ = owned(caller, id);
    return registry.with(id, session -> session.follow(listener)).orElseThrow(Problem::notFound);
  }

  /** The stream, its recording, its targets, its events: for good. */
  ObjectNode delete(PublicKey caller, String id) {
    StreamRecord stream = owned(caller, id);
    if (stream.status() == StreamState.LIVE || stream.status() == StreamState.RECONNECTING) {
      throw Problem.conflict("The stream is on air: stop it first.");
    }
    if (!stream.status().isFinal()) {
      var _ = change(caller, id, session -> session.stop("deleted by its owner"));
    }
    var _ = media.recordings().delete(id);
    media.thumbnails().ifPresent(all -> all.forget(id));
    registry.forget(id);
    store.delete(id);
    return JSON.createObjectNode().put("stream_id", id).put("deleted", true);
  }

  /** The recording alone. */
  ObjectNode deleteRecording(PublicKey caller, String id) {
    StreamRecord stream = owned(caller, id);
    if (!media.recordings().has(id)) {
      throw new Problem(404, "not_found", "This stream has no recording.");
    }
    if (!stream.status().isFinal()) {
      throw Problem.conflict("The recording still grows: stop the stream first.");
    }
    var _ = media.recordings().delete(id);
    return JSON.createObjectNode().put("stream_id", id).put("deleted", true);
  }

  ObjectNode forwards(PublicKey caller, String id) {
    var _ = owned(caller, id);
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("forwards");
    media.targets().targets(id).forEach(t -> list.add(forward(t)));
    return answer;
  }

  private ObjectNode forward(Target target) {
    return json.forward(target, media.forwards().standing(target));
  }

  ObjectNode addForward(PublicKey caller, String id, byte[] body) {
    StreamRecord stream = owned(caller, id);
    ForwardRequest request = ForwardRequest.parse(body, media.forwards());
    if (stream.status().isFinal()) {
      throw Problem.conflict("The stream has ended.");
    }
    Target target =
        new Target(
            UUID.randomUUID().toString(),
            id,
            request.name(),
            request.server(),
            request.key(),
            true);
    if (!media.targets().add(target, MAX_FORWARDS, time.now())) {
      throw Problem.conflict("A stream has " + MAX_FORWARDS + " forwards at most.");
    }
    media.forwards().changed(id);
    return forward(target);
  }

  ObjectNode changeForward(PublicKey caller, String id, String target, byte[] body) {
    var _ = owned(caller, id);
    boolean enabled = ForwardRequest.parseEnabled(body);
    if (!media.targets().enable(id, target, enabled)) {
      throw noForward();
    }
    media.forwards().changed(id);
    return media.targets().targets(id).stream()
        .filter(t -> t.id().equals(target))
        .findFirst()
        .map(this::forward)
        .orElseThrow(ManagementApi::noForward);
  }

  ObjectNode removeForward(PublicKey caller, String id, String target) {
    var _ = owned(caller, id);
    if (!media.targets().remove(id, target)) {
      throw noForward();
    }
    media.forwards().changed(id);
    return JSON.createObjectNode().put("id", target).put("deleted", true);
  }

  private static Problem noForward() {
    return new Problem(404, "not_found", "There is no such forward.");
  }

  /** For everybody: what is live here. */
  ObjectNode live() {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode streams = answer.putArray("streams");
    for (StreamSession session : registry.all()) {
      StreamRecord stream = session.record();
      if (stream.status() == StreamState.LIVE || stream.status() == StreamState.RECONNECTING) {
        streams
            .addObject()
            .put("stream_id", stream.id())
            .put("pubkey", stream.owner().hex())
            .put("title", stream.about().title())
            .put("category", stream.about().category())
            .put("current_viewers", session.viewers().current())
            .put("hls_playback", settings.urls().hls(stream.id()));
      }
    }
    return answer;
  }

  /** For everybody: what this server is. */
  ObjectNode info() {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("name", settings.name());
    answer.put("version", settings.version());
    answer.put("api_url", settings.urls().http());
    answer.put("rtmp_ingest", settings.urls().rtmp());
    settings.urls().rtmps().ifPresent(rtmps -> answer.put("rtmps_ingest", rtmps));
    answer.put("relay_url", settings.urls().relay());
    answer
        .putObject("limits")
        .put("streams", settings.maxStreams())
        .put("viewers", settings.maxViewers());
    return answer;
  }

  /** For everybody: the clock that authorisations are measured by. */
  ObjectNode clock() {
    Instant now = time.now();
    return JSON.createObjectNode().put("time", now.toString()).put("unix", now.getEpochSecond());
  }

  private interface Change {
    StreamRecord apply(StreamSession session);
  }

  private ObjectNode change(PublicKey caller, String id, Change change) {
    var _ = owned(caller, id);
    try {
      return registry
          .with(
              id,
              session -> json.status(change.apply(session), Optional.of(session), time.now(), true))
          .orElseThrow(Problem::notFound);
    } catch (StreamConflict e) {
      throw Problem.conflict(String.valueOf(e.getMessage()));
    }
  }

  private StreamRecord owned(PublicKey caller, String id) {
    StreamRecord stream = registry.record(id).orElseThrow(Problem::notFound);
    if (!stream.owner().equals(caller)) {
      throw new Problem(403, "forbidden", "This stream belongs to somebody else.");
    }
    return stream;
  }

  private StreamRecord current(StreamRecord stored) {
    return registry.active(stored.id()).map(StreamSession::record).orElse(stored);
  }
}
