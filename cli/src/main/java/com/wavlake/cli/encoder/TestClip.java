package com.wavlake.cli.encoder;

import com.wavlake.ingest.rtmp.FlvClip;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The clip that wlk brings, to send in place of OBS: ffmpeg's test picture and a tone, 8 s. */
public final class TestClip {
  private TestClip() {}

  /** The clip, read. */
  public static FlvClip read() throws IOException {
    try (InputStream flv =
        Objects.requireNonNull(TestClip.class.getResourceAsStream("demo.flv"), "demo.flv")) {
      return FlvClip.read(flv);
    }
  }
}
