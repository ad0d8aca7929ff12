package com.wavlake.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** wlk as a user runs it: another process, with its own environment and folders. */
final class WlkProcess {
  private static final int SECONDS = 60;

  /** What a finished run printed. */
  record Result(int exit, String out, String err) {}

  /** A run that goes on. */
  record Running(Process process, Path out, Path err) {
    String soFar() throws IOException {
      return Files.readString(out) + Files.readString(err);
    }

    Result end() throws IOException, InterruptedException {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError("wlk did not end: " + soFar());
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }
  }

  /**
   * Who runs tests in the background passes on that SIGINT is ignored: env makes it what a terminal
   * has.
   */
  private static final List<String> ANSWERS_SIGINT =
      canReset() ? List.of("env", "--default-signal=INT") : List.of();

  private static final List<String> COMMAND = InstalledWlk.command();

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private int runs;

  private static boolean canReset() {
    try {
      return new ProcessBuilder("env", "--default-signal=INT", "true").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  WlkProcess(Path directory) {
    this.directory = directory;
    environment.put("WLK_CONFIG_DIR", directory.resolve("config").toString());
    environment.put("HOME", directory.toString());
    environment.put("PATH", System.getenv("PATH"));
    environment.put("LC_ALL", "C.UTF-8");
  }

  /** A shell script that runs wlk in this environment, on whatever terminal it is started on. */
  String script() {
    StringBuilder script = new StringBuilder("#!/bin/sh\nexec env -i TERM=\"$TERM\"");
    environment.forEach((name, value) -> script.append(' ').append(quoted(name + "=" + value)));
    COMMAND.forEach(word -> script.append(' ').append(quoted(word)));
    return script.append(" \"$@\"\n").toString();
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  WlkProcess with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    return runWith("", arguments);
  }

  Result runWith(String stdin, String... arguments) throws IOException, InterruptedException {
    return start(stdin, List.of(arguments)).end();
  }

  Running start(String stdin, List<String> arguments) throws IOException {
    Path in = directory.resolve("in-" + runs);
    Path out = directory.resolve("out-" + runs);
    Path err = directory.resolve("err-" + runs++);
    Files.writeString(in, stdin, StandardCharsets.UTF_8);
    List<String> command = new ArrayList<>(ANSWERS_SIGINT);
    command.addAll(COMMAND);
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new Running(builder.start(), out, err);
  }
}
