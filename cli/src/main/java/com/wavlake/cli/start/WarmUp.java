package com.wavlake.cli.start;

import com.wavlake.ingest.IngestServer;
import com.wavlake.live.crypto.Secp256k1;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes of a folder of jars one that starts fast: newer classes, the native library unpacked, and
 * the JVM's AOT cache. The launcher runs it when it has built, and as {@code wlk warm-up}.
 */
public final class WarmUp {
  private static final int SECONDS = 120;
  private static final String NATIVE = "native";
  private static final String UNPACKED_IN = "fr.acinq.secp256k1.lib.path";
  private static final String UNPACK_IN = "fr.acinq.secp256k1.tmpdir";

  /** What C1 sees is of no use to a later compiler, and to replay it costs each start 15 ms. */
  private static final List<String> WITHOUT_PROFILES =
      List.of(
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-AOTRecordTraining");

  private final Path lib;

  private WarmUp(Path lib) {
    this.lib = lib;
  }

  /** The argument is the folder; rehearsed is with the JVM and the options that this runs with. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    WarmUp warmUp = new WarmUp(Path.of(arguments[0]));
    warmUp.raiseClasses();
    warmUp.unpackLibrary();
    warmUp.rehearse();
  }

  private void raiseClasses() throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(lib, "picocli-*.jar")) {
      for (Path jar : jars) {
        NewerClasses.upgrade(jar);
      }
    }
  }

  /** The library's loader unpacks it for one start under a name of that start: keep that file. */
  private void unpackLibrary() throws IOException {
    Path folder = Files.createTempDirectory(lib, NATIVE);
    System.setProperty(UNPACK_IN, folder.toString());
    var _ = Secp256k1.get(); // BouncyCastle where there is no library: then nothing is unpacked
    String name = System.mapLibraryName("secp256k1-jni");
    try (DirectoryStream<Path> unpacked = Files.newDirectoryStream(folder, "*" + name)) {
      for (Path file : unpacked) {
        Path kept = Files.createDirectories(lib.resolve(NATIVE)).resolve(name);
        Files.move(file, kept, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    delete(folder);
  }

  private void rehearse() throws IOException, InterruptedException {
    Path made = lib.resolve("wlk.aot.new");
    Path profile = Files.createTempDirectory("wlk-rehearsal");
    Path said = profile.resolve("said");
    try (IngestServer provider = provider(profile.resolve("data"))) {
      rehearse(made, profile, said, provider.httpUrl());
    } finally {
      delete(profile);
    }
  }

  /** Whom the rehearsed commands talk to: nobody but this machine. */
  private static IngestServer provider(Path data) throws IOException {
    return IngestServer.builder()
        .rtmpPort(0)
        .httpPort(0)
        .set("admin.port", "0")
        .set("thumbnails.ffmpeg", "off")
        .dataDir(data)
        .start();
  }

  private void rehearse(Path made, Path profile, Path said, String provider)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command(made, provider))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(said.toFile()));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("WLK_") || name.startsWith("NOSTR_"));
    environment.put("WLK_CONFIG_DIR", profile.toString());
    Process process = builder.start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    if (process.waitFor() != 0 || !Files.exists(made)) {
      throw new IOException(Files.readString(said));
    }
    Files.setLastModifiedTime(made, newestOfOurs()); // so the launcher knows whose it is
    Files.move(made, lib.resolve("wlk.aot"), StandardCopyOption.ATOMIC_MOVE);
  }

  private FileTime newestOfOurs() throws IOException {
    FileTime newest = FileTime.fromMillis(0);
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(lib, "wlk*.jar")) {
      for (Path jar : jars) {
        FileTime time = Files.getLastModifiedTime(jar);
        newest = time.compareTo(newest) > 0 ? time : newest;
      }
    }
    return newest;
  }

  private List<String> command(Path made, String provider) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.remove("-Xlog:disable"); // should it fail, its words are wanted
    command.add("-D" + UNPACKED_IN + "=" + lib.resolve(NATIVE).toAbsolutePath());
    command.addAll(WITHOUT_PROFILES);
    command.add("-XX:AOTCacheOutput=" + made);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Rehearsal.class.getName(), provider));
    return command;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
