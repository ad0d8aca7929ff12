package com.wavlake.ingest.server;

import com.wavlake.ingest.record.Recordings;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The playlists of recordings as they are sent, read once for each change and shared by everybody
 * who is sent them. Blocks. Safe for use by many threads.
 */
final class VodPlaylists {
  private static final int MAX_KEPT = 50;
  private static final String END = "#EXT-X-ENDLIST\n";

  /**
   * One as it was.
   *
   * @param bytes to be sent
   * @param grows whether there will be more
   */
  record Text(FileTime changed, long size, ByteBuffer bytes, boolean grows) {
    Buffer buffer() {
      return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes.duplicate()));
    }
  }

  private final Recordings recordings;
  private final Map<String, Text> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Text> eldest) {
          return size() > MAX_KEPT;
        }
      };

  VodPlaylists(Recordings recordings) {
    this.recordings = recordings;
  }

  /** Of a recording; empty when there is none. */
  synchronized Optional<Text> of(String id) throws IOException {
    Optional<Path> file = recordings.playlist(id);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      FileTime changed = Files.getLastModifiedTime(file.get());
      long size = Files.size(file.get());
      Text before = kept.get(id);
      if (before != null && before.changed().equals(changed) && before.size() == size) {
        return Optional.of(before);
      }
      String text = Files.readString(file.get());
      byte[] bytes = inFolder(text, id).getBytes(StandardCharsets.UTF_8);
      Text read = new Text(changed, size, ByteBuffer.wrap(bytes), !text.endsWith(END));
      kept.put(id, read);
      return Optional.of(read);
    } catch (NoSuchFileException e) {
      return Optional.empty(); // deleted meanwhile
    }
  }

  /** Its own URIs are relative to the stream's folder. */
  private static String inFolder(String playlist, String id) {
    return playlist
        .replace("\nrun-", "\n" + id + "/run-")
        .replace("URI=\"run-", "URI=\"" + id + "/run-");
  }
}
