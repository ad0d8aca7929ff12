package com.wavlake.ingest.hooks;

/** What is answered. */
public sealed interface HookAnswer {

  /**
   * Yes.
   *
   * @param streamId the stream that the key opens; "" where none was asked about
   */
  record Yes(String streamId) implements HookAnswer {}

  /** No, and why. */
  record No(String reason) implements HookAnswer {}
}
