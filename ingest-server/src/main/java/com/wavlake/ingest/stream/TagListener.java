package com.wavlake.ingest.stream;

import com.wavlake.ingest.rtmp.FlvTag;

/** Hears what an encoder sends, as it sends it; must not block. */
@FunctionalInterface
public interface TagListener {

  /** The next tag of a stream; its body is shared and not to be changed. */
  void tag(FlvTag tag);
}
