package com.wavlake.ingest.thumb;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An ffmpeg program, which decodes the pictures: no decoder of our own. */
public final class FfmpegDecoder {
  private static final Logger log = LoggerFactory.getLogger(FfmpegDecoder.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MAX_JPEG = 1 << 20;

  private final Path program;

  private FfmpegDecoder(Path program) {
    this.program = program;
  }

  /**
   * The one that a setting names.
   *
   * @param setting a path; {@code auto} for the first on the PATH; {@code off} for none
   * @return empty where there is none, and none was asked for by path
   * @throws IOException when a path names no program
   */
  public static Optional<FfmpegDecoder> of(String setting) throws IOException {
    return switch (setting) {
      case "off" -> Optional.empty();
      case "auto" -> onPath().map(FfmpegDecoder::new);
      default -> {
        if (!Files.isExecutable(Path.of(setting))) {
          throw new IOException(setting + " is no program");
        }
        yield Optional.of(new FfmpegDecoder(Path.of(setting)));
      }
    };
  }

  private static Optional<Path> onPath() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return List.of(path.split(":", -1)).stream()
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder, "ffmpeg"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * The first picture of a fragmented MP4 as a JPEG of at most 640 pixels' width; empty when it
   * cannot be decoded. Blocks.
   */
  public Optional<byte[]> jpeg(List<ByteBuffer> media) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                program.toString(),
                "-hide_banner",
                "-loglevel",
                "error",
                "-threads",
                "1",
                "-f",
                "mp4",
                "-i",
                "pipe:0",
                "-frames:v",
                "1",
                "-vf",
                "scale=w='min(640,iw)':h=-2",
                "-q:v",
                "5",
                "-f",
                "mjpeg",
                "pipe:1")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      Thread feeding = Thread.ofVirtual().start(() -> feed(process.getOutputStream(), media));
      Thread watching = Thread.ofVirtual().start(() -> watch(process));
      byte[] picture;
      try (InputStream out = process.getInputStream()) {
        picture = out.readNBytes(MAX_JPEG + 1);
      }
      feeding.join();
      boolean whole = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      watching.interrupt();
      boolean jpeg = picture.length > 4 && picture[0] == (byte) 0xff && picture[1] == (byte) 0xd8;
      return whole && process.exitValue() == 0 && jpeg && picture.length <= MAX_JPEG
          ? Optional.of(picture)
          : Optional.empty();
    } finally {
      process.destroyForcibly();
    }
  }

  private static void feed(OutputStream to, List<ByteBuffer> media) {
    try (WritableByteChannel in = Channels.newChannel(to)) {
      for (ByteBuffer part : media) {
        ByteBuffer bytes = part.duplicate();
        while (bytes.hasRemaining()) {
          in.write(bytes);
        }
      }
    } catch (IOException e) {
      log.debug("ffmpeg has seen enough: {}", e.getMessage()); // it stops after one picture
    }
  }

  private static void watch(Process process) {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      // it has ended
    }
  }
}
