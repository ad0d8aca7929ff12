package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Which commands picocli is told of. */
final class CommandsTest {
  private static Map<String, CommandLine> told(String... arguments) {
    CommandLine line = new CommandLine(new Wlk());
    Commands.addTo(line, arguments);
    return line.getSubcommands();
  }

  private static Set<String> inEvent(String... arguments) {
    return Objects.requireNonNull(told(arguments).get("event")).getSubcommands().keySet();
  }

  @Test
  void each_command_stands_under_its_own_name() {
    assertThat(told()).hasSizeGreaterThan(12);
    told().forEach((name, command) -> assertThat(command.getCommandName()).isEqualTo(name));
  }

  @Test
  void a_line_that_names_a_command_needs_that_one_alone() {
    assertThat(told("event", "sign").keySet()).isEqualTo(Set.of("event"));
    assertThat(told("--json", "event", "sign").keySet()).isEqualTo(Set.of("event"));
  }

  @Test
  void of_a_group_it_needs_the_named_command_or_all() {
    Set<String> all = inEvent();
    assertThat(all).hasSizeGreaterThan(3);
    assertThat(inEvent("event", "sign")).isEqualTo(Set.of("sign"));
    assertThat(inEvent("event", "--help")).isEqualTo(all);
    assertThat(inEvent("event", "sing")).isEqualTo(all);
  }

  @Test
  void a_value_of_an_option_that_is_a_commands_name_does_not_hide_the_command() {
    assertThat(told("--profile", "event", "version")).containsKey("version");
    assertThat(told("--profile", "home", "version")).containsKey("version");
  }

  @Test
  void help_and_what_is_no_command_need_all() {
    Set<String> all = told().keySet();
    assertThat(told("--help").keySet()).isEqualTo(all);
    assertThat(told("evnt", "sign").keySet()).isEqualTo(all);
  }
}
