package com.wavlake.ingest.webhook;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a webhook is told: {@code {type, timestamp, data}} as the Standard Webhooks want it.
 *
 * @see <a href="https://www.standardwebhooks.com">Standard Webhooks</a>
 */
public final class StreamNotice {
  /** All there are. */
  public static final List<String> TYPES = List.of("stream.live", "stream.ended", "stream.error");

  private static final ObjectMapper JSON = new ObjectMapper();

  private StreamNotice() {}

  /** The notice that a change of status asks for. */
  public static Optional<String> type(StreamState before, StreamState after) {
    if (before == after) {
      return Optional.empty();
    }
    return switch (after) {
      case LIVE -> before == StreamState.CREATED ? Optional.of("stream.live") : Optional.empty();
      case ENDED -> Optional.of("stream.ended");
      case ERROR -> Optional.of("stream.error");
      case CREATED, RECONNECTING -> Optional.empty();
    };
  }

  /** Its body. */
  public static String body(String type, StreamRecord stream, Instant now) {
    ObjectNode json = JSON.createObjectNode();
    json.put("type", type);
    json.put("timestamp", now.toString());
    ObjectNode data = json.putObject("data");
    data.put("stream_id", stream.id());
    data.put("pubkey", stream.owner().hex());
    data.put("title", stream.about().title());
    data.put("category", stream.about().category());
    data.put("status", stream.status().wire());
    data.put("started_at", stream.times().startedAt().map(Instant::toString).orElse(null));
    data.put("ended_at", stream.times().endedAt().map(Instant::toString).orElse(null));
    data.put("duration_seconds", stream.durationSeconds(now));
    data.put("peak_viewers", stream.counts().peakViewers());
    data.put("total_viewers", stream.counts().totalViewers());
    data.put("last_error", stream.lastError().orElse(null));
    return json.toString();
  }
}
