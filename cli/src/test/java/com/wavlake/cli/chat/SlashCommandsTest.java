package com.wavlake.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.live.social.Report.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is typed into the window, understood. */
final class SlashCommandsTest {
  @Test
  void what_has_no_slash_is_said_and_two_slashes_say_one() {
    assertThat(SlashCommands.parse("  hello \"there ")).isEqualTo(new Slash.Say("hello \"there"));
    assertThat(SlashCommands.parse("//who is that")).isEqualTo(new Slash.Say("/who is that"));
    assertThat(SlashCommands.parse("   ")).isEqualTo(new Slash.Nothing());
  }

  @Test
  void commands_take_numbers_and_names_with_spaces() {
    assertThat(SlashCommands.parse("/reply 12 yes, it is"))
        .isEqualTo(new Slash.Reply("12", "yes, it is"));
    assertThat(SlashCommands.parse("/reply \"Carla Host\" hi \"you\""))
        .isEqualTo(new Slash.Reply("Carla Host", "hi \"you\""));
    assertThat(SlashCommands.parse("/mute Carla Host")).isEqualTo(new Slash.Mute("Carla Host"));
    assertThat(SlashCommands.parse("/MUTE \"Carla Host\"")).isEqualTo(new Slash.Mute("Carla Host"));
    assertThat(SlashCommands.parse("/timeout Carla Host 10"))
        .isEqualTo(new Slash.Timeout("Carla Host", 10));
    assertThat(SlashCommands.parse("/slow 0")).isEqualTo(new Slash.Slow(0));
    assertThat(SlashCommands.parse("/report 3 SPAM")).isEqualTo(new Slash.Report("3", Reason.SPAM));
    assertThat(SlashCommands.messageNumber("#12")).hasValue(12);
    assertThat(SlashCommands.messageNumber("12x")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/reply",
        "/reply 1",
        "/pin",
        "/timeout bob",
        "/timeout bob 0",
        "/timeout bob x",
        "/slow",
        "/slow 21601",
        "/report 1",
        "/report 1 boring",
        "/quit now",
        "/nonsense",
        "/reply \"a"
      })
  void what_is_not_understood_says_how_it_goes(String typed) {
    assertThat(SlashCommands.parse(typed)).isInstanceOf(Slash.Wrong.class);
  }

  @Test
  void every_command_that_is_listed_is_understood() {
    for (SlashCommands.Usage usage : SlashCommands.ALL) {
      assertThat(SlashCommands.parse(usage.name()))
          .as(usage.name())
          .isNotInstanceOf(Slash.Say.class);
      assertThat(SlashCommands.parse(usage.name()).toString()).doesNotContain("no command");
    }
  }
}
