package com.wavlake.live.api;

import java.util.List;
import java.util.Optional;

/**
 * Some of one's own streams.
 *
 * @param streams newest first
 * @param next where the next page begins, as the provider calls it; empty on the last one
 */
public record Page(List<StreamDetails> streams, Optional<String> next) {
  /** Copies the list. */
  public Page {
    streams = List.copyOf(streams);
  }
}
