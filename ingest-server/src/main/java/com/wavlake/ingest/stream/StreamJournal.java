package com.wavlake.ingest.stream;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where streams are kept. Every call is durable when it returns, and may block. */
public interface StreamJournal {

  /** The stream of that id. */
  Optional<StreamRecord> find(String id);

  /** Those that were on air when the server last stopped. */
  List<StreamRecord> unfinished();

  /** Keeps the state of a stream that exists, as of {@code now}. */
  void save(StreamRecord record, Instant now);

  /** Keeps what went wrong with a stream, under a stable name. */
  void error(String id, String type, String message, Instant now);

  /** Keeps samples of how streams were doing. */
  void samples(List<Sampling> samplings);

  /**
   * How a stream was doing.
   *
   * @param id of the stream
   * @param at when
   * @param viewers then
   * @param bitrateKbps over the seconds before
   * @param frameRate pictures a second
   * @param connection how the encoder stood
   */
  record Sampling(
      String id,
      Instant at,
      int viewers,
      int bitrateKbps,
      double frameRate,
      ConnectionState connection) {}
}
