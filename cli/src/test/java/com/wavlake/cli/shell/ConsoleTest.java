package com.wavlake.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What reaches stdout of what others wrote. */
final class ConsoleTest {
  private static final String CONTROLS = "a\u007fb\u009b31mc";

  private static String printed(boolean json, Consumer<Console> by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    by.accept(Console.bare(stream, stream, json));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void json_is_printed_with_every_character_and_words_without_what_a_terminal_obeys() {
    for (boolean json : new boolean[] {false, true}) {
      assertThat(printed(json, console -> console.raw(CONTROLS))).isEqualTo(CONTROLS + "\n");
      assertThat(printed(json, console -> console.line(CONTROLS))).isEqualTo("ab31mc\n");
    }
  }

  @Test
  void for_a_terminal_json_has_the_same_value_in_characters_that_it_does_not_obey() {
    assertThat(Console.escaped("{\"a\":\"" + CONTROLS + "é\"}"))
        .isEqualTo("{\"a\":\"a\\u007fb\\u009b31mcé\"}");
  }
}
