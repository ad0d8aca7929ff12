package com.wavlake.ingest.e2e;

import com.wavlake.ingest.rtmp.FlvTag;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a real ffmpeg made of a test picture and a tone, 320x180 at 30 pictures a second, a key
 * frame a second; sent as fast as the server takes it, so that no test waits for a clock.
 */
public final class Clip {
  private static final int SECONDS = 20;
  private static final List<FlvTag> TAGS = make();

  private Clip() {}

  /** Configurations and metadata. */
  public static void begin(RtmpPublisher to) throws IOException {
    for (FlvTag tag : TAGS) {
      if (tag.isData() || tag.isConfiguration()) {
        to.send(tag);
      }
    }
  }

  /** The media between two times of the clip, in milliseconds. */
  public static void send(RtmpPublisher to, int from, int until) throws IOException {
    for (FlvTag tag : TAGS) {
      boolean media = !tag.isData() && !tag.isConfiguration();
      if (media && tag.timestampMillis() >= from && tag.timestampMillis() < until) {
        to.send(tag);
      }
    }
  }

  private static List<FlvTag> make() {
    try {
      Path file = Files.createTempFile("clip", ".flv");
      Ffmpeg.Result made =
          Ffmpeg.run(
              60,
              "-y",
              "-f",
              "lavfi",
              "-i",
              "testsrc=size=320x180:rate=30:duration=" + SECONDS,
              "-f",
              "lavfi",
              "-i",
              "sine=frequency=440:sample_rate=48000:duration=" + SECONDS,
              "-c:v",
              "libx264",
              "-preset",
              "ultrafast",
              "-pix_fmt",
              "yuv420p",
              "-g",
              "30",
              "-c:a",
              "aac",
              "-f",
              "flv",
              file.toString());
      if (made.exit() != 0) {
        throw new IOException(made.output());
      }
      List<FlvTag> tags = read(ByteBuffer.wrap(Files.readAllBytes(file)));
      Files.delete(file);
      return tags;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<FlvTag> read(ByteBuffer file) {
    List<FlvTag> tags = new ArrayList<>();
    file.position(13);
    while (file.remaining() > 11) {
      int type = file.get();
      int size = u24(file);
      int time = u24(file) | file.get() << 24;
      file.position(file.position() + 3);
      byte[] body = new byte[size];
      file.get(body).getInt();
      tags.add(new FlvTag(type, time, ByteBuffer.wrap(body)));
    }
    return tags;
  }

  private static int u24(ByteBuffer in) {
    return (in.get() & 0xff) << 16 | (in.get() & 0xff) << 8 | in.get() & 0xff;
  }
}
