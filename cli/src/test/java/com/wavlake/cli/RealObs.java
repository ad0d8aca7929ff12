package com.wavlake.cli;

import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.obs.ObsWebSocket;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** OBS Studio itself, on a screen of its own that nobody sees, with a home of its own. */
final class RealObs implements AutoCloseable {
  static final String PASSWORD = "correct horse battery";
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final List<Process> processes = new ArrayList<>();
  private final Path home;
  private final int port;

  private RealObs(Path home, int port) {
    this.home = home;
    this.port = port;
  }

  static boolean isInstalled() {
    return Stream.of("obs", "Xvfb")
        .allMatch(program ->
            Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> new File(folder, program).canExecute()));
  }

  /** A home where OBS's first questions are answered and its websocket server is on. */
  static int prepare(Path home) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path config = Files.createDirectories(home.resolve(".config/obs-studio"));
    Files.writeString(
        config.resolve("global.ini"),
        """
        [General]
        FirstRun=true
        EnableAutoUpdates=false

        [OBSWebSocket]
        FirstLoad=false
        ServerEnabled=true
        ServerPort=%d
        AlertsEnabled=false
        AuthRequired=true
        ServerPassword=%s
        """
            .formatted(port, PASSWORD));
    return port;
  }

  static RealObs start(Path home, int port, String profile)
      throws IOException, InterruptedException {
    RealObs obs = new RealObs(home, port);
    try {
      String display = obs.screen();
      ProcessBuilder builder =
          new ProcessBuilder(
              "obs", "--collection", "t", "--profile", profile, "--multi", "--disable-updater");
      builder.environment().clear();
      builder.environment().put("PATH", System.getenv("PATH"));
      builder.environment().put("HOME", home.toString());
      builder.environment().put("XDG_CONFIG_HOME", home.resolve(".config").toString());
      builder.environment().put("XDG_RUNTIME_DIR", home.toString());
      builder.environment().put("DISPLAY", display);
      builder.environment().put("LIBGL_ALWAYS_SOFTWARE", "1");
      builder.environment().put("LC_ALL", "C.UTF-8");
      // Neither starts a daemon that would outlive us.
      builder.environment().put("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
      builder.environment().put("PULSE_SERVER", "unix:/nonexistent");
      obs.processes.add(
          builder
              .redirectErrorStream(true)
              .redirectOutput(home.resolve("obs.log").toFile())
              .start());
      Awaitility.await().atMost(TIMEOUT).until(obs::answers);
      return obs;
    } catch (IOException | RuntimeException e) {
      obs.close();
      throw e;
    }
  }

  /** It says itself which screen it is, once it is there. */
  private String screen() throws IOException {
    Process xvfb =
        new ProcessBuilder(
                "Xvfb", "-displayfd", "1", "-screen", "0", "1280x720x24", "-nolisten", "tcp")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    processes.add(xvfb);
    try (BufferedReader out = xvfb.inputReader(StandardCharsets.UTF_8)) {
      return ":" + out.readLine();
    }
  }

  private boolean answers() {
    try (ObsWebSocket obs = connect()) {
      return !obs.request("GetProfileList", "{}").isEmpty(); // not before all is loaded
    } catch (LiveException e) {
      return false;
    }
  }

  ObsWebSocket connect() {
    return ObsWebSocket.connect("ws://127.0.0.1:" + port, PASSWORD, Duration.ofSeconds(10));
  }

  String log() throws IOException {
    return Files.readString(home.resolve("obs.log"));
  }

  List<ProcessHandle> family() {
    return processes.stream()
        .flatMap(p -> Stream.concat(Stream.of(p.toHandle()), p.descendants()))
        .toList();
  }

  /** OBS before its screen. */
  @Override
  public void close() throws InterruptedException {
    for (Process process : processes.reversed()) {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }
}
