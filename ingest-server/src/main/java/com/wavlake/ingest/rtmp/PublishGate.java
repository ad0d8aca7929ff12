package com.wavlake.ingest.rtmp;

import com.wavlake.ingest.media.MediaSink;
import java.io.Closeable;

/** Decides who may publish. */
public interface PublishGate {

  /**
   * Asked before {@code NetStream.Publish.Start}; may block.
   *
   * @param key what the encoder shows; whatever it is, not to be logged
   * @param peer the encoder's IP address
   * @param connection closing it ends the encoder's connection, from any thread
   */
  Publication admit(String key, String peer, Closeable connection) throws PublishRefused;

  /**
   * An encoder that was let in. All calls come from its connection's thread; exactly one of the
   * ends is called.
   */
  interface Publication extends MediaSink {

    /**
     * A tag as it came, before it is understood; its body is shared and not to be changed. Metadata
     * and configurations are told always, the rest where it is wanted.
     */
    default void tag(FlvTag tag) {}

    /** Whether anybody wants all tags. */
    default boolean wantsTags() {
      return false;
    }

    /** So many bytes came since the last call; told at most a few times a second. */
    void received(long bytes);

    /** The encoder said that it stops. */
    void unpublished();

    /** The connection ended without a word. */
    void lost(String reason);
  }
}
