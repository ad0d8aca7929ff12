package com.wavlake.cli;

import com.wavlake.cli.start.WarmUp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How wlk is started: as the launcher does, out of the jars that were packaged and with the cache
 * made of them, which saves each of the many processes of the tests most of a second. Without jars,
 * as in an IDE, out of the classes of the tests.
 */
final class InstalledWlk {
  private static final Path LIB = Path.of("target", "lib").toAbsolutePath();
  private static final Path CACHE = LIB.resolve("wlk.aot");
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Xlog:disable",
          "--enable-native-access=ALL-UNNAMED",
          "-Dstdout.encoding=UTF-8",
          "-Dstderr.encoding=UTF-8",
          "-Dfile.encoding=UTF-8");

  private InstalledWlk() {}

  static List<String> command() {
    Path jar = LIB.resolve("wlk.jar");
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(OPTIONS);
    if (!Files.exists(jar)) {
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), "com.wavlake.cli.Wlk"));
      return command;
    }
    try {
      warmUp(jar);
      if (Files.exists(CACHE)) {
        command.add("-XX:AOTCache=" + CACHE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String unpacked = LIB.resolve("native").toString();
    command.add("-Dfr.acinq.secp256k1.lib.path=" + unpacked);
    command.add("-Dfr.acinq.secp256k1.tmpdir=" + unpacked);
    command.addAll(List.of("-cp", jar.toString(), "com.wavlake.cli.Wlk"));
    return command;
  }

  /** Once a build, whichever of the tests' processes comes first. */
  private static void warmUp(Path jar) throws IOException, InterruptedException {
    Path lock = LIB.resolveSibling("warm-up.lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      if (Files.exists(CACHE) && !isNewer(Files.getLastModifiedTime(CACHE))) {
        return;
      }
      Files.deleteIfExists(CACHE);
      List<String> command = new ArrayList<>(List.of(JAVA));
      command.addAll(OPTIONS);
      command.addAll(List.of("-cp", jar.toString(), WarmUp.class.getName(), LIB.toString()));
      var _ =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(LIB.resolveSibling("warm-up.log").toFile())
              .start()
              .waitFor(); // where it fails wlk runs all the same, only slower
    }
  }

  private static boolean isNewer(FileTime cache) throws IOException {
    try (Stream<Path> jars = Files.list(LIB)) {
      for (Path jar : jars.filter(f -> f.toString().endsWith(".jar")).toList()) {
        if (Files.getLastModifiedTime(jar).compareTo(cache) > 0) {
          return true;
        }
      }
    }
    return false;
  }
}
