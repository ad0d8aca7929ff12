package com.wavlake.ingest.hooks;

/** What a media engine tells or asks. */
public sealed interface HookCall {

  /**
   * May this encoder publish?
   *
   * @param client what the engine calls the connection
   * @param stream what the engine calls the stream; may be the key itself
   * @param key the stream key
   * @param peer the encoder's address
   */
  record Publish(String client, String stream, String key, String peer) implements HookCall {}

  /** It publishes still: may it go on? Told by engines that say so every so often. */
  record Update(String client, String stream, String key, String peer) implements HookCall {}

  /** It has stopped, or is gone; {@code client} may be empty where the engine does not say. */
  record Unpublish(String client, String stream) implements HookCall {}

  /** Something that needs no answer but yes: somebody watches, for one. */
  record Other() implements HookCall {}
}
