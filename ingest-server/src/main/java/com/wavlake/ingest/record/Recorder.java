package com.wavlake.ingest.record;

import com.wavlake.ingest.hls.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Writes one stream's segments: a file a run, which is a whole fragmented MP4 by itself, and the
 * playlist that names ranges of it. For one thread.
 */
final class Recorder implements AutoCloseable {
  private final Path directory;
  private final RecordingIndex index;
  private @Nullable FileChannel run;
  private String runName = "";
  private int init = -1;
  private long initBytes;
  private boolean named;
  private long position;
  private boolean gap;

  Recorder(Path directory) {
    this.directory = directory;
    this.index = new RecordingIndex(directory);
  }

  /** A segment could not be written; the next one does not continue. */
  void skipped() {
    gap = true;
  }

  /**
   * Writes one; answers how many bytes that took.
   *
   * @param header the init segment it needs
   */
  long write(Segment segment, ByteBuffer header, int targetDuration) throws IOException {
    boolean first = !index.exists();
    if (first) {
      Files.createDirectories(directory);
      index.begin(targetDuration);
    }
    FileChannel out = run;
    long before = position;
    boolean fresh = false;
    if (out == null || segment.init() != init) {
      out = begin(segment.init(), header);
      before = 0;
      fresh = true;
    }
    ByteBuffer[] bytes =
        segment.parts().stream().map(part -> part.bytes().bytes()).toArray(ByteBuffer[]::new);
    long at = position;
    long left = segment.bytes();
    try {
      while (left > 0) {
        left -= out.write(bytes);
      }
    } catch (IOException e) {
      out.truncate(at); // what is half there no block will name
      throw e;
    }
    position = at + segment.bytes();
    boolean discontinuity = !first && (segment.discontinuity() || fresh || gap);
    index.add(runName, named ? 0 : initBytes, discontinuity, segment, at);
    named = true;
    gap = false;
    return position - before;
  }

  private FileChannel begin(int number, ByteBuffer header) throws IOException {
    close();
    int name = 0;
    while (Files.exists(directory.resolve(name(name)))) {
      name++;
    }
    runName = name(name);
    FileChannel out =
        FileChannel.open(
            directory.resolve(runName), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    run = out;
    init = number;
    initBytes = header.remaining();
    named = false;
    ByteBuffer bytes = header.duplicate();
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
    position = initBytes;
    return out;
  }

  private static String name(int number) {
    return "run-" + number + ".mp4";
  }

  /** Nothing will follow. */
  void finish() throws IOException {
    close();
    if (index.exists()) {
      index.finish();
    }
  }

  @Override
  public void close() throws IOException {
    if (run != null) {
      run.close();
      run = null;
    }
  }
}
