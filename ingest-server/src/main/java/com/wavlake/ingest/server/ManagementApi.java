package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.store.StreamStore;
import com.wavlake.ingest.store.StreamStore.Creation;
import com.wavlake.ingest.stream.StreamEvent;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamRecord.About;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.ingest.time.PerMinute;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.nostr.PublicKey;
import java.io.Closeable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What owners do with their streams, apart from HTTP. Every call may block; refusals are {@link
 * Problem}s.
 */
final class ManagementApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_IDEMPOTENCY_KEY = 128;

  private final Services services;
  private final ServerSettings settings;
  private final Owned owned;
  private final StreamStore store;
  private final Time time;
  private final StreamJson json;
  private final PerMinute creations;

  ManagementApi(Services services, StreamJson json) {
    this.services = services;
    this.settings = services.settings();
    this.owned = new Owned(services.registry());
    this.store = services.streams();
    this.time = services.time();
    this.json = json;
    this.creations = new PerMinute(settings.rates().creates());
  }

  ObjectNode create(PublicKey caller, byte[] body, Optional<String> idempotencyKey) {
    if (idempotencyKey.isPresent()
        && !idempotencyKey.get().matches("[\\x21-\\x7e]{1," + MAX_IDEMPOTENCY_KEY + "}")) {
      throw Problem.validation(
          Map.of("Idempotency-Key", "is not 1 to " + MAX_IDEMPOTENCY_KEY + " visible characters"));
    }
    requireAccess(caller);
    CreateRequest request = CreateRequest.parse(body);
    requireRecording(request.about());
    Instant now = time.now();
    if (!creations.use(caller.hex(), now)) {
      throw Problem.rateLimited(
          "You may create " + settings.rates().creates() + " streams a minute.",
          creations.wait(caller.hex(), now));
    }
    boolean again = idempotencyKey.filter(used -> store.isUsed(caller, used)).isPresent();
    if (!again && store.unfinishedOf(caller) >= settings.maxStreamsPerOwner()) {
      throw Problem.conflict(
          "You have " + settings.maxStreamsPerOwner() + " streams that are not over. End some.");
    }
    StreamKey key = StreamKey.generate();
    StreamRecord stream =
        StreamRecord.created(
            UUID.randomUUID().toString(), caller, request.about(), key.hash(), now);
    StreamStore.Urls urls =
        new StreamStore.Urls(settings.urls().rtmp(), settings.urls().hls(stream.id()));
    request.reuseKeyOf().ifPresent(id -> owned.find(caller, id));
    boolean moved = request.reuseKeyOf().isPresent(); // its owner has the key; this server has not
    return switch (store.create(stream, urls, idempotencyKey, request.reuseKeyOf())) {
      case Creation.Created(StreamRecord created) -> {
        request
            .reuseKeyOf()
            .flatMap(services.registry()::active)
            .ifPresent(over -> over.keyMovedTo(created.id()));
        yield json.created(created, moved ? Optional.empty() : Optional.of(key.reveal()));
      }
      case Creation.Repeated(StreamRecord same) -> {
        if (!moved) {
          var _ =
              services.registry().active(same.id()).map(session -> session.rekey(same.keyHash()));
        }
        yield json.created(same, moved ? Optional.empty() : Optional.of(key.reveal()));
      }
      case Creation.Used(String streamId) ->
          throw Problem.conflict("This request made a stream that is in use already.")
              .with("stream_id", streamId);
      case Creation.NoKeyToReuse() ->
          throw Problem.conflict(
              "reuse_key_of: that stream is not over, or its key has moved on already.");
    };
  }

  private void requireAccess(PublicKey caller) {
    switch (services.access().mayCreate(caller, time.now())) {
      case YES -> {}
      case NOT_INVITED ->
          throw new Problem(403, "forbidden", "This server takes streams of invited people only.");
      case PENDING ->
          throw new Problem(
              403, "approval_pending", "Your key is known now; an admin of this server will look.");
      case DENIED -> throw new Problem(403, "forbidden", "The admin of this server said no.");
      case SUSPENDED ->
          throw new Problem(403, "suspended", "The admin of this server has suspended you.");
    }
  }

  private void requireRecording(About about) {
    if (about.record() && !settings.records()) {
      throw Problem.validation(Map.of("record", "is not possible: this server does not record"));
    }
  }

  /** A page of one's own, newest first. */
  ObjectNode list(PublicKey caller, String cursor, int limit) {
    List<StreamRecord> found = store.ownedBy(caller, Cursor.parse(cursor), limit + 1);
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode streams = answer.putArray("streams");
    found.stream().limit(limit).forEach(stream -> streams.add(json.details(current(stream))));
    if (found.size() > limit) {
      StreamRecord last = found.get(limit - 1);
      answer.put(
          "next_cursor", Cursor.of(new StreamStore.Place(last.times().createdAt(), last.id())));
    } else {
      answer.putNull("next_cursor");
    }
    return answer;
  }

  private StreamRecord current(StreamRecord stored) {
    return services.registry().active(stored.id()).map(StreamSession::record).orElse(stored);
  }

  ObjectNode get(PublicKey caller, String id) {
    return json.details(owned.find(caller, id));
  }

  ObjectNode edit(PublicKey caller, String id, byte[] body) {
    StreamRecord before = owned.find(caller, id);
    UnaryOperator<About> change = CreateRequest.parseChange(body);
    About after = change.apply(before.about());
    requireRecording(after);
    if (after.record() != before.about().record() && before.counts().everConnected()) {
      throw Problem.conflict("record: the encoder has been there already.");
    }
    return json.details(owned.with(caller, id, session -> session.describe(change)));
  }

  /** For everybody. */
  ObjectNode status(Optional<PublicKey> caller, String id) {
    StreamRecord stream = services.registry().record(id).orElseThrow(Problem::notFound);
    boolean owner = caller.equals(Optional.of(stream.owner()));
    return json.status(stream, services.registry().active(id), time.now(), owner);
  }

  ObjectNode start(PublicKey caller, String id) {
    return change(caller, id, StreamSession::start);
  }

  ObjectNode stop(PublicKey caller, String id) {
    return change(caller, id, session -> session.stop("stopped by its owner"));
  }

  private ObjectNode change(
      PublicKey caller, String id, Function<StreamSession, StreamRecord> change) {
    return owned.with(
        caller,
        id,
        session -> json.status(change.apply(session), Optional.of(session), time.now(), true));
  }

  ObjectNode rotateKey(PublicKey caller, String id) {
    StreamKey key = StreamKey.generate();
    var _ = owned.with(caller, id, session -> session.rekey(key.hash()));
    return JSON.createObjectNode().put("stream_key", key.reveal());
  }

  /** Follows a stream, for its owner; close to stop. {@code listener} must not block. */
  Closeable follow(PublicKey caller, String id, Consumer<StreamEvent> listener) {
    return owned.with(caller, id, session -> session.follow(listener));
  }

  /** The stream, its recording, its targets, its events: for good. A last will goes out. */
  ObjectNode delete(PublicKey caller, String id) {
    StreamRecord stream = owned.find(caller, id);
    if (stream.status() == StreamState.LIVE || stream.status() == StreamState.RECONNECTING) {
      throw Problem.conflict("The stream is on air: stop it first.");
    }
    if (!stream.status().isFinal()) {
      var _ = change(caller, id, session -> session.stop("deleted by its owner"));
    }
    services.outbox().releaseNow(id);
    var _ = services.media().recordings().delete(id);
    services.media().thumbnails().ifPresent(all -> all.forget(id));
    services.registry().forget(id);
    services.chat().forget(id);
    store.delete(id);
    return deleted(id);
  }

  /** The recording alone. */
  ObjectNode deleteRecording(PublicKey caller, String id) {
    StreamRecord stream = owned.find(caller, id);
    if (!services.media().recordings().has(id)) {
      throw new Problem(404, "not_found", "This stream has no recording.");
    }
    if (!stream.status().isFinal()) {
      throw Problem.conflict("The recording still grows: stop the stream first.");
    }
    var _ = services.media().recordings().delete(id);
    return deleted(id);
  }

  private static ObjectNode deleted(String id) {
    return JSON.createObjectNode().put("stream_id", id).put("deleted", true);
  }
}
