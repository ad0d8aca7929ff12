package com.wavlake.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Columns, and lines of bounded length. */
final class TableTest {
  @Test
  void columns_are_as_wide_as_their_widest_cell() {
    assertThat(Table.within(80).row("a", "bcd", "e").row("long", "", "f").row("x").lines())
        .containsExactly("a     bcd  e", "long       f", "x");
  }

  @Test
  void the_widest_column_is_cut_until_it_fits() {
    Table table = Table.within(24).row("a title that is too long", "Alice", "live");
    assertThat(table.lines()).containsExactly("a title th…  Alice  live");
    assertThat(table.lines()).allMatch(line -> Table.columns(line) <= 24);
  }

  @Test
  void narrower_than_readable_it_does_not_get() {
    assertThat(Table.within(1).row("1234567890", "abc").lines()).containsExactly("12345…  abc");
  }

  @Test
  void wide_characters_count_as_what_they_take_and_are_not_cut_in_half() {
    assertThat(Table.columns("日本")).isEqualTo(4);
    assertThat(Table.cut("日本語", 5)).isEqualTo("日本…");
    assertThat(Table.cut("日本語", 4)).isEqualTo("日…");
    assertThat(Table.cut("🎉🎉🎉", 3)).isEqualTo("🎉…");
    assertThat(Table.within(80).row("日本", "x").row("abcd", "x").lines())
        .containsExactly("日本  x", "abcd  x");
  }

  @Test
  void what_a_terminal_would_obey_is_gone_and_colour_is_ours_alone() {
    Table table =
        Table.within(80)
            .row(new Table.Cell("a\u001b[31m\nb", Console::bold), new Table.Cell("", Console::red));
    assertThat(table.lines()).containsExactly(Console.bold("a[31m b"));
  }

  @Test
  void lines_are_counted_and_blank_ones_passed_over() throws IOException {
    Lines lines = lines("a\n\n \nb");
    assertThat(lines.next()).contains("a");
    assertThat(lines.number()).isEqualTo(1);
    assertThat(lines.next()).contains("b");
    assertThat(lines.number()).isEqualTo(4);
    assertThat(lines.next()).isEmpty();
  }

  @Test
  void a_line_that_is_too_long_is_refused_by_its_number() {
    Lines lines = lines("\n" + "x".repeat(Lines.MAX_BYTES + 1));
    assertThatThrownBy(lines::next).hasMessageStartingWith("line 2: over ");
  }

  private static Lines lines(String text) {
    return new Lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }
}
