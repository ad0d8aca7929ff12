package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.wavlake.cli.help.Shell;
import com.wavlake.cli.help.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What bash, zsh and fish offer, asked of the shells themselves. */
final class CompletionTest {
  private static final long SECONDS = 60;

  /** Completes the words of {@code $@}, of which the last is being typed. */
  private static final String BASH =
      """
      source "$SCRIPT"
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
      _wlk
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  private static final String FISH =
      """
      source $SCRIPT
      complete -C (string join ' ' -- $argv)
      """;

  /** An interactive zsh in a terminal of its own; what it lists is found between the marks. */
  private static final String ZSH =
      """
      zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z "PROMPT= PS2=; stty cols 200 rows 100; autoload -Uz compinit; compinit -u -C -d $HOME/dump"
      zpty -w z "source $SCRIPT; zstyle ':completion:*' list-separator '//'; setopt no_auto_menu"
      zpty -w z "LISTMAX=0; bindkey '^D' list-choices; PROMPT=BEG''INS"
      zpty -r z line '*BEGINS*' # the editor has the terminal now
      zpty -n -w z "${(j: :)@}"$'\\C-d'$'\\C-a'': '$'\\C-e'$'\\n'
      zpty -w z "print FIN''ISHED"
      while zpty -r z line; do print -r -- $line; [[ $line == *FINISHED* ]] && break; done
      """;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void commands_in_commands_are_offered(Shell shell) throws Exception {
    assertThat(offered(shell, "wlk", "str")).contains("stream");
    assertThat(offered(shell, "wlk", "stream", "")).contains("create", "list", "show");
    assertThat(offered(shell, "wlk", "--profile", "live", "stream", "")).contains("create");
  }

  @ParameterizedTest
  @EnumSource
  void a_commands_own_options_come_first_and_the_others_with_a_letter(Shell shell)
      throws Exception {
    assertThat(offered(shell, "wlk", "stream", "create", "--"))
        .contains("--title", "--no-chat")
        .doesNotContain("--profile");
    assertThat(offered(shell, "wlk", "live", "--p")).contains("--preset", "--profile");
    assertThat(offered(shell, "wlk", "stream", "--")).contains("--profile", "--json");
  }

  @ParameterizedTest
  @EnumSource
  void values_are_offered_where_they_are_known(Shell shell) throws Exception {
    assertThat(offered(shell, "wlk", "--color", "")).contains("auto", "always", "never");
    assertThat(offered(shell, "wlk", "live", "--preset", "")).contains("720p30", "1080p60");
    assertThat(offered(shell, "wlk", "status", "")).contains("current");
    assertThat(offered(shell, "wlk", "completion", "")).contains("bash", "zsh", "fish");
    assertThat(offered(shell, "wlk", "help", "st")).contains("stream", "status");
  }

  @ParameterizedTest
  @EnumSource
  void files_are_offered_for_files_and_programs_behind_two_dashes(Shell shell) throws Exception {
    Files.writeString(directory.resolve("settings.yaml"), "");
    Files.writeString(directory.resolve("sessions.yaml"), "");

    assertThat(offered(shell, "wlk", "serve", "--config", "se"))
        .contains("settings.yaml", "sessions.yaml");
    assertThat(offered(shell, "wlk", "live", "x", "--", "mkfif")).contains("mkfifo");
    assertThat(offered(shell, "wlk", "live", "x", "--", "cat", "se")).contains("settings.yaml");
  }

  /** The words that the shell lists, without their descriptions. */
  private List<String> offered(Shell shell, String... words)
      throws IOException, InterruptedException {
    assumeTrue(isInstalled(shell), shell + " is not installed: its completion was not tried");
    Path script = directory.resolve("wlk." + shell);
    Files.writeString(script, shell.script(Topic.of(Wlk.tree())));
    List<String> command = new ArrayList<>();
    switch (shell) {
      case BASH -> Collections.addAll(command, "bash", "--norc", "-c", BASH, "bash");
      case ZSH -> Collections.addAll(command, "zsh", "-f", "-c", ZSH, "zsh");
      case FISH -> Collections.addAll(command, "fish", "--no-config", "-c", FISH, "--");
    }
    Collections.addAll(command, words);
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("SCRIPT", script.toString());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("TERM", "dumb");
    Path out = directory.resolve("out");
    Process process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    process.getOutputStream().close();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(shell + " did not end: " + Files.readString(out));
    }
    String text = Files.readString(out, StandardCharsets.UTF_8);
    assertThat(text).doesNotContain("Expected", "command not found", "parse error");
    return List.of(text.split("\\s+", -1));
  }

  private static boolean isInstalled(Shell shell) throws InterruptedException {
    try {
      return new ProcessBuilder(shell.toString(), "-c", "true").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
