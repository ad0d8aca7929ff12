package com.wavlake.ingest.record;

/** What recordings have to know of the streams they are of. May block. */
public interface Streams {

  /** Whether there is a stream of that id. */
  boolean exists(String id);

  /** Whether it will get no more media; so is one that does not exist. */
  boolean isOver(String id);
}
