package com.wavlake.ingest.e2e;

import com.wavlake.ingest.IngestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server in a process of its own, to be killed. */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final String rtmp;
  private final String http;

  private ServerProcess(Process process, String rtmp, String http) {
    this.process = process;
    this.rtmp = rtmp;
    this.http = http;
  }

  /** Starts one; {@code settings} are {@code key=value}. */
  static ServerProcess start(Path log, String... settings) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", // it lives for seconds
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ServerProcess.class.getName()));
    command.addAll(List.of(settings));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    BufferedReader out = process.inputReader();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      String[] words = line.split(" ", -1);
      if (words.length == 3 && words[0].equals("serving")) {
        Thread.ofPlatform().daemon().start(() -> out.lines().forEach(ignored -> {}));
        return new ServerProcess(process, words[1], words[2]);
      }
    }
    throw new IOException("no server: " + Files.readString(log));
  }

  String rtmp() {
    return rtmp;
  }

  String http() {
    return http;
  }

  int httpPort() {
    return URI.create(http).getPort();
  }

  /** As {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  /** The process itself. */
  public static void main(String[] settings) throws IOException, InterruptedException {
    IngestServer.Builder builder = IngestServer.builder().rtmpPort(0).set("admin.port", "0");
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      builder.set(setting.substring(0, equals), setting.substring(equals + 1));
    }
    try (IngestServer server = builder.start()) {
      System.out.println("serving " + server.rtmpUrl() + " " + server.httpUrl());
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
