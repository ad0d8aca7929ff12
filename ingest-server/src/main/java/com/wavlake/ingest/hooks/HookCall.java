package com.wavlake.ingest.hooks;

/** What a media engine tells or asks. */
public sealed interface HookCall {

  /**
   * May this encoder publish?
   *
   * @param client what the engine calls the connection
   * @param stream what the engine calls the stream; "" where the engine takes the name it is told
   * @param key the stream key; "" when none was shown
   * @param peer the encoder's address
   */
  record Publish(String client, String stream, String key, String peer) implements HookCall {}

  /** It publishes still: may it go on? Told by engines that say so every so often. */
  record Update(String client, String stream, String key, String peer) implements HookCall {}

  /** It has stopped, or is gone; what the engine does not say is empty. */
  record Unpublish(String client, String stream, String key) implements HookCall {}

  /** Something that needs no answer but yes: somebody watches, for one. */
  record Other() implements HookCall {}
}
