package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Streams as everybody may see them. May block. */
final class Listings {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PLANNED = 50;
  private static final int ENDED = 24;
  private static final Duration GOOD_FOR = Duration.ofSeconds(1);
  private static final Duration LATE = Duration.ofHours(1);

  private final Services services;
  private final PublicUrls urls;
  private final Momentary<ObjectNode> all;

  Listings(Services services) {
    this.services = services;
    this.urls = services.settings().urls();
    this.all = new Momentary<>(GOOD_FOR, services.time(), this::readAll);
  }

  /**
   * What is live here, the newest first; planned, the soonest first; over, the newest first. As it
   * was a second ago at most: every front page that is open asks. Not to be changed.
   */
  ObjectNode all() {
    return all.get();
  }

  private ObjectNode readAll() {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode live = answer.putArray("streams");
    services.registry().all().stream()
        .filter(session -> isLive(session.record()))
        .sorted(Comparator.comparing(Listings::startedAt).reversed())
        .forEach(session ->
            brief(live.addObject(), session.record())
                .put("status", session.record().status().wire())
                .put("current_viewers", session.viewers().current())
                .put("started_at", text(session.record().times().startedAt())));
    ArrayNode planned = answer.putArray("planned");
    services
        .streams()
        .planned(services.time().now().minus(LATE), PLANNED)
        .forEach(stream ->
            brief(planned.addObject(), stream).put("starts", text(stream.about().starts())));
    ArrayNode ended = answer.putArray("ended");
    services
        .streams()
        .ended(ENDED)
        .forEach(stream ->
            brief(ended.addObject(), stream)
                .put("recording", recording(stream).orElse(null))
                .put("ended_at", text(stream.times().endedAt()))
                .put("duration_seconds", stream.durationSeconds(services.time().now()))
                .put("total_viewers", stream.counts().totalViewers()));
    return answer;
  }

  /** All that a viewer of one wants to know. */
  ObjectNode one(StreamRecord stream) {
    Optional<StreamSession> session = services.registry().active(stream.id());
    ObjectNode json = brief(JSON.createObjectNode(), stream);
    json.put("description", stream.about().description());
    ArrayNode tags = json.putArray("tags");
    stream.about().tagList().forEach(tags::add);
    json.put("enable_chat", stream.about().enableChat());
    json.put("status", stream.status().wire());
    json.put("connection_state", stream.connection().wire());
    json.put("playable", session.map(s -> s.media().isPlayable()).orElse(false));
    json.put("current_viewers", session.map(s -> s.viewers().current()).orElse(0));
    json.put(
        "total_viewers",
        session.map(s -> s.viewers().total()).orElse(stream.counts().totalViewers()));
    json.put("starts", text(stream.about().starts()));
    json.put("started_at", text(stream.times().startedAt()));
    json.put("ended_at", text(stream.times().endedAt()));
    json.put("duration_seconds", stream.durationSeconds(services.time().now()));
    json.put("recording", recording(stream).orElse(null));
    return json;
  }

  /** By its id or its naddr, {@code nostr:} before it or not. */
  Optional<StreamRecord> find(String name) {
    String bare = name.startsWith("nostr:") ? name.substring(6) : name;
    if (!bare.startsWith("naddr1")) {
      return services.registry().record(bare);
    }
    try {
      EventAddress at = EventAddress.parse(bare);
      return at.kind() == Kind.LIVE_STREAM
          ? services
              .registry()
              .record(at.identifier())
              .filter(stream -> stream.owner().equals(at.author()))
          : Optional.empty();
    } catch (InvalidEvent e) {
      return Optional.empty();
    }
  }

  /** What its streamer chose, or how it looks just now. */
  Optional<String> poster(StreamRecord stream) {
    return stream
        .about()
        .image()
        .map(_ -> urls.http() + "/poster/" + stream.id())
        .or(() -> picture(stream));
  }

  /** Its newest picture. */
  Optional<String> picture(StreamRecord stream) {
    return services
        .media()
        .thumbnails()
        .filter(all -> all.has(stream.id()))
        .map(_ -> urls.thumbnail(stream.id()));
  }

  private Optional<String> recording(StreamRecord stream) {
    return services.media().recordings().has(stream.id())
        ? Optional.of(urls.recording(stream.id()))
        : Optional.empty();
  }

  private ObjectNode brief(ObjectNode json, StreamRecord stream) {
    return json.put("stream_id", stream.id())
        .put("naddr", address(stream).naddr())
        .put("pubkey", stream.owner().hex())
        .put("title", stream.about().title())
        .put("category", stream.about().category())
        .put("image", stream.about().image().orElse(null))
        .put("thumbnail", picture(stream).orElse(null))
        .put("hls_playback", urls.hls(stream.id()));
  }

  private EventAddress address(StreamRecord stream) {
    return new EventAddress(Kind.LIVE_STREAM, stream.owner(), stream.id(), List.of(urls.relay()));
  }

  private static boolean isLive(StreamRecord stream) {
    return stream.status() == StreamState.LIVE || stream.status() == StreamState.RECONNECTING;
  }

  private static Instant startedAt(StreamSession session) {
    return session.record().times().startedAt().orElse(Instant.EPOCH);
  }

  private static @Nullable String text(Optional<Instant> at) {
    return at.map(Instant::toString).orElse(null);
  }
}
