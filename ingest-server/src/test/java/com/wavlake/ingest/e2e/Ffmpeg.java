package com.wavlake.ingest.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The real ffmpeg out of Maven Central: a static 4.4 that needs nothing, and a newer one where it
 * starts.
 */
public final class Ffmpeg {
  private static final Path STATIC = unpack();

  private Ffmpeg() {}

  /** What a finished run printed. */
  public record Result(int exit, String output) {}

  /** The static one. */
  public static Path path() {
    return STATIC;
  }

  /** ffmpeg 8; empty where its libraries do not load. */
  static Optional<Path> version8() {
    try {
      Path path = Path.of(org.bytedeco.javacpp.Loader.load(org.bytedeco.ffmpeg.ffmpeg.class));
      return run(path, 20, "-version").exit() == 0 ? Optional.of(path) : Optional.empty();
    } catch (LinkageError | IOException | InterruptedException e) {
      return Optional.empty();
    }
  }

  /** Starts it with its output in {@code log}. */
  public static Process start(Path log, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(STATIC.toString(), "-hide_banner", "-nostdin"));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** Runs it to its end. */
  public static Result run(int seconds, String... arguments)
      throws IOException, InterruptedException {
    return run(STATIC, seconds, arguments);
  }

  static Result run(Path program, int seconds, String... arguments)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile("ffmpeg", ".log");
    try {
      List<String> command =
          new ArrayList<>(List.of(program.toString(), "-hide_banner", "-nostdin"));
      command.addAll(List.of(arguments));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            "ffmpeg did not end in " + seconds + " s: " + Files.readString(log));
      }
      return new Result(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
    } finally {
      Files.delete(log);
    }
  }

  /**
   * Pictures that flash white, and a tone that beeps, both at each full second: what belongs
   * together can be seen.
   */
  static List<String> flashAndBeep(int seconds, String url) {
    return List.of(
        "-re",
        "-f",
        "lavfi",
        "-i",
        "color=black:size=640x360:rate=30:duration="
            + seconds
            + ",drawbox=c=white:t=fill:enable='lt(mod(t,1),0.1)'",
        "-re",
        "-f",
        "lavfi",
        "-i",
        "aevalsrc='if(lt(mod(t,1),0.1),0.8*sin(2*PI*880*t),0)':s=48000:d=" + seconds,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-bf",
        "2",
        "-pix_fmt",
        "yuv420p",
        "-g",
        "60",
        "-keyint_min",
        "60",
        "-sc_threshold",
        "0",
        "-c:a",
        "aac",
        "-b:a",
        "96k",
        "-f",
        "flv",
        url);
  }

  private static Path unpack() {
    String resource = "/ws/schild/jave/nativebin/ffmpeg-amd64";
    try (InputStream in =
        Objects.requireNonNull(Ffmpeg.class.getResourceAsStream(resource), resource)) {
      Path file = Files.createTempFile("ffmpeg", "");
      Files.write(file, in.readAllBytes());
      if (!file.toFile().setExecutable(true)) {
        throw new IOException(file + " cannot be made executable");
      }
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
