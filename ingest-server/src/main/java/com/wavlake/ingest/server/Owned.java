package com.wavlake.ingest.server;

import com.wavlake.ingest.stream.StreamConflict;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.live.nostr.PublicKey;
import java.util.function.Function;

/** Streams in the hands of those they belong to. */
record Owned(StreamRegistry registry) {

  /** The caller's stream of that id, or a refusal. */
  StreamRecord find(PublicKey caller, String id) {
    StreamRecord stream = registry.record(id).orElseThrow(Problem::notFound);
    if (!stream.owner().equals(caller)) {
      throw new Problem(403, "forbidden", "This stream belongs to somebody else.");
    }
    return stream;
  }

  /** Does something with its session. */
  <R> R with(PublicKey caller, String id, Function<StreamSession, R> action) {
    var _ = find(caller, id);
    try {
      return registry.with(id, action).orElseThrow(Problem::notFound);
    } catch (StreamConflict e) {
      throw Problem.conflict(String.valueOf(e.getMessage()));
    }
  }
}
