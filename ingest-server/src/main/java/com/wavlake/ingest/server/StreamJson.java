package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.forward.Forwards;
import com.wavlake.ingest.forward.Target;
import com.wavlake.ingest.media.Track;
import com.wavlake.ingest.stream.Health;
import com.wavlake.ingest.stream.StreamEvent;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamSession;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Streams as the management API shows them. */
final class StreamJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PublicUrls urls;
  private final MediaStores stores;

  StreamJson(PublicUrls urls, MediaStores stores) {
    this.urls = urls;
    this.stores = stores;
  }

  /** The answer to a create; without a key its owner has it already. */
  ObjectNode created(StreamRecord stream, Optional<String> key) {
    ObjectNode json = JSON.createObjectNode();
    json.put("stream_id", stream.id());
    json.put("stream_key", key.orElse(null));
    json.put("rtmp_ingest", urls.rtmp());
    urls.rtmps().ifPresent(rtmps -> json.put("rtmps_ingest", rtmps));
    json.put("hls_playback", urls.hls(stream.id()));
    return json;
  }

  ObjectNode details(StreamRecord stream) {
    ObjectNode json = JSON.createObjectNode();
    json.put("stream_id", stream.id());
    json.put("title", stream.about().title());
    json.put("description", stream.about().description());
    json.put("category", stream.about().category());
    json.put("enable_chat", stream.about().enableChat());
    json.put("image", stream.about().image().orElse(null));
    ArrayNode tags = json.putArray("tags");
    stream.about().tagList().forEach(tags::add);
    time(json, "starts", stream.about().starts());
    json.put("status", stream.status().wire());
    json.put("connection_state", stream.connection().wire());
    json.put("rtmp_ingest", urls.rtmp());
    json.put("hls_playback", urls.hls(stream.id()));
    time(json, "created_at", Optional.of(stream.times().createdAt()));
    time(json, "started_at", stream.times().startedAt());
    time(json, "ended_at", stream.times().endedAt());
    json.put("record", stream.about().record());
    media(json, stream);
    json.put("peak_viewers", stream.counts().peakViewers());
    json.put("total_viewers", stream.counts().totalViewers());
    json.put("reusable_key", stream.hasReusableKey());
    return json;
  }

  /** What there is to watch or see beside the stream itself; null where there is not. */
  private void media(ObjectNode json, StreamRecord stream) {
    boolean recorded = stores.recordings().has(stream.id());
    boolean pictured = stores.thumbnails().filter(all -> all.has(stream.id())).isPresent();
    json.put("recording", recorded ? urls.recording(stream.id()) : null);
    json.put("thumbnail", pictured ? urls.thumbnail(stream.id()) : null);
  }

  ObjectNode forward(Target target, Forwards.Standing standing) {
    ObjectNode json = JSON.createObjectNode();
    json.put("id", target.id());
    json.put("name", target.name());
    json.put("server", target.server());
    json.put("enabled", target.enabled());
    json.put("state", standing.state());
    json.put("detail", standing.detail().isEmpty() ? null : standing.detail());
    json.put("sent_bytes", standing.sentBytes());
    json.put("dropped_tags", standing.droppedTags());
    return json;
  }

  /** For everybody; what is between the streamer and the server is added for the owner alone. */
  ObjectNode status(
      StreamRecord stream, Optional<StreamSession> session, Instant now, boolean owner) {
    ObjectNode json = JSON.createObjectNode();
    json.put("status", stream.status().wire());
    json.put("current_viewers", session.map(s -> s.viewers().current()).orElse(0));
    json.put("duration_seconds", stream.durationSeconds(now));
    json.put("connection_state", stream.connection().wire());
    json.put(
        "peak_viewers", session.map(s -> s.viewers().peak()).orElse(stream.counts().peakViewers()));
    json.put(
        "total_viewers",
        session.map(s -> s.viewers().total()).orElse(stream.counts().totalViewers()));
    Health health = session.map(StreamSession::health).orElse(Health.UNKNOWN);
    json.put("bitrate_kbps", health.bitrateKbps());
    time(json, "started_at", stream.times().startedAt());
    time(json, "ended_at", stream.times().endedAt());
    media(json, stream);
    if (owner) {
      tracks(json, session.map(StreamSession::tracks).orElse(List.of()));
      json.put("last_error", stream.lastError().orElse(null));
      health(json, health);
    }
    return json;
  }

  /** A server-sent event: its name. */
  String name(StreamEvent event) {
    return switch (event) {
      case StreamEvent.Changed _ -> "connection";
      case StreamEvent.FirstSegment _ -> "first_segment";
      case StreamEvent.ViewersChanged _ -> "viewers";
      case StreamEvent.Measured _ -> "health";
      case StreamEvent.KeyReplaced _ -> "key_replaced";
      case StreamEvent.Ended _ -> "ended";
    };
  }

  /** A server-sent event: its data. */
  ObjectNode data(StreamEvent event, Instant now) {
    ObjectNode json = JSON.createObjectNode();
    switch (event) {
      case StreamEvent.Changed(StreamRecord stream, List<Track> tracks) -> {
        json.put("status", stream.status().wire());
        json.put("connection_state", stream.connection().wire());
        tracks(json, tracks);
      }
      case StreamEvent.FirstSegment(StreamRecord stream, long afterMillis) -> {
        json.put("after_ms", afterMillis);
        json.put("hls_playback", urls.hls(stream.id()));
      }
      case StreamEvent.ViewersChanged(StreamRecord stream, int current) -> {
        json.put("current_viewers", current);
        json.put("peak_viewers", Math.max(current, stream.counts().peakViewers()));
      }
      case StreamEvent.Measured(StreamRecord stream, Health health) -> {
        json.put("bitrate_kbps", health.bitrateKbps());
        health(json, health);
        media(json, stream);
      }
      case StreamEvent.KeyReplaced _ -> {}
      case StreamEvent.Ended(StreamRecord stream, String reason) -> {
        json.put("reason", reason);
        json.put(
            "recording", stores.recordings().has(stream.id()) ? urls.recording(stream.id()) : null);
        json.put("duration_seconds", stream.durationSeconds(now));
      }
    }
    return json;
  }

  private static void health(ObjectNode json, Health health) {
    json.put("frame_rate", Math.round(health.frameRate() * 100) / 100.0);
    json.put("keyframe_interval_ms", health.keyFrameIntervalMillis());
    json.put("jitter_ms", health.jitterMillis());
    health.warnings().forEach(json.putArray("warnings")::add);
  }

  private static void tracks(ObjectNode json, List<Track> tracks) {
    ArrayNode array = json.putArray("tracks");
    for (Track track : tracks) {
      array
          .addObject()
          .put("kind", track.kind().name().toLowerCase(Locale.ROOT))
          .put("codec", track.codecString())
          .put("description", track.description());
    }
  }

  private static void time(ObjectNode json, String field, Optional<Instant> at) {
    json.put(field, at.map(Instant::toString).orElse(null));
  }
}
