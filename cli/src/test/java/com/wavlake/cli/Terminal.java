package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real terminal, by tmux: somebody types, somebody reads the screen. */
final class Terminal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final String socket;
  private final String wlk;

  private Terminal(String socket, String wlk) {
    this.socket = socket;
    this.wlk = wlk;
  }

  static boolean isThere() {
    try {
      return new ProcessBuilder("tmux", "-V").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A shell in which wlk is what {@code wlk} runs. */
  static Terminal open(Path directory, WlkProcess wlk) throws IOException, InterruptedException {
    Path script = directory.resolve("wlk-in-terminal");
    Files.writeString(script, wlk.script());
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Terminal terminal =
        new Terminal(
            "wlk-" + ProcessHandle.current().pid() + "-" + System.nanoTime(), script.toString());
    terminal.tmux("new-session", "-d", "-x", "120", "-y", "30", "sh");
    return terminal;
  }

  /** Runs wlk with these arguments. */
  void type(String arguments) throws IOException, InterruptedException {
    enter(wlk + " " + arguments);
  }

  /** Types this, and Enter. */
  void enter(String text) throws IOException, InterruptedException {
    if (!text.isEmpty()) {
      tmux("send-keys", "-l", text);
    }
    keys("Enter");
  }

  /** Presses a key by tmux's name, like C-c. */
  void keys(String name) throws IOException, InterruptedException {
    tmux("send-keys", name);
  }

  /** What is on the screen. */
  String screen() throws IOException, InterruptedException {
    return tmux("capture-pane", "-p", "-J");
  }

  void awaitText(String text) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(screen()).contains(text));
  }

  private String tmux(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tmux", "-L", socket));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return out;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    tmux("kill-server");
  }
}
