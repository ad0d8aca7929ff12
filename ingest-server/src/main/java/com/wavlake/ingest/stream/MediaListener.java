package com.wavlake.ingest.stream;

import com.wavlake.ingest.hls.TimelineView;

/** Hears of every part, segment and end of any stream's media; must not block. */
@FunctionalInterface
public interface MediaListener {

  /** The media of {@code session} is now {@code view}; called in order, one at a time a stream. */
  void changed(StreamSession session, TimelineView view);
}
