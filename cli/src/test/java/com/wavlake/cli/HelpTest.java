package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.cli.help.UsageErrors;
import com.wavlake.cli.shell.CliError;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** What {@code --help} shows, and what is said when something was mistyped. */
final class HelpTest {
  @Test
  void the_roots_help_sorts_the_commands_by_what_people_want() {
    String help = help(Wlk.tree());

    assertThat(help).containsSubsequence("Start here:", "demo ", "Set up:", "identity ", "Stream:");
    assertThat(help).containsSubsequence("Run a server:", "serve ", "Tools:", "version ");
    assertThat(help).contains("--profile NAME     Profile to use").contains("wlk help COMMAND");
  }

  @Test
  void a_commands_own_options_stand_before_those_of_every_command() {
    String help = help(command("wlk stream create"));

    assertThat(help)
        .containsSubsequence(
            "wlk stream create --title TEXT [OPTIONS]",
            "\nOptions:",
            "--title TEXT",
            "Required.",
            "\nOptions of every command",
            "--profile NAME, --json",
            "\nExamples:\n  wlk stream create");
    assertThat(help).doesNotContain("Profile to use");
  }

  @Test
  void a_group_shows_the_first_example_of_each_of_its_commands() {
    assertThat(help(command("wlk stream")))
        .containsSubsequence("Examples:", "wlk stream create", "wlk stream list")
        .doesNotContain("wlk demo");
  }

  @Test
  void help_is_no_wider_than_the_terminal() {
    CommandLine live = command("wlk live");
    live.setUsageHelpAutoWidth(false);
    live.setUsageHelpWidth(60);
    String words = help(live).split("Examples:", 2)[0];

    assertThat(words.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(61));
  }

  @Test
  void headings_are_bold_where_colours_are_shown() {
    assertThat(command("wlk live").getUsageMessage(Ansi.ON)).contains("\u001b[1mUsage:\u001b[");
    assertThat(help(command("wlk live"))).doesNotContain("\u001b");
  }

  @Test
  void a_mistyped_command_is_answered_with_the_nearest() {
    assertThat(refused("strea")).isEqualTo("wlk has no command 'strea'");
    assertThat(hint("strea")).isEqualTo("did you mean 'stream'? wlk --help");
    assertThat(hint("stream", "crate")).isEqualTo("did you mean 'create'? wlk stream --help");
    assertThat(hint("qqqq")).isEqualTo("wlk --help");
  }

  @Test
  void a_mistyped_option_is_answered_with_the_nearest_even_where_another_is_missing() {
    assertThat(hint("live", "--nowait")).isEqualTo("did you mean '--no-wait'? wlk live --help");
    assertThat(hint("stream", "create", "--titel", "x"))
        .isEqualTo("did you mean '--title'? wlk stream create --help");
    assertThat(refused("stream", "create")).startsWith("missing required option: '--title=TEXT'");
  }

  @Test
  void an_argument_too_many_is_not_taken_for_a_mistyped_command() {
    assertThat(refused("serve", "extra")).isEqualTo("wlk serve does not expect 'extra'");
    assertThat(hint("serve", "extra")).isEqualTo("wlk serve --help");
  }

  private static CommandLine command(String path) {
    return UsageErrors.find(Wlk.tree(), path).orElseThrow();
  }

  private static String help(CommandLine line) {
    return line.getUsageMessage(Ansi.OFF);
  }

  private static String refused(String... arguments) {
    return String.valueOf(error(arguments).getMessage());
  }

  private static String hint(String... arguments) {
    return error(arguments).hint();
  }

  private static CliError error(String... arguments) {
    CommandLine tree = Wlk.tree();
    try {
      tree.parseArgs(arguments);
    } catch (ParameterException e) {
      return UsageErrors.explain(e, Wlk.tree());
    }
    throw new AssertionError("was understood");
  }
}
