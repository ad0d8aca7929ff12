package com.wavlake.ingest.forward;

/**
 * Where a copy of a stream goes.
 *
 * @param id of this target
 * @param streamId of the stream
 * @param name what its owner calls it
 * @param server {@code rtmp://host[:port]/app} or {@code rtmps://…}
 * @param key the other service's stream key; never shown, never logged
 * @param enabled whether it is used
 */
public record Target(
    String id, String streamId, String name, String server, String key, boolean enabled) {
  /** Without the key. */
  @Override
  public String toString() {
    return "Target[" + id + " " + name + "]";
  }
}
