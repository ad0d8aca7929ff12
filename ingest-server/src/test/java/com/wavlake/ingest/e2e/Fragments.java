package com.wavlake.ingest.e2e;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the movie fragments of ISO base media files, for checking. */
final class Fragments {
  private Fragments() {}

  /** A track's samples in one fragment. */
  record Run(int track, long decodeTime, long duration, int samples, boolean beginsWithSync) {}

  /** The runs of every fragment; throws for bytes that are no whole boxes. */
  static List<Run> of(byte[] bytes) {
    List<Run> runs = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (in.hasRemaining()) {
      ByteBuffer box = box(in, "moof", "mdat");
      if (type(box).equals("moof")) {
        ByteBuffer moof = content(box);
        while (moof.hasRemaining()) {
          ByteBuffer inner = box(moof, "mfhd", "traf");
          if (type(inner).equals("traf")) {
            runs.add(run(content(inner)));
          }
        }
      }
    }
    return runs;
  }

  private static Run run(ByteBuffer traf) {
    int track = 0;
    long time = 0;
    long duration = 0;
    int samples = 0;
    boolean sync = false;
    while (traf.hasRemaining()) {
      ByteBuffer box = box(traf, "tfhd", "tfdt", "trun");
      ByteBuffer content = content(box);
      int flags = content.getInt() & 0xff_ffff;
      switch (type(box)) {
        case "tfhd" -> track = content.getInt();
        case "tfdt" -> time = content.getLong();
        default -> {
          samples = content.getInt();
          content.getInt(); // data offset
          for (int i = 0; i < samples; i++) {
            duration += content.getInt();
            content.getInt(); // size
            int sampleFlags = content.getInt();
            sync |= i == 0 && (sampleFlags & 0x1_0000) == 0;
            if ((flags & 0x800) != 0) {
              content.getInt(); // composition offset
            }
          }
        }
      }
    }
    return new Run(track, time, duration, samples, sync);
  }

  private static ByteBuffer box(ByteBuffer in, String... allowed) {
    int size = in.getInt(in.position());
    if (size < 8 || size > in.remaining()) {
      throw new AssertionError("a box of " + size + " bytes in " + in.remaining());
    }
    ByteBuffer box = in.slice(in.position(), size);
    in.position(in.position() + size);
    if (!List.of(allowed).contains(type(box))) {
      throw new AssertionError("box " + type(box));
    }
    return box;
  }

  private static String type(ByteBuffer box) {
    byte[] type = new byte[4];
    box.get(4, type);
    return new String(type, StandardCharsets.US_ASCII);
  }

  private static ByteBuffer content(ByteBuffer box) {
    return box.slice(8, box.capacity() - 8);
  }
}
