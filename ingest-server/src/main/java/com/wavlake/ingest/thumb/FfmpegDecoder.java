package com.wavlake.ingest.thumb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An ffmpeg program, which decodes the pictures: no decoder of our own. It reads and writes files:
 * a pipe would hold a thread for as long as the program likes.
 */
public final class FfmpegDecoder {
  private static final int PATIENCE_SECONDS = 10;
  private static final int MAX_JPEG = 1 << 20;
  private static final int MAX_ALLOCATION = 512 << 20;
  private static final int MAX_PIXELS = 8_192 * 4_320;

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
   * cannot be decoded. Blocks, for ten seconds at most.
   */
  public Optional<byte[]> jpeg(List<ByteBuffer> media) throws IOException, InterruptedException {
    Path in = Files.createTempFile("wlk-thumbnail", ".mp4");
    Path out = Files.createTempFile("wlk-thumbnail", ".jpg");
    try {
      write(in, media);
      return run(in, out) && Files.size(out) <= MAX_JPEG
          ? Optional.of(Files.readAllBytes(out)).filter(FfmpegDecoder::isJpeg)
          : Optional.empty();
    } finally {
      Files.deleteIfExists(in);
      Files.deleteIfExists(out);
    }
  }

  private boolean run(Path in, Path out) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                program.toString(),
                "-hide_banner",
                "-nostdin",
                "-y",
                "-loglevel",
                "error",
                "-max_alloc",
                Integer.toString(MAX_ALLOCATION),
                "-threads",
                "1",
                "-max_pixels",
                Integer.toString(MAX_PIXELS),
                "-f",
                "mp4",
                "-i",
                in.toString(),
                "-frames:v",
                "1",
                "-vf",
                "scale=w='min(640,iw)':h=-2",
                "-q:v",
                "5",
                "-f",
                "mjpeg",
                out.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void write(Path file, List<ByteBuffer> media) throws IOException {
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (ByteBuffer part : media) {
        ByteBuffer bytes = part.duplicate();
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
    }
  }

  private static boolean isJpeg(byte[] bytes) {
    return bytes.length > 4 && bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xd8;
  }
}
