package com.wavlake.ingest.forward;

import java.time.Instant;
import java.util.List;

/** Where targets are kept. Every call is durable when it returns, and may block. */
public interface TargetStore {

  /** A stream's targets, oldest first. */
  List<Target> targets(String streamId);

  /** Keeps a new one; false when the stream has {@code most} already. */
  boolean add(Target target, int most, Instant now);

  /** Changes whether it is used; false when there is none of that id in that stream. */
  boolean enable(String streamId, String id, boolean enabled);

  /** Forgets one; false when there is none of that id in that stream. */
  boolean remove(String streamId, String id);
}
