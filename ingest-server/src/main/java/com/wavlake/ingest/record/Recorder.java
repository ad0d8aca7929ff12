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
  private static final int MAX_RUNS = 1_000;

  private final Path directory;
  private final RecordingIndex index;
  private @Nullable FileChannel run;
  private String runName = "";
  private String needs = "";
  private int runs;
  private long initBytes;
  private boolean named;
  private long position;
  private boolean gap;

  Recorder(Path directory) {
    this.directory = directory;
    this.index = new RecordingIndex(directory);
  }

  /** Something could not be written; what comes next does not continue. */
  void skipped() {
    gap = true;
  }

  /**
   * Writes one; answers how many bytes that took.
   *
   * @param timeline the name of its timeline: init segments of another one have the same numbers
   * @param header the init segment it needs
   */
  long write(Segment segment, String timeline, ByteBuffer header, int targetDuration)
      throws IOException {
    boolean first = !index.exists();
    if (first) {
      Files.createDirectories(directory);
      index.begin(targetDuration);
    }
    String needed = timeline + "/" + segment.init();
    FileChannel out = run;
    long began = 0;
    boolean fresh = out == null || !needed.equals(needs);
    if (out == null || fresh) {
      out = begin(needed, header);
      began = initBytes;
    }
    ByteBuffer[] bytes =
        segment.parts().stream().map(part -> part.bytes().bytes()).toArray(ByteBuffer[]::new);
    long at = position;
    long left = segment.bytes();
    out.position(at); // over what an earlier failure may have left
    while (left > 0) {
      left -= out.write(bytes);
    }
    index.add(
        runName,
        named ? 0 : initBytes,
        !first && (segment.discontinuity() || fresh || gap),
        segment,
        at);
    position = at + segment.bytes();
    named = true;
    gap = false;
    return began + segment.bytes();
  }

  private FileChannel begin(String needed, ByteBuffer header) throws IOException {
    close();
    while (Files.exists(directory.resolve(name(runs)))) {
      runs++;
    }
    if (runs >= MAX_RUNS) {
      throw new IOException("over " + MAX_RUNS + " interruptions");
    }
    Path file = directory.resolve(name(runs));
    FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      ByteBuffer bytes = header.duplicate();
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      out.close();
      Files.deleteIfExists(file);
      throw e;
    }
    runName = name(runs);
    run = out;
    needs = needed;
    initBytes = header.remaining();
    named = false;
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

  /** What follows is a run of its own. */
  @Override
  public void close() throws IOException {
    if (run != null) {
      run.close();
      run = null;
    }
  }
}
