package com.wavlake.ingest.media;

/** Takes what an encoder sends, in its order, on one thread. */
public interface MediaSink {

  /** Which kinds of track the encoder said it will send, before it sends any. */
  default void announced(boolean video, boolean audio) {}

  /** A track begins, or goes on with another configuration. */
  void track(Track track);

  /** The next sample of a track that has begun; decoding times of a track never go back. */
  void sample(Sample sample);

  /** Time jumped: what follows does not continue what was before. */
  void discontinuity();

  /** Something of what is sent cannot be used; told once for each reason. */
  default void dropped(String reason) {}
}
