package com.wavlake.cli.find;

import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Interrupts;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A program that gets a URL, without a shell.
 *
 * @param command program and arguments, the URL among them
 */
record Player(List<String> command) {
  private static final String URL = "{url}";
  private static final int PATIENCE_SECONDS = 3;

  /** Best first. */
  private static final List<List<String>> USUAL =
      List.of(
          List.of("mpv"),
          List.of("ffplay", "-autoexit", "-loglevel", "warning"),
          List.of("vlc"),
          List.of("cvlc", "--play-and-exit"));

  /** A command line of the user's: {@code {url}} is replaced, or the URL stands at its end. */
  static Player of(String commandLine, String url) {
    List<String> words = words(commandLine);
    if (words.isEmpty() || words.getFirst().contains(URL)) {
      throw CliError.usage("--player: names no program", "for instance --player 'mpv --fs'");
    }
    return with(words, url);
  }

  private static Player with(List<String> words, String url) {
    List<String> command = new ArrayList<>();
    words.forEach(word -> command.add(word.replace(URL, url)));
    if (words.stream().noneMatch(word -> word.contains(URL))) {
      command.add(url);
    }
    return new Player(List.copyOf(command));
  }

  /** The first of the usual ones that is there. */
  static Optional<Player> usual(String url) {
    return usual(url, Player::isInPath);
  }

  static Optional<Player> usual(String url, Predicate<String> isThere) {
    return USUAL.stream()
        .filter(words -> isThere.test(words.getFirst()))
        .map(words -> with(words, url))
        .findFirst();
  }

  /** What shows a page of the web in the user's browser. */
  static Player browser(String page) {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (os.contains("win")) { // 'start' is a word of a shell's
      return new Player(List.of("rundll32", "url.dll,FileProtocolHandler", page));
    }
    return new Player(List.of(os.contains("mac") ? "open" : "xdg-open", page));
  }

  static boolean isInPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .flatMap(folder -> Stream.of(new File(folder, program), new File(folder, program + ".exe")))
        .anyMatch(file -> file.isFile() && file.canExecute());
  }

  /** Runs until it ends by itself, or by Ctrl-C, which is how people end it. */
  void play() throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().remove("NOSTR_SECRET_KEY"); // a player has no business with these
    builder.environment().remove("WLK_PASSPHRASE");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new CliError(
          "player",
          "cannot start " + command.getFirst() + ": " + e.getMessage(),
          "is it installed and in PATH? --url prints where it plays");
    }
    AtomicBoolean interrupted = new AtomicBoolean();
    Interrupts.onInterrupt(() -> {
      interrupted.set(true);
      end(process);
    });
    int exit = process.waitFor();
    if (exit != 0 && !interrupted.get()) {
      throw new CliError("player", command.getFirst() + " ended with exit code " + exit, "");
    }
  }

  private static void end(Process process) {
    List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
    family.add(process.toHandle());
    family.forEach(ProcessHandle::destroy);
    try {
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    family.forEach(ProcessHandle::destroyForcibly);
  }

  /** Words at blanks; '…' and "…" keep blanks. */
  static List<String> words(String commandLine) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < commandLine.length(); i++) {
      char c = commandLine.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        begun = true;
      } else if (!Character.isWhitespace(c)) {
        word.append(c);
        begun = true;
      } else if (begun) {
        words.add(word.toString());
        word.setLength(0);
        begun = false;
      }
    }
    if (quote != 0) {
      throw CliError.usage("--player: a " + quote + " is not closed", "");
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }
}
