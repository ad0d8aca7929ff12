package com.wavlake.cli.encoder;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.obs.EncoderSettings;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The encoder as a child process, without a shell. It does not outlive this one, however this one
 * ends.
 */
public final class EncoderChild implements AutoCloseable {
  private static final int KEPT_LINES = 20;
  private static final int PATIENCE_SECONDS = 5;
  private static final int OUTPUT_PATIENCE_MS = 2_000;

  /**
   * Waits in a process of its own for the end of a pipe that we hold: when we are gone, killed or
   * not, so is the child.
   */
  private static final String WATCH = "trap '' INT HUP TERM; read -r _; kill -9 \"$1\" 2>/dev/null";

  private final Process process;
  private final Process watcher;

  /** Whether it leads a process group of its own, with all that it starts. */
  private final boolean leadsGroup;

  private final Optional<StreamKey> key;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final CountDownLatch outputEnd = new CountDownLatch(1);

  private EncoderChild(
      Process process, Process watcher, boolean leadsGroup, Optional<StreamKey> key) {
    this.process = process;
    this.watcher = watcher;
    this.leadsGroup = leadsGroup;
    this.key = key;
  }

  /**
   * Starts it.
   *
   * @param command program and arguments; {@code {url}}, {@code {server}} and {@code {key}} in them
   *     are replaced
   * @param settings where to stream to; empty when that is the command's own affair
   * @param showOutput whether what it prints is shown
   */
  public static EncoderChild start(
      List<String> command, Optional<EncoderSettings> settings, boolean showOutput) {
    List<String> expanded =
        command.stream()
            .map(argument -> settings.map(s -> expand(argument, s)).orElse(argument))
            .toList();
    List<String> grouped = new ArrayList<>();
    boolean leadsGroup = isInPath("setsid");
    if (leadsGroup) {
      grouped.add("setsid");
    }
    grouped.addAll(expanded);
    ProcessBuilder builder = new ProcessBuilder(grouped).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().remove("NOSTR_SECRET_KEY"); // an encoder has no business with these
    builder.environment().keySet().removeIf(name -> name.startsWith("WLK_"));
    settings.ifPresent(s -> {
      builder.environment().put("WLK_RTMP_URL", s.url());
      builder.environment().put("WLK_STREAM_KEY", s.key().reveal());
    });
    try {
      Process process = builder.start();
      Process watcher = watch(process, leadsGroup);
      if (!leadsGroup) { // before its number goes to somebody else; a group keeps it
        var _ = process.onExit().thenRun(watcher::destroyForcibly);
      }
      EncoderChild child =
          new EncoderChild(process, watcher, leadsGroup, settings.map(EncoderSettings::key));
      Thread.ofVirtual().name("encoder-output").start(() -> child.read(showOutput));
      return child;
    } catch (IOException e) {
      throw new CliError(
          "encoder",
          "cannot start " + command.getFirst() + ": " + e.getMessage(),
          "is it installed and in PATH?");
    }
  }

  private static String expand(String argument, EncoderSettings settings) {
    return argument
        .replace("{url}", settings.url())
        .replace("{server}", settings.server())
        .replace("{key}", settings.key().reveal());
  }

  private static Process watch(Process process, boolean group) throws IOException {
    try {
      return new ProcessBuilder(
              "/bin/sh", "-c", WATCH, "wlk-watch", (group ? "-" : "") + process.pid())
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      process.destroyForcibly(); // unwatched it could outlive us
      throw e;
    }
  }

  /** Refuses a command that cannot be started. */
  public static void requireProgram(String program) {
    boolean found = program.contains("/") ? new File(program).canExecute() : isInPath(program);
    if (!found) {
      throw new CliError(
          "encoder",
          "cannot start " + program + ": there is no such program",
          "is it installed and in PATH?");
    }
  }

  private static boolean isInPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(folder -> new File(folder, program).canExecute());
  }

  /** Calls {@code end} once it has ended. */
  public void onExit(Runnable end) {
    var _ = process.onExit().thenRun(end);
  }

  public int exitCode() {
    return process.exitValue();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * The last lines it printed, for when it fails. What it wrote before its end may still be in the
   * pipe: waits for it, for a moment, since a grandchild may hold the pipe open for ever.
   */
  public String lastWords() {
    try {
      var _ = outputEnd.await(OUTPUT_PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (lastLines) {
      return String.join("\n", lastLines);
    }
  }

  private void read(boolean show) {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String raw = out.readLine(); raw != null; raw = out.readLine()) {
        String line = masked(Console.plain(raw)); // encoders like to print their URL
        if (show) {
          System.err.println(line);
        }
        synchronized (lastLines) {
          lastLines.add(line);
          if (lastLines.size() > KEPT_LINES) {
            lastLines.removeFirst();
          }
        }
      }
    } catch (IOException e) {
      // its end is told by onExit
    } finally {
      outputEnd.countDown();
    }
  }

  /** How its end is told when it failed. */
  public CliError failure(String what) {
    return new CliError(
        "encoder",
        what + ", with exit code " + exitCode() + ":\n" + lastWords(),
        "-v shows all that it prints");
  }

  private String masked(String line) {
    return key.map(k -> line.replace(k.reveal(), k.masked())).orElse(line);
  }

  @Override
  public void close() {
    List<ProcessHandle> family =
        new ArrayList<>(process.descendants().toList()); // of a shell script, for one
    family.add(process.toHandle());
    family.forEach(ProcessHandle::destroy);
    signalGroup("TERM"); // what a script left behind when it ended, too
    try {
      long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      while (signalGroup("0") && System.nanoTime() < patience) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    family.forEach(ProcessHandle::destroyForcibly);
    signalGroup("KILL");
    watcher.destroyForcibly();
  }

  /** Whether there was somebody in the group to get it. */
  @CanIgnoreReturnValue
  private boolean signalGroup(String signal) {
    if (!leadsGroup) {
      return false;
    }
    try {
      return new ProcessBuilder("kill", "-s", signal, "--", "-" + process.pid())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
