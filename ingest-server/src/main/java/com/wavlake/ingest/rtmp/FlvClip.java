package com.wavlake.ingest.rtmp;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A short FLV file in memory, to be sent at its own speed, once or in a loop. */
public final class FlvClip {
  private static final int MAX_BYTES = 16 << 20;
  private static final int LAST_TAG_MILLIS = 33;

  private final List<FlvTag> tags;

  private FlvClip(List<FlvTag> tags) {
    this.tags = tags;
  }

  /**
   * Reads a whole file.
   *
   * @throws IOException when it is no FLV, is cut short, or is over 16 MiB
   */
  public static FlvClip read(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    byte[] header = in.readNBytes(9);
    if (header.length < 9 || header[0] != 'F' || header[1] != 'L' || header[2] != 'V') {
      throw new IOException("not an FLV file");
    }
    List<FlvTag> tags = new ArrayList<>();
    int total = 0;
    in.skipNBytes(4);
    for (int type = in.read(); type >= 0; type = in.read()) {
      int size = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int time = in.readUnsignedByte() << 16 | in.readUnsignedShort() | in.readUnsignedByte() << 24;
      in.skipNBytes(3);
      total += size;
      if (total > MAX_BYTES) {
        throw new IOException("FLV clip is over " + MAX_BYTES + " bytes");
      }
      byte[] body = in.readNBytes(size);
      if (body.length < size) {
        throw new EOFException("FLV clip is cut short");
      }
      in.skipNBytes(4);
      tags.add(new FlvTag(type & 0x1f, time, ByteBuffer.wrap(body)));
    }
    if (tags.isEmpty()) {
      throw new IOException("FLV clip is empty");
    }
    return new FlvClip(List.copyOf(tags));
  }

  /** How long one pass takes. */
  public Duration duration() {
    return Duration.ofMillis(tags.getLast().timestampMillis() + LAST_TAG_MILLIS);
  }

  /**
   * Sends it at its own speed, again and again while {@code again} says so after a pass; timestamps
   * go on from pass to pass.
   */
  public void play(RtmpPublisher publisher, BooleanSupplier again)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    long offset = 0;
    boolean firstPass = true;
    do {
      for (FlvTag tag : tags) {
        if ((tag.isData() || tag.isConfiguration()) && !firstPass) {
          continue;
        }
        long due = start + TimeUnit.MILLISECONDS.toNanos(offset + tag.timestampMillis());
        long early = due - System.nanoTime();
        if (early > 0) {
          TimeUnit.NANOSECONDS.sleep(early);
        }
        publisher.send(new FlvTag(tag.type(), (int) (offset + tag.timestampMillis()), tag.body()));
      }
      offset += duration().toMillis();
      firstPass = false;
    } while (again.getAsBoolean());
  }
}
